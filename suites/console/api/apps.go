package api

import (
	"context"
	"net/http"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/wire"
)

func (a *api) listApps(w http.ResponseWriter, r *http.Request, _ query) error {
	apps, err := a.desk.Backend.Apps(r.Context())
	if err != nil {
		return err
	}
	shown := wire.Apps{Apps: []wire.App{}}
	for _, app := range apps {
		shown.Apps = append(shown.Apps, whole(app.Masked()))
	}
	return answer(w, http.StatusOK, shown)
}

// createApp answers with the secrets: nobody can ask for them again.
func (a *api) createApp(w http.ResponseWriter, r *http.Request, _ query) error {
	given, err := read[wire.NewApp](r)
	if err != nil {
		return err
	}
	app, err := a.desk.CreateApp(r.Context(), outbox.App{
		Name: given.Name, Provider: given.Provider, Target: given.Target, Secrets: given.Secrets,
		Headers: given.Headers, Settings: given.Settings, Speed: given.Speed, Paused: given.Paused,
	})
	if err != nil {
		return err
	}
	w.Header().Set("Location", Prefix+"/apps/"+app.ID)
	return answer(w, http.StatusCreated, whole(app))
}

func (a *api) showApp(w http.ResponseWriter, r *http.Request, _ query) error {
	app, err := a.app(r.Context(), r.PathValue("app"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(app.Masked()))
}

func (a *api) changeApp(w http.ResponseWriter, r *http.Request, _ query) error {
	change, err := read[wire.AppChange](r)
	if err != nil {
		return err
	}
	a.changing.Lock()
	defer a.changing.Unlock()
	app, err := a.app(r.Context(), r.PathValue("app"))
	if err != nil {
		return err
	}
	changed, err := a.desk.UpdateApp(r.Context(), patched(app.Masked(), change))
	if err != nil {
		return unknownApp(err, app.ID)
	}
	return answer(w, http.StatusOK, whole(changed.Masked()))
}

func (a *api) removeApp(w http.ResponseWriter, r *http.Request, _ query) error {
	id := r.PathValue("app")
	if err := a.desk.Backend.DropApp(r.Context(), id); err != nil {
		return unknownApp(err, id)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// app is the app by an ID, its secrets included.
func (a *api) app(ctx context.Context, id string) (outbox.App, error) {
	app, err := a.desk.Backend.App(ctx, id)
	return app, unknownApp(err, id)
}

func unknownApp(err error, id string) error { return unknown(err, "app", id, "/apps") }

// patched is an app with a change made to it.
func patched(app outbox.App, change wire.AppChange) outbox.App {
	replace(&app.Name, change.Name)
	replace(&app.Target, change.Target)
	replace(&app.Speed, change.Speed)
	replace(&app.Paused, change.Paused)
	app.Secrets = merged(app.Secrets, change.Secrets)
	app.Headers = merged(app.Headers, change.Headers)
	app.Settings = merged(app.Settings, change.Settings)
	return app
}

func replace[V any](value *V, with *V) {
	if with != nil {
		*value = *with
	}
}

// merged has what was there before, with other values where the change names them, and
// without those that it names with none.
func merged(before map[string]string, change map[string]*string) map[string]string {
	after := map[string]string{}
	for name, value := range before {
		after[name] = value
	}
	for name, value := range change {
		if value == nil {
			delete(after, name)
		} else {
			after[name] = *value
		}
	}
	return after
}

// whole is an app whose collections are there, if empty.
func whole(app outbox.App) wire.App {
	for _, values := range []*map[string]string{&app.Secrets, &app.Headers, &app.Settings} {
		if *values == nil {
			*values = map[string]string{}
		}
	}
	return app
}
