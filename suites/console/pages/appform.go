package pages

import (
	"cmp"
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/target"
)

// appForm is an app as a form has it.
type appForm struct {
	App       outbox.App // masked
	Provider  *mocks.Provider
	Providers []*mocks.Provider
	Speed     string
	Headers   string            // a line each: "Name: value"
	Wrong     map[string]string // what is wrong, by field; "" is the form as a whole
	Plan      *plan
}

// newForm is the form of an app; its secrets and the values of its headers are veiled.
func newForm(app outbox.App, provider *mocks.Provider) appForm {
	f := appForm{
		App: app.Masked(), Provider: provider, Providers: senders(),
		Speed: speedText(app.Speed), Headers: headerLines(app.Masked().Headers), Wrong: map[string]string{},
	}
	if app.ID == "" {
		app.Secrets = generatedSecrets(provider, nil)
	}
	f.Plan = planOf(app)
	return f
}

// Setting is what a setting is set to; its default where it is not.
func (f appForm) Setting(s mocks.Setting) string {
	if value, given := f.App.Settings[s.Name]; given {
		return value
	}
	return s.Default
}

// New tells whether the app is not there yet.
func (f appForm) New() bool { return f.App.ID == "" }

// read reads an app from what was sent, and notes what is wrong with it. The secrets
// that were typed are in the app that it returns, and not in the form.
func (f *appForm) read(v *visit) outbox.App {
	before := f.App
	app := outbox.App{
		ID: before.ID, Provider: f.Provider.Name, Name: v.text("name"), Target: v.text("target"),
		Secrets: map[string]string{}, Settings: map[string]string{}, Paused: v.r.PostForm.Has("paused"),
	}
	for _, s := range f.Provider.Secrets {
		if app.Secrets[s.Name] = v.text("secret." + s.Name); app.Secrets[s.Name] == "" && !f.New() {
			app.Secrets[s.Name] = outbox.Veil
		}
	}
	for _, s := range f.Provider.Settings {
		if value := v.text("setting." + s.Name); value != "" && value != s.Default {
			app.Settings[s.Name] = value
		}
	}
	f.readSpeed(v, &app)
	f.readHeaders(v, &app)
	f.App = app.Masked()
	f.checkTarget(v, app.Target)
	f.checkSettings(app)
	if len(app.Name) > 200 {
		f.Wrong["name"] = v.language.Text("Too long: 200 bytes at most.")
	}
	return app
}

func (f *appForm) readSpeed(v *visit, app *outbox.App) {
	f.Speed = v.text("speed")
	speed, err := speedOf(f.Speed)
	if err != nil {
		f.Wrong["speed"] = v.language.Text("This has to be a number above 0 and not above 1000000; 1 is real time.")
	}
	app.Speed = cmp.Or(speed, 1)
}

func (f *appForm) readHeaders(v *visit, app *outbox.App) {
	f.Headers = v.r.PostForm.Get("headers")
	app.Headers = map[string]string{}
	for line := range strings.Lines(f.Headers) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, value, found := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !found || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			f.Wrong["headers"] = v.language.Textf("%q is not a header: write a line for each, as in X-Key: value.", line)
			continue
		}
		app.Headers[http.CanonicalHeaderKey(name)] = value
	}
}

func (f *appForm) checkTarget(v *visit, address string) {
	if address == "" {
		f.Wrong["target"] = v.language.Text("This is needed: the address to which events are sent.")
	} else if _, err := target.ParseURL(address); err != nil {
		f.Wrong["target"] = err.Error()
	}
}

// checkSettings judges each setting by itself, so that what is wrong stands beside it.
func (f *appForm) checkSettings(app outbox.App) {
	secrets := generatedSecrets(f.Provider, nil)
	for name, value := range app.Settings {
		if _, err := f.Provider.Account(secrets, map[string]string{name: value}); err != nil {
			f.Wrong["setting."+name] = innermost(err)
		}
	}
}

// refused notes why the desk did not take the app, beside the field that it is about.
func (f *appForm) refused(err error) {
	text := reason(err)
	switch {
	case errors.Is(err, desk.ErrForbidden):
		f.Wrong["target"] = text
	case strings.HasPrefix(text, "target"):
		f.Wrong["target"] = strings.TrimPrefix(text, "target: ")
	default:
		f.Wrong[""] = text
	}
}

// generatedSecrets fills in what was left empty.
func generatedSecrets(provider *mocks.Provider, given map[string]string) map[string]string {
	secrets := maps.Clone(given)
	if secrets == nil {
		secrets = map[string]string{}
	}
	for _, s := range provider.Secrets {
		if secrets[s.Name] == "" {
			secrets[s.Name] = strings.ToLower(rand.Text())
		}
	}
	return secrets
}

func headerLines(headers map[string]string) string {
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		lines.WriteString(name + ": " + headers[name] + "\n")
	}
	return lines.String()
}

func speedText(speed float64) string {
	if speed <= 0 {
		return "1"
	}
	return strconv.FormatFloat(speed, 'f', -1, 64)
}

// innermost is the text of the error that the others are wrapped around.
func innermost(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}
