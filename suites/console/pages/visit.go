package pages

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/lang"
)

// visit is one request for a page, by a person who reads one language.
type visit struct {
	*console
	w        http.ResponseWriter
	r        *http.Request
	language lang.Language
	home     string // where a GET shows the page that answers a form; empty: nowhere
}

// frame is what stands around a page.
type frame struct {
	Language lang.Language
	Here     string // the entry of the navigation that the page belongs to
	Live     string // what there may be news of
	Address  string // where a GET shows the page again
	Leave    bool   // there is a token, and so a way out
	Version  string
	Said     *said
	Page     any
}

// show writes a page; live names what its parts are about.
func (v *visit) show(status int, name, live string, data any) error {
	here, _, _ := strings.Cut(strings.TrimPrefix(v.r.URL.Path, "/"), "/")
	return v.write(status, name, "page", frame{
		Language: v.language, Here: here, Live: live, Address: v.address(), Leave: v.options.Token, Version: v.desk.Version,
		Said: v.heard(), Page: data,
	})
}

// write writes one of the templates of a page's file.
func (v *visit) write(status int, name, template string, around frame) error {
	var out bytes.Buffer
	if err := pageTemplates(v.language)[name].ExecuteTemplate(&out, template, around); err != nil {
		return fmt.Errorf("writing the page %s: %w", name, err)
	}
	header := v.w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", string(v.language))
	header.Set("Cache-Control", "no-store")
	v.w.WriteHeader(status)
	_, _ = out.WriteTo(v.w) // a browser that went away is its own loss
	return nil
}

// address is where a GET shows this page again.
func (v *visit) address() string {
	if v.r.Method != http.MethodGet {
		return cmp.Or(v.home, "/")
	}
	return v.r.URL.RequestURI()
}

// goTo sends the browser on after a POST, so that going back or reloading repeats
// nothing.
func (v *visit) goTo(address string) error {
	http.Redirect(v.w, v.r, address, http.StatusSeeOther)
	return nil
}

// parseForm reads what a form has sent.
func (v *visit) parseForm() error {
	if err := v.r.ParseForm(); err != nil {
		return fmt.Errorf("reading the form: %w", errors.Join(desk.ErrInvalid, err))
	}
	return nil
}

// text is a field of a form, without blanks around it.
func (v *visit) text(name string) string { return strings.TrimSpace(v.r.PostForm.Get(name)) }

// errNoPage is why a page cannot be shown: there is none at that address.
var errNoPage = errors.New("there is no page at this address")

// trouble is a page that cannot be shown.
type trouble struct {
	Status  int
	Title   string
	Message string
}

// fail shows why a page could not be.
func (v *visit) fail(err error) {
	if v.r.Context().Err() != nil {
		return // nobody waits for it any more
	}
	trouble := v.troubleOf(err)
	if trouble.Status == http.StatusInternalServerError {
		v.options.Log.ErrorContext(v.r.Context(), "a page failed", "path", v.r.URL.Path, "error", err)
	}
	if err := v.show(trouble.Status, "trouble.html", "", trouble); err != nil {
		v.options.Log.ErrorContext(v.r.Context(), "a page failed", "path", v.r.URL.Path, "error", err)
		http.Error(v.w, trouble.Message, trouble.Status)
	}
}

func (v *visit) troubleOf(err error) trouble {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return trouble{http.StatusRequestEntityTooLarge, v.language.Text("That was too much"), v.language.Textf("A form may have %d bytes at most.", large.Limit)}
	case errors.Is(err, errNoPage), errors.Is(err, outbox.ErrUnknown):
		return trouble{http.StatusNotFound, v.language.Text("There is nothing here"), v.language.Text("What this address stands for is not there, or not there any more.")}
	case errors.Is(err, desk.ErrForbidden):
		return trouble{http.StatusForbidden, v.language.Text("This is not allowed"), reason(err)}
	case errors.Is(err, desk.ErrInvalid):
		return trouble{http.StatusUnprocessableEntity, v.language.Text("This cannot be done"), reason(err)}
	}
	return trouble{http.StatusInternalServerError, v.language.Text("khop itself got something wrong"), err.Error()}
}

// reason is an error's text for the one who caused it, without the word that sorts
// errors.
func reason(err error) string {
	text := err.Error()
	for _, kind := range []error{desk.ErrInvalid, desk.ErrForbidden} {
		text = strings.TrimPrefix(text, kind.Error()+": ")
	}
	return text
}
