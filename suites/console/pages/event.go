package pages

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/report"
)

// eventPage is what the page of an event shows.
type eventPage struct {
	eventRow
	App      outbox.App
	Body     string
	Query    bool // the body is a query string
	Pretty   bool
	Attempts []attemptView
	Ahead    []planned // the attempts of the plan that may still follow the next one
	Sends    int       // how many attempts the plan has
	Resent   int       // how many attempts were made by hand
}

// Planned is how many attempts were made by the plan.
func (p eventPage) Planned() int { return p.Times - p.Resent }

// attemptView is an attempt as the page shows it.
type attemptView struct {
	outbox.Attempt
	Answer string
	Cut    bool // only the beginning of the answer is there
	Last   bool
}

// Follows tells whether the plan had another attempt after this one.
func (a attemptView) Follows() bool { return a.Wait > 0 }

// event shows one event with its attempts.
func (v *visit) event() error {
	id, err := v.eventID()
	if err != nil {
		return err
	}
	event, err := v.desk.Backend.Event(v.r.Context(), id)
	if err != nil {
		return err
	}
	app, err := v.desk.Backend.App(v.r.Context(), event.App)
	if err != nil {
		return err
	}
	attempts, err := v.desk.Backend.Attempts(v.r.Context(), id)
	if err != nil {
		return err
	}
	row := rowsOf([]outbox.Event{event}, map[string]outbox.App{app.ID: app})[0]
	page := eventPage{eventRow: row, App: app.Masked(), Attempts: attemptsOf(attempts), Pretty: v.r.URL.Query().Has("pretty")}
	page.Body = string(event.Body)
	if provider := senderOf(app.Provider); provider != nil {
		page.Query = provider.Query
	}
	if page.Pretty {
		page.Body = pretty(event.Body, page.Query)
	}
	for _, attempt := range attempts {
		if attempt.ByHand {
			page.Resent++
		}
	}
	if plan := planOf(app); plan != nil {
		page.Sends = len(plan.Steps)
		page.Ahead = plan.after(event)
	}
	return v.show(http.StatusOK, "event.html", "events apps", page)
}

// after are the attempts that may follow an event's next one, by the plan.
func (p *plan) after(event outbox.Event) []planned {
	if event.State != outbox.Due || event.ByHand || event.Times+1 >= len(p.Steps) {
		return nil
	}
	return p.Steps[event.Times+1:]
}

func attemptsOf(attempts []outbox.Attempt) []attemptView {
	views := make([]attemptView, len(attempts))
	for i, a := range attempts {
		views[i] = attemptView{Attempt: a, Answer: readable(a.Answer), Last: i == len(attempts)-1}
	}
	slices.Reverse(views) // the newest is what a person looks for
	return views
}

// readable is an answer's body as text; bytes that are none are written out.
func readable(body []byte) string {
	if utf8.Valid(body) {
		return string(body)
	}
	return strings.Trim(strconv.QuoteToASCII(string(body)), `"`)
}

// pretty spreads a body over lines. Digits and escapes stay as they are.
func pretty(body []byte, query bool) string {
	if query {
		return prettyQuery(string(body))
	}
	var out bytes.Buffer
	if json.Indent(&out, body, "", "  ") != nil {
		return string(body)
	}
	return out.String()
}

// prettyQuery writes a parameter a line, decoded once.
func prettyQuery(query string) string {
	var out strings.Builder
	for parameter := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		if decoded, err := url.QueryUnescape(value); err == nil {
			value = decoded
		}
		out.WriteString(report.Visible(name) + " = " + report.Visible(value) + "\n")
	}
	return out.String()
}

// eventID is the event that the address names.
func (v *visit) eventID() (int64, error) {
	id := numberOf(v.r.PathValue("id"))
	if id == 0 {
		return 0, errNoPage
	}
	return id, nil
}

// resend sends an event once more, by hand.
func (v *visit) resend() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	id, err := v.eventID()
	if err != nil {
		return err
	}
	if err := v.desk.Backend.Resend(v.r.Context(), id); err != nil {
		return err
	}
	v.say(said{Text: v.language.Textf("Event %d is sent once more.", id)})
	if back := v.text("back"); back != "" {
		return v.goTo(OwnAddress(back))
	}
	return v.goTo("/events/" + strconv.FormatInt(id, 10))
}
