package pages

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
)

// sendPage is what the page shows on which an event is made.
type sendPage struct {
	Apps      []outbox.App
	App       outbox.App // masked
	Provider  *mocks.Provider
	Samples   []sample
	Sample    sample
	Generated bool
	AsWritten bool
	Count     string
	Body      string
	Loaded    string // digest of the body that the page began with
	Edited    bool   // the body is another one by now
	Preview   *desk.Preview
	Fields    []field
	Wrong     map[string]string // what is wrong, by field; "" is the form as a whole
}

// send shows the form, filled with a documented or a generated payload.
func (v *visit) send() error {
	id := v.r.PathValue("id")
	if id == "" {
		id = v.r.FormValue("app")
	}
	page, err := v.newSendPage(id, v.r.FormValue("event"))
	if err != nil {
		return err
	}
	if page.Provider == nil {
		return v.showSend(http.StatusOK, page)
	}
	page.Generated = v.r.FormValue("from") == "generated"
	made, err := v.desk.Preview(v.r.Context(), page.App.ID, desk.Draft{Event: page.Sample.Word, Generated: page.Generated})
	if isRefusal(err) {
		page.Wrong[""] = reason(err)
		return v.showSend(http.StatusUnprocessableEntity, page)
	} else if err != nil {
		return err
	}
	page.Body = made.Body
	if !page.Provider.Query {
		page.Body = pretty([]byte(made.Body), false)
	}
	page.Loaded = digest(page.Body)
	page.Preview = &made
	return v.showSend(http.StatusOK, page)
}

func (v *visit) showSend(status int, page *sendPage) error {
	if page.Provider != nil {
		v.home = "/send?" + url.Values{"app": {page.App.ID}, "event": {page.Sample.Word}}.Encode()
		page.Edited = page.Loaded != "" && digest(page.Body) != page.Loaded
		page.Fields = fieldsOf(page.Provider, page.Sample.Schema, page.Body)
	}
	return v.show(status, "send.html", "", page)
}

// newSendPage picks app and payload. Without an ID it takes the first app, without any
// app the page has no provider.
func (v *visit) newSendPage(id, word string) (*sendPage, error) {
	apps, byID, err := v.appsByID()
	if err != nil {
		return nil, err
	}
	page := &sendPage{Count: "1", Wrong: map[string]string{}}
	for _, app := range apps {
		if senderOf(app.Provider) != nil {
			page.Apps = append(page.Apps, app.Masked())
		}
	}
	switch {
	case id == "" && len(page.Apps) == 0:
		return page, nil
	case id == "":
		id = page.Apps[0].ID
	}
	app, known := byID[id]
	if !known {
		return nil, fmt.Errorf("the app %q: %w", id, outbox.ErrUnknown)
	}
	page.App, page.Provider = app.Masked(), senderOf(app.Provider)
	if page.Provider == nil {
		return nil, fmt.Errorf("%w: %s sends no events", desk.ErrInvalid, titleOf(app.Provider))
	}
	page.Samples, page.Sample = samplesOf(page.Provider), sampleOf(page.Provider, word)
	return page, nil
}

// sendNow sends what the form holds, or shows what would be sent.
func (v *visit) sendNow() error {
	page, draft, err := v.readDraft()
	if err != nil {
		return err
	}
	if len(page.Wrong) > 0 {
		return v.showSend(http.StatusUnprocessableEntity, page)
	}
	if v.text("do") == "preview" {
		made, err := v.desk.Preview(v.r.Context(), page.App.ID, draft)
		return v.answerDraft(page, made, err)
	}
	ids, err := v.desk.Trigger(v.r.Context(), page.App.ID, draft)
	if err != nil {
		return v.answerDraft(page, desk.Preview{}, err)
	}
	if len(ids) == 1 {
		return v.goTo("/events/" + strconv.FormatInt(ids[0], 10))
	}
	v.say(said{Text: v.language.Textf("Events that are on their way: %d.", len(ids))})
	return v.goTo(pageAddress(outbox.Query{App: page.App.ID}, "", 0))
}

// answerDraft shows the form again, with what the desk says to it.
func (v *visit) answerDraft(page *sendPage, made desk.Preview, err error) error {
	if isRefusal(err) {
		page.Wrong[""] = reason(err)
		return v.showSend(http.StatusUnprocessableEntity, page)
	} else if err != nil {
		return err
	}
	page.Preview = &made
	return v.showSend(http.StatusOK, page)
}

// preview answers the page's script while somebody types.
func (v *visit) preview() error {
	page, draft, err := v.readDraft()
	if err != nil {
		return err
	}
	answer := struct {
		desk.Preview
		Fields string            `json:"fields"` // the form made anew, as HTML
		Wrong  map[string]string `json:"wrong"`
	}{Wrong: page.Wrong}
	if len(page.Wrong) == 0 {
		draft.Count = 1
		if answer.Preview, err = v.desk.Preview(v.r.Context(), page.App.ID, draft); isRefusal(err) {
			answer.Wrong[""] = reason(err)
		} else if err != nil {
			return err
		}
	}
	if answer.Problems == nil {
		answer.Problems = []desk.Problem{}
	}
	page.Fields = fieldsOf(page.Provider, page.Sample.Schema, page.Body)
	var fields bytes.Buffer
	if err := pageTemplates(v.language)["send.html"].ExecuteTemplate(&fields, "fields", page.Fields); err != nil {
		return fmt.Errorf("writing the fields: %w", err)
	}
	answer.Fields = fields.String()
	v.w.Header().Set("Content-Type", "application/json")
	v.w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(v.w).Encode(answer)
}

// readDraft reads the form.
func (v *visit) readDraft() (*sendPage, desk.Draft, error) {
	if err := v.parseForm(); err != nil {
		return nil, desk.Draft{}, err
	}
	page, err := v.newSendPage(v.text("app"), v.text("event"))
	if err != nil {
		return nil, desk.Draft{}, err
	}
	if page.Provider == nil {
		return nil, desk.Draft{}, fmt.Errorf("%w: there is no app to send from", desk.ErrInvalid)
	}
	page.Generated, page.AsWritten = v.text("from") == "generated", v.r.PostForm.Has("as-written")
	page.Count, page.Loaded = v.text("count"), v.text("loaded")
	page.Body = strings.ReplaceAll(v.r.PostForm.Get("body"), "\r\n", "\n")

	draft := desk.Draft{Event: page.Sample.Word, Generated: page.Generated, Count: 1}
	if page.Count != "" {
		if draft.Count, err = strconv.Atoi(page.Count); err != nil || draft.Count < 1 || draft.Count > desk.MaxCount {
			page.Wrong["count"] = v.language.Textf("This has to be a number from 1 to %d.", desk.MaxCount)
		}
	}
	if strings.TrimSpace(page.Body) == "" {
		page.Wrong["body"] = v.language.Text("This is needed: there is nothing to send.")
	}
	// Several of an untouched payload are events of their own; of one that was changed
	// they are its duplicates, byte for byte.
	if draft.Count == 1 || digest(page.Body) != page.Loaded {
		draft.Body = page.wire()
	}
	return page, draft, nil
}

// wire is the body as it goes out: without the blanks that are there to be read by,
// unless it is to go as it is written.
func (p *sendPage) wire() string {
	if p.AsWritten {
		return p.Body
	}
	if p.Provider.Query {
		return strings.TrimSpace(p.Body)
	}
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(p.Body)) != nil {
		return p.Body
	}
	return compact.String()
}

func digest(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:8])
}
