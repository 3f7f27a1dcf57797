package pages

import (
	"cmp"
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/lang"
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
		f.readSecret(v, s.Name, app.Secrets)
	}
	for _, s := range f.Provider.Settings {
		if value := v.text("setting." + s.Name); value != "" && value != s.Default {
			app.Settings[s.Name] = value
		}
	}
	f.readSpeed(v, &app)
	f.readHeaders(v, &app)
	f.checkTarget(v, app.Target)
	f.App = app.Masked()
	f.checkSettings(app)
	if len(app.Name) > 200 {
		f.Wrong["name"] = v.language.Text("Too long: 200 bytes at most.")
	}
	return app
}

// readSecret reads one secret; that of an app that is there stays as it is where nothing
// was typed.
func (f *appForm) readSecret(v *visit, name string, secrets map[string]string) {
	typed := v.text("secret." + name)
	_, kept := f.App.Secrets[name]
	switch {
	case typed == outbox.Veil && !kept:
		f.Wrong["secret."+name] = keepsNothing(v.language)
	case typed == "" && kept:
		typed = outbox.Veil
	}
	if typed != "" {
		secrets[name] = typed
	}
}

// keepsNothing is what is wrong with a Veil that stands for nothing: kept literally, it
// would look like a secret that is there.
func keepsNothing(language lang.Language) string {
	return language.Text("*** keeps nothing here: it stands for a value that is there already. Write the value itself.")
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
		name = http.CanonicalHeaderKey(name)
		if value == outbox.Veil {
			kept := f.storedHeader(name)
			if kept == "" {
				f.Wrong["headers"] = name + ": " + keepsNothing(v.language)
			}
			name = cmp.Or(kept, name)
		}
		app.Headers[name] = value
	}
}

// storedHeader is a header of the app as it is stored, however its name is written.
func (f *appForm) storedHeader(name string) string {
	for stored := range f.App.Headers {
		if http.CanonicalHeaderKey(stored) == name {
			return stored
		}
	}
	return ""
}

func (f *appForm) checkTarget(v *visit, address string) {
	to, err := target.ParseURL(address)
	switch {
	case address == "":
		f.Wrong["target"] = v.language.Text("This is needed: the address to which events are sent.")
	case err != nil:
		f.Wrong["target"] = v.language.Textf("%q is no address to send to: write it in full, as in http://127.0.0.1:3000/webhook.", outbox.App{Target: address}.Masked().Target)
	case veiled(to) && !veiledAddress(f.App.Target):
		f.Wrong["target"] = keepsNothing(v.language)
	}
}

// veiled tells whether the password of an address is one that was not shown.
func veiled(address *url.URL) bool {
	password, _ := address.User.Password()
	return password == outbox.Veil
}

func veiledAddress(address string) bool {
	parsed, err := target.ParseURL(address)
	return err == nil && veiled(parsed)
}

// checkSettings judges each setting by itself, so that what is wrong stands beside it.
func (f *appForm) checkSettings(app outbox.App) {
	secrets := generatedSecrets(f.Provider, nil)
	for name, value := range app.Settings {
		if _, err := f.Provider.Account(secrets, map[string]string{name: value}); err != nil {
			f.Wrong["setting."+name] = err.Error()
			if misfit := (*mocks.Misfit)(nil); errors.As(err, &misfit) {
				f.Wrong["setting."+name] = misfit.Why.Error() // the field says which
			}
		}
	}
}

// refused notes why the desk did not take the app, beside the field that it is about.
func (f *appForm) refused(err error, language lang.Language) {
	text := reason(err)
	var misfit *mocks.Misfit
	switch {
	case errors.Is(err, desk.ErrTaken):
		f.Wrong["name"] = language.Text("Another app has this name: choose one by which they can be told apart.")
	case errors.Is(err, desk.ErrForbidden):
		f.Wrong["target"] = text
	case errors.As(err, &misfit) && misfit.Part == mocks.HeaderPart:
		f.Wrong["headers"] = misfit.Text()
	case errors.As(err, &misfit) && misfit.Part == mocks.SecretPart:
		f.Wrong["secret."+misfit.Name] = misfit.Why.Error()
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
