package pages_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
)

// draft is the form of the page as a browser would send it.
func (s *sheet) draft() url.Values {
	s.Helper()
	form := find(s.root, "draft")
	if form == nil {
		s.Fatalf("%s has no form:\n%s", s.path, words(s.root))
	}
	values := url.Values{}
	for n := range form.Descendants() {
		if n.Type != html.ElementNode || attribute(n, "name") == "" || attribute(n, "type") == "checkbox" {
			continue
		}
		switch n.Data {
		case "input":
			values.Set(attribute(n, "name"), attribute(n, "value"))
		case "textarea":
			values.Set(attribute(n, "name"), strings.ReplaceAll(n.FirstChild.Data, "\n", "\r\n"))
		}
	}
	return values
}

func TestSendingNeedsAnApp(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.get("/send").wants(http.StatusOK, "There is no app yet")
	o.post("/send", url.Values{"body": {"{}"}}).wants(http.StatusUnprocessableEntity, "there is no app")
	o.get("/send?app=app_7").wants(http.StatusNotFound)
	o.get("/apps/app_7/send").wants(http.StatusNotFound)
}

func TestEveryDocumentedPayloadCanBeSent(t *testing.T) {
	t.Parallel()
	o := open(t)
	for _, provider := range []string{"mobio", "abaha", "esms", "superai"} {
		app := o.app(provider, "http://127.0.0.1:1/hook")
		known, err := mocks.Lookup(provider)
		if err != nil {
			t.Fatal(err)
		}
		options := 0
		for n := range find(o.get("/send?app="+app.ID).root, "event").Descendants() {
			if n.Data != "option" {
				continue
			}
			options++
			word := url.QueryEscape(attribute(n, "value"))
			for _, from := range []string{"documented", "generated"} {
				page := o.get("/send?app="+app.ID+"&event="+word+"&from="+from).wants(http.StatusOK, "It fits the documented schema.", "http://127.0.0.1:1/hook")
				if find(page.root, "fields").FirstChild == nil {
					t.Errorf("%s: %s has no fields", provider, word)
				}
				sent := o.post("/send", page.draft()).wants(http.StatusOK, "Times sent")
				if !strings.HasPrefix(sent.path, "/events/") {
					t.Errorf("sending led to %s", sent.path)
				}
			}
		}
		if options != len(known.Events()) {
			t.Errorf("%s: %d payloads are offered, want %d", provider, options, len(known.Events()))
		}
	}
}

func TestWhatIsShownIsWhatIsSent(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.app("superai", "http://127.0.0.1:1/hook")
	form := o.get("/send").draft()
	form.Set("do", "preview")
	page := o.post("/send", form).wants(http.StatusOK)
	if len(o.memory.events) != 0 {
		t.Fatal("a preview was sent")
	}
	form.Del("do")
	o.post("/send", form)
	body := string(o.memory.events[0].Body)
	if curl := words(find(page.root, "curl")); !strings.Contains(curl, "--data-raw '"+strings.Join(strings.Fields(body), " ")+"'") {
		t.Errorf("shown was %s\nsent was %s", curl, body)
	}
	if strings.Contains(body, "\n") {
		t.Errorf("the blanks were sent: %s", body)
	}
	form.Set("as-written", "yes")
	o.post("/send", form)
	if body := string(o.memory.events[1].Body); !strings.HasPrefix(body, "{\n  \"type\"") {
		t.Errorf("the blanks were not sent: %s", body)
	}
}

func TestSeveral(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.app("superai", "http://127.0.0.1:1/hook")
	form := o.get("/send").draft()
	form.Set("count", "3")
	o.post("/send", form).wants(http.StatusOK, "Events that are on their way: 3.")
	objects := map[string]bool{}
	for _, event := range o.memory.events {
		objects[event.Object] = true
	}
	if len(objects) != 3 {
		t.Errorf("an untouched payload was sent as %v", objects)
	}
	form.Set("body", `{"type":"update_status","code":"ONE"}`)
	o.post("/send", form).wants(http.StatusOK)
	for _, event := range o.memory.events[3:] {
		if event.Object != "ONE" || event.Type != "update_status" {
			t.Errorf("a changed payload was sent as %+v", event)
		}
	}
}

func TestWhatCannotBeSent(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.app("superai", "http://127.0.0.1:1/hook")
	for _, c := range []struct{ field, value, message string }{
		{"count", "0", "a number from 1 to 10000"},
		{"count", "many", "a number from 1 to 10000"},
		{"count", "10001", "a number from 1 to 10000"},
		{"body", " \r\n", "there is nothing to send"},
	} {
		form := o.get("/send").draft()
		form.Set(c.field, c.value)
		o.post("/send", form).wants(http.StatusUnprocessableEntity).wrong(c.field, c.message)
	}
	if len(o.memory.events) != 0 {
		t.Errorf("%d events were sent", len(o.memory.events))
	}
	// What breaks the schema, or is no JSON at all, is the person's to send.
	form := o.get("/send").draft()
	form.Set("body", "{no JSON")
	o.post("/send", form).wants(http.StatusOK)
	if body := string(o.memory.events[0].Body); body != "{no JSON" {
		t.Errorf("sent was %q", body)
	}
}

// judged is what the page's script is told while somebody types.
type judged struct {
	Curl     string
	Problems []struct{ Pointer, Rule, Message string }
	Fields   string
	Wrong    map[string]string
}

func (o *office) judge(form url.Values) judged {
	o.Helper()
	var said judged
	page := o.post("/send/preview", form).wants(http.StatusOK)
	if err := json.Unmarshal([]byte(page.text), &said); err != nil {
		o.Fatalf("%v: %s", err, page.text)
	}
	return said
}

func TestJudgingWhileTyping(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.app("superai", "http://127.0.0.1:1/hook")
	form := o.get("/send").draft()
	said := o.judge(form)
	if len(said.Problems) != 0 || len(said.Wrong) != 0 || !strings.Contains(said.Curl, "Signature: ") || !strings.Contains(said.Fields, `id="at:/amount"`) {
		t.Errorf("a good payload: %+v", said)
	}
	form.Set("body", strings.Replace(form.Get("body"), `"amount": 230000`, `"amount": "much"`, 1))
	said = o.judge(form)
	if len(said.Problems) != 1 || said.Problems[0].Pointer != "/amount" || said.Problems[0].Rule != "type" {
		t.Errorf("a wrong amount: %+v", said.Problems)
	}
	form.Set("body", "{")
	if said = o.judge(form); len(said.Problems) != 1 || said.Problems[0].Rule != "syntax" || strings.TrimSpace(said.Fields) != "" {
		t.Errorf("no JSON: %+v", said)
	}
	form.Set("body", "")
	if said = o.judge(form); said.Wrong["body"] == "" {
		t.Errorf("nothing: %+v", said)
	}
	if len(o.memory.events) != 0 {
		t.Error("judging has sent something")
	}
}

func TestTheFormIsMadeFromTheSchema(t *testing.T) {
	t.Parallel()
	o := open(t)
	app := o.app("mobio", "http://127.0.0.1:1/")
	page := o.get("/send?app=" + app.ID)
	for pointer, want := range map[string]string{
		"/message_id": "string", "/data_event/created_time": "number", "/data_event/fields/0/field_key": "string",
	} {
		if field := find(page.root, "at:"+pointer); field == nil || attribute(field, "data-kind") != want {
			t.Errorf("%s is no field of kind %s", pointer, want)
		}
	}
	if hint := find(page.root, "hint:/data_event/deal_id"); hint == nil || words(hint) != "Identifier of the deal" {
		t.Error("the schema's description does not stand beside its field")
	}
	form := page.draft()
	form.Set("body", `{"message_id":"m","data_event":{"created_time":1.10}}`)
	fields := o.judge(form).Fields
	for _, part := range []string{`value="1.10"`, `id="at:/event_type"`, `id="at:/data_event/deal_id"`} {
		if !strings.Contains(fields, part) {
			t.Errorf("the form of a partial payload lacks %s", part)
		}
	}
	sms := o.app("esms", "http://127.0.0.1:1/")
	query := o.get("/send?app="+sms.ID+"&event=zalo").wants(http.StatusOK, "As a query string")
	if field := find(query.root, "at:/error_info"); field == nil || !strings.Contains(attribute(field, "value"), `"{\"error\"`) {
		t.Error("a parameter is not shown decoded")
	}
}

func TestAnEventOfAnotherKindOfBody(t *testing.T) {
	t.Parallel()
	o := open(t)
	app := o.app("abaha", "http://127.0.0.1:1/")
	ids, err := o.memory.Accept(t.Context(), []outbox.Event{{App: app.ID, Type: "order", Body: []byte("\x00\xff<b>")}})
	if err != nil {
		t.Fatal(err)
	}
	o.get("/events/"+mustText(ids[0])).wants(http.StatusOK, `\x00`, "<b>")
}
