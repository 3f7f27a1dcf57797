package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/khop-dev/khop/suites/report"
)

// archive is what the tests read of a HAR file.
type archive struct {
	Log struct {
		Version string
		Creator struct{ Name, Version string }
		Pages   []struct{ ID, Title, StartedDateTime string }
		Entries []struct {
			PageRef, StartedDateTime, Comment string
			Time                              float64
			Timings                           struct{ Send, Wait, Receive float64 }
			Request                           struct {
				Method, URL string
				Headers     []struct{ Name, Value string }
				QueryString []struct{ Name, Value string }
				BodySize    int
				PostData    *struct {
					MimeType, Text, Comment string
					Encoding                string `json:"_encoding"`
				}
			}
			Response struct {
				Status                  int
				StatusText, RedirectURL string
				Headers                 []struct{ Name, Value string }
				Content                 struct {
					Size                              int
					MimeType, Text, Encoding, Comment string
				}
				Error string `json:"_error"`
			}
		}
	}
}

// archived writes checks into an archive.
func archived(t *testing.T, checks ...report.Check) []byte {
	t.Helper()
	var out bytes.Buffer
	har := report.NewHAR(&out, "1.2.3")
	for _, c := range checks {
		if err := har.Add(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := har.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func opened(t *testing.T, raw []byte) archive {
	t.Helper()
	var a archive
	if err := json.Unmarshal(raw, &a); err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	return a
}

func TestHARFitsThePublishedSchema(t *testing.T) {
	schema := published(t, "har/har.json")
	for name, r := range everything() {
		if name == "poisoned" {
			for i := range r.Checks { // an address is one, whatever else is hostile
				for j := range r.Checks[i].Exchanges {
					r.Checks[i].Exchanges[j].Request.URL = "http://127.0.0.1/?a=%zz&b"
				}
			}
		}
		if err := holds(schema, archived(t, r.Checks...)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if holds(schema, []byte(`{"log": {"version": "1.2", "creator": {"name": "khop"}, "entries": []}}`)) == nil {
		t.Error("the schema lets everything pass")
	}
}

func TestHARGolden(t *testing.T) {
	golden(t, "fail.har", string(archived(t, endings["fail"].Checks...)))
}

func TestHARTellsEverythingOfAnExchange(t *testing.T) {
	c := check("a", "payload", report.Fail)
	c.Exchanges = []report.Exchange{{
		Note: "second of two", Started: time.Date(2026, 3, 4, 5, 6, 7, 89e6, time.FixedZone("", 7*3600)), AnswerMS: 12.5, Attempt: 2, DueMS: 300000,
		Request: report.Message{
			Method: "POST", URL: "http://127.0.0.1:3000/hook?b=2&a=%C4%91+x&flag&bad=%zz#f",
			Header: [][2]string{{"content-type", "application/json"}, {"X", "1"}, {"X", "2"}}, Body: report.Body{Base64: "//79", Size: 3},
		},
		Answer: &report.Answer{Status: 302, Header: [][2]string{{"Location", "/x"}, {"Content-Type", "text/html"}}, Body: report.Body{Text: "đi", Size: 70000, Truncated: true}},
	}, {
		Request: report.Message{Method: "GET", URL: "http://127.0.0.1:3000/hook", Header: [][2]string{}}, Failure: "unreachable",
	}}
	a := opened(t, archived(t, c))
	if a.Log.Version != "1.2" || a.Log.Creator.Name != "khop" || a.Log.Creator.Version != "1.2.3" || len(a.Log.Pages) != 1 || len(a.Log.Entries) != 2 {
		t.Fatalf("%+v", a)
	}
	if page := a.Log.Pages[0]; page.ID != c.ID || page.Title != "FAIL superai.payload.a: the demand of a" || page.StartedDateTime != "2026-03-03T22:06:07.089Z" {
		t.Errorf("%+v", page)
	}
	e := a.Log.Entries[0]
	if got := fmt.Sprint(e.PageRef, e.StartedDateTime, e.Time, e.Timings, e.Comment); got != c.ID+"2026-03-03T22:06:07.089Z12.5 {0 12.5 0}second of two; attempt 2, which the provider makes 5m0s after the first" {
		t.Errorf("%s", got)
	}
	if got := fmt.Sprint(e.Request.QueryString, e.Request.Headers, e.Request.BodySize); got != "[{b 2} {a đ x} {flag } {bad %zz}] [{content-type application/json} {X 1} {X 2}] 3" {
		t.Errorf("%s", got)
	}
	if p := e.Request.PostData; p == nil || p.Text != "//79" || p.Encoding != "base64" || p.MimeType != "application/json" || p.Comment == "" {
		t.Errorf("%+v", p)
	}
	if got := fmt.Sprintf("%+v", e.Response); got != "{Status:302 StatusText:Found RedirectURL:/x Headers:[{Name:Location Value:/x} {Name:Content-Type Value:text/html}] Content:{Size:70000 MimeType:text/html Text:đi Encoding: Comment:only the beginning is here} Error:}" {
		t.Errorf("%s", got)
	}
	if lost := a.Log.Entries[1]; lost.Response.Status != 0 || lost.Response.Error != "unreachable" || lost.Request.PostData != nil || lost.StartedDateTime != "1970-01-01T00:00:00.000Z" {
		t.Errorf("%+v", lost)
	}
}

func TestHARKeepsThePagesOfOneCheckApart(t *testing.T) {
	c := endings["fail"].Checks[1]
	a := opened(t, archived(t, c, check("silent", "payload", report.Skip), c))
	if len(a.Log.Pages) != 2 || a.Log.Pages[0].ID == a.Log.Pages[1].ID || a.Log.Entries[1].PageRef != a.Log.Pages[1].ID {
		t.Errorf("%+v", a.Log)
	}
	if empty := opened(t, archived(t)); empty.Log.Pages == nil || empty.Log.Entries == nil {
		t.Errorf("no lists: %+v", empty)
	}
}

func TestAppendingJoinsArchives(t *testing.T) {
	one, two := archived(t, endings["fail"].Checks...), archived(t, endings["warn"].Checks...)
	pagesFirst := []byte(`{"comment": {"x": []}, "log": {"version": "1.2", "pages": [{"id": "superai.signature.missing-header", "title": "another"}],
		"entries": [{"pageref": "superai.signature.missing-header", "_own": {"kept": 1}}, {"comment": "of no page"}]}}`)
	var out bytes.Buffer
	all := report.NewHAR(&out, "1.2.3")
	for _, part := range [][]byte{one, two, one, pagesFirst} {
		if err := all.Append(bytes.NewReader(part)); err != nil {
			t.Fatal(err)
		}
	}
	if err := all.Close(); err != nil {
		t.Fatal(err)
	}
	a := opened(t, out.Bytes())
	var ids, refs []string
	for _, p := range a.Log.Pages {
		ids = append(ids, p.ID)
	}
	for _, e := range a.Log.Entries {
		refs = append(refs, e.PageRef)
	}
	want := []string{
		"superai.signature.missing-header", "superai.signature.empty-header", "superai.payload.large-body",
		"superai.signature.missing-header#2", "superai.signature.empty-header#2", "superai.signature.missing-header#3",
	}
	if !slices.Equal(ids, want) || !slices.Equal(refs, append(want, "")) {
		t.Errorf("pages %q, entries %q", ids, refs)
	}
	if !strings.Contains(out.String(), `"_own":{"kept":1}`) {
		t.Error("what khop does not know of is lost")
	}
}

func TestAppendingRefusesWhatIsNoArchive(t *testing.T) {
	whole := archived(t, endings["fail"].Checks...)
	for what, one := range map[string]struct{ part, want string }{
		"nothing":      {"", "it ends in the middle"},
		"text":         {"hello", "it is no HTTP archive"},
		"another JSON": {`{"schema": 1}`, "it is no HTTP archive"},
		"a list":       {`[]`, "it is no HTTP archive"},
		"a cut one":    {string(whole[:len(whole)/2]), "reading an entry"},
		"a bad page":   {`{"log": {"entries": [], "pages": [1]}}`, "reading a page"},
	} {
		err := report.NewHAR(io.Discard, "1.2.3").Append(strings.NewReader(one.part))
		if err == nil || !strings.Contains(err.Error(), "appending an archive") || !strings.Contains(err.Error(), one.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestHARStaysWholeWhereAPartBreaksOff(t *testing.T) {
	var out bytes.Buffer
	har := report.NewHAR(&out, "1.2.3")
	whole := archived(t, endings["fail"].Checks...)
	cut := bytes.LastIndex(whole, []byte(`{"pageref"`)) + 20
	if err := har.Append(bytes.NewReader(whole[:cut])); err == nil {
		t.Error("the cut is not told")
	}
	if err := har.Close(); err != nil {
		t.Fatal(err)
	}
	if a := opened(t, out.Bytes()); len(a.Log.Entries) != 1 {
		t.Errorf("%d entries", len(a.Log.Entries))
	}
}

// A run may send tens of thousands of requests: what has been written is let go.
func TestHARHoldsNothingBack(t *testing.T) {
	written := &counter{}
	har := report.NewHAR(written, "1.2.3")
	body := strings.Repeat("x", 10000)
	for i := range 50 {
		before := written.n
		if err := har.Add(check(fmt.Sprint("c", i), "payload", report.Pass, exchanged(text(body), text(body)))); err != nil {
			t.Fatal(err)
		}
		if written.n-before < 20000 {
			t.Fatalf("%d bytes written for an exchange of 20000", written.n-before)
		}
	}
}

type counter struct{ n int }

func (c *counter) Write(p []byte) (int, error) { c.n += len(p); return len(p), nil }
