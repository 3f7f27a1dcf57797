package pages

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
)

// appView is an app as a list shows it.
type appView struct {
	outbox.App
	Title  string // its provider's
	Recent []outbox.Event
}

// Trouble tells whether the last event that is over was given up.
func (a appView) Trouble() bool {
	for _, event := range a.Recent {
		if event.State != outbox.Due {
			return event.State == outbox.Failed
		}
	}
	return false
}

// recentEvents is how many of an app's events tell how it is.
const recentEvents = 12

// viewApps are apps, each with its last events.
func (v *visit) viewApps(apps []outbox.App) ([]appView, error) {
	var views []appView
	for _, app := range apps {
		recent, err := v.desk.Backend.Events(v.r.Context(), outbox.Query{App: app.ID, Limit: recentEvents})
		if err != nil {
			return nil, err
		}
		views = append(views, appView{app.Masked(), titleOf(app.Provider), recent})
	}
	return views, nil
}

// apps lists the apps.
func (v *visit) apps() error {
	apps, err := v.desk.Backend.Apps(v.r.Context())
	if err != nil {
		return err
	}
	views, err := v.viewApps(apps)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "apps.html", "events apps", views)
}

// newApp shows the form of an app that is to be made, for one provider.
func (v *visit) newApp() error {
	provider := senderOf(v.r.FormValue("provider"))
	if provider == nil {
		provider = senders()[0]
	}
	return v.show(http.StatusOK, "appform.html", "", newForm(outbox.App{Provider: provider.Name, Speed: 1}, provider))
}

// createApp makes an app, and shows its secrets for the only time.
func (v *visit) createApp() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	provider := senderOf(v.text("provider"))
	if provider == nil {
		return v.troubleWith(v.language.Text("Choose one of the providers."))
	}
	v.home = "/apps/new?provider=" + provider.Name
	form := newForm(outbox.App{Provider: provider.Name, Speed: 1}, provider)
	app := form.read(v)
	app.Secrets = generatedSecrets(provider, app.Secrets)
	if len(form.Wrong) > 0 {
		return v.show(http.StatusUnprocessableEntity, "appform.html", "", form)
	}
	made, err := v.desk.CreateApp(v.r.Context(), app)
	if isRefusal(err) {
		form.refused(err, v.language)
		return v.show(http.StatusUnprocessableEntity, "appform.html", "", form)
	} else if err != nil {
		return err
	}
	news := said{Text: v.language.Text("The app is there.")}
	for _, s := range provider.Secrets {
		news.Secrets = append(news.Secrets, secret{s.Name, app.Secrets[s.Name]})
	}
	v.say(news)
	return v.goTo("/apps/" + made.ID)
}

// appPage is what the page of an app shows.
type appPage struct {
	appView
	Form   appForm
	Plan   *plan
	Events []eventRow
}

// app shows one app.
func (v *visit) app() error {
	app, err := v.desk.Backend.App(v.r.Context(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	events, err := v.desk.Backend.Events(v.r.Context(), outbox.Query{App: app.ID, Limit: 20})
	if err != nil {
		return err
	}
	page := appPage{
		appView: appView{app.Masked(), titleOf(app.Provider), events},
		Plan:    planOf(app), Events: rowsOf(events, map[string]outbox.App{app.ID: app}),
	}
	page.Form = newForm(app, providerOf(app))
	return v.show(http.StatusOK, "app.html", "events apps", page)
}

// editApp shows the form of an app that is there.
func (v *visit) editApp() error {
	app, err := v.desk.Backend.App(v.r.Context(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "appform.html", "", newForm(app, providerOf(app)))
}

// updateApp changes an app.
func (v *visit) updateApp() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	before, err := v.desk.Backend.App(v.r.Context(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	v.home = "/apps/" + before.ID + "/edit"
	form := newForm(before, providerOf(before))
	app := form.read(v)
	if len(form.Wrong) > 0 {
		return v.show(http.StatusUnprocessableEntity, "appform.html", "", form)
	}
	if _, err = v.desk.UpdateApp(v.r.Context(), app); isRefusal(err) {
		form.refused(err, v.language)
		return v.show(http.StatusUnprocessableEntity, "appform.html", "", form)
	} else if err != nil {
		return err
	}
	v.say(said{Text: v.language.Text("The app was changed.")})
	return v.goTo("/apps/" + app.ID)
}

// pauseApp holds an app's events back, or lets them go on.
func (v *visit) pauseApp() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	app, err := v.desk.Backend.App(v.r.Context(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	app.Paused = v.text("paused") == "true"
	if _, err := v.desk.UpdateApp(v.r.Context(), app); err != nil {
		return err
	}
	if app.Paused {
		v.say(said{Text: v.language.Text("The app is paused: its events wait.")})
	} else {
		v.say(said{Text: v.language.Text("The app was resumed: its events are sent again.")})
	}
	return v.goTo("/apps/" + app.ID)
}

// deleteApp removes an app with its events.
func (v *visit) deleteApp() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	if v.text("sure") == "" {
		return v.troubleWith(v.language.Text("Deleting an app needs the tick beside it."))
	}
	if err := v.desk.Backend.DropApp(v.r.Context(), v.r.PathValue("id")); err != nil {
		return err
	}
	v.say(said{Text: v.language.Text("The app and its events are gone.")})
	return v.goTo("/apps")
}

// troubleWith shows why a form was not followed, where there is no field to say it
// beside.
func (v *visit) troubleWith(message string) error {
	return v.show(http.StatusUnprocessableEntity, "trouble.html", "", trouble{
		http.StatusUnprocessableEntity, v.language.Text("This cannot be done"), message,
	})
}

// isRefusal tells whether an error is about what a person has asked for.
func isRefusal(err error) bool {
	return errors.Is(err, desk.ErrInvalid) || errors.Is(err, desk.ErrForbidden)
}

// appsState changes with an app, or with any where none is named; what is in it stays
// here.
func (v *visit) appsState(id string) string {
	if id != "" {
		app, err := v.desk.Backend.App(v.r.Context(), id)
		if err != nil {
			return "" // whatever it is, the page itself says it
		}
		return fmt.Sprintf("%d %+v", v.desk.Puts(), app)
	}
	apps, err := v.desk.Backend.Apps(v.r.Context())
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d %+v", v.desk.Puts(), apps)
}
