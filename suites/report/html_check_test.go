package report_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// shownCheck is the only check of a page.
func shownCheck(t *testing.T, c report.Check) element {
	t.Helper()
	_, page := rendered(t, of(c), lang.English)
	shown := page.classed("check")
	if len(shown) != 1 {
		t.Fatalf("%d checks on the page", len(shown))
	}
	return shown[0]
}

func TestCheckShowsWhatDiffers(t *testing.T) {
	shown := shownCheck(t, check("ack", "response", report.Fail,
		found("wrong", `200 with {"status":200,"message":"OK"}`, `200 with {"status":"200","message":"OK"}`)))
	var marks []string
	for _, mark := range slices.Concat(shown.named("del"), shown.named("ins")) {
		marks = append(marks, mark.Data+" "+mark.text())
	}
	if want := []string{`ins "`, `ins "`}; !slices.Equal(marks, want) {
		t.Errorf("marked are %q, want %q", marks, want)
	}
	shown = shownCheck(t, check("ack", "response", report.Fail, found("wrong", "200 within 10s", "409 within 10s")))
	if got := shown.named("del")[0].text() + " " + shown.named("ins")[0].text(); got != "200 409" {
		t.Errorf("marked are %q", got)
	}
	if shown = shownCheck(t, check("ack", "response", report.Pass)); len(shown.classed("versus")) != 0 {
		t.Error("a check without an expectation shows one")
	}
}

func TestCheckLinksItsSourceAndNothingElse(t *testing.T) {
	c := check("ack", "response", report.Pass)
	c.Source = "https://docs.superai.vn/guide/webhooks.html, Response; RFC 9110 (see http://example.org/a?b=c&d)."
	var links []string
	for _, link := range shownCheck(t, c).named("a") {
		if !strings.HasPrefix(link.attr("href"), "#") {
			links = append(links, link.attr("href")+" "+link.attr("rel"))
		}
	}
	want := []string{"https://docs.superai.vn/guide/webhooks.html noreferrer", "http://example.org/a?b=c&d noreferrer"}
	if !slices.Equal(links, want) {
		t.Errorf("the links are %q, want %q", links, want)
	}
}

func TestExchangeIsShownAsItWas(t *testing.T) {
	shown := shownCheck(t, check("large", "payload", report.Fail,
		exchanged(text(`{"name":"Nguyễn","note":"a\nb"}`+"\r\n"), text("<b>no</b>\t\x1b[31m\u202e"))))
	exchange := shown.classed("exchange")
	if len(exchange) != 1 || !exchange[0].has("open") {
		t.Fatal("the failing exchange does not lie open")
	}
	wantText(t, "the exchange", exchange[0], "✗ failing update_status without Signature",
		"POST http://127.0.0.1:3000/hook", "Content-Type: application/json", "200 OK", "Content-Type: text/plain", "1.2\u00a0ms")
	bodies := exchange[0].classed("wire")
	wantText(t, "the request", bodies[0], `{"name":"Nguyễn","note":"a\nb"} \r \n`)
	wantText(t, "the answer", bodies[1], `<b>no</b> \t \x1b [31m \u202e`)
	if got := len(bodies[0].named("i")); got != 2 {
		t.Errorf("%d characters of the request are written out, want the two at its end", got)
	}
}

func TestExchangeWithoutAnAnswerSaysWhy(t *testing.T) {
	shown := shownCheck(t, check("gone", "payload", report.Error, unanswered("no connection: connection refused")))
	wantText(t, "the exchange", shown.classed("exchange")[0], "no answer", "no connection: connection refused")
}

func TestBytesThatAreNoTextAreDumped(t *testing.T) {
	bytes := []byte("\xff\x00khop<i>\x7fABCDEFGHI")
	shown := shownCheck(t, check("binary", "payload", report.Fail,
		exchanged(report.Body{Base64: base64.StdEncoding.EncodeToString(bytes), Size: len(bytes)}, report.Body{})))
	dump := shown.classed("dump")
	if len(dump) != 1 {
		t.Fatalf("%d dumps", len(dump))
	}
	wantText(t, "the dump", dump[0],
		"000000 ff 00 6b 68 6f 70 3c 69 3e 7f 41 42 43 44 45 46 ..khop<i>.ABCDEF", "000010 47 48 49 GHI")
	wantText(t, "the exchange", shown.classed("exchange")[0], "Size in bytes: 19", "no body")
}

func TestWhatIsCutSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		body report.Body
		says string
	}{
		"by the run":        {report.Body{Text: "đơn", Size: 65536, Truncated: true}, "Size in bytes: 65536 · cut: only the first 5 are shown"},
		"by the page":       {text(strings.Repeat("ạ", 8000)), "Size in bytes: 24000 · cut: only the first 16383 are shown"},
		"binary, by a page": {report.Body{Base64: base64.StdEncoding.EncodeToString(make([]byte, 9000)), Size: 9000}, "Size in bytes: 9000 · cut: only the first 4096 are shown"},
	} {
		wantText(t, name, shownCheck(t, check("large", "payload", report.Fail, exchanged(c.body, text("ok")))), c.says)
	}
	if whole := shownCheck(t, check("large", "payload", report.Fail, exchanged(text("{}"), text("ok")))); strings.Contains(whole.text(), "cut:") {
		t.Errorf("what is whole is called cut: %s", whole.text())
	}
}

func TestOnlyWholeJSONCanBeIndented(t *testing.T) {
	for body, want := range map[string]int{`{"a":[1]}`: 1, ` [1]`: 1, `"text"`: 0, `{"a":`: 0, `{} {}`: 0, "OK": 0} {
		shown := shownCheck(t, check("body", "payload", report.Fail, exchanged(text(body), text("ok"))))
		if got := len(shown.classed("wire json")); got != want {
			t.Errorf("%s: %d can be indented, want %d", body, got, want)
		}
	}
}

// retried is a report of a check that followed the provider's schedule.
func retried() *report.Report {
	began := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	attempt := func(n int, answer *report.Answer) report.Exchange {
		e := report.Exchange{
			Note: fmt.Sprintf("order, attempt %d", n), Attempt: n, DueMS: float64(n-1) * 300_000,
			Started: began.Add(time.Duration(n-1) * 10 * time.Millisecond), Answer: answer, AnswerMS: 0.5,
			Request: report.Message{Method: "POST", URL: "http://127.0.0.1:3000/hook", Header: [][2]string{}, Body: text(`{"id":"1"}`)},
		}
		if e.Failing = answer != nil; !e.Failing {
			e.Failure = "timed-out: khop's link swallowed the answer"
		}
		return e
	}
	return of(check("answered-late", "retry", report.Fail, func(c *report.Check) {
		c.Exchanges = []report.Exchange{attempt(1, nil), attempt(2, nil), attempt(3, &report.Answer{Status: 409, Body: text("{}")})}
		c.Sent = 4
	}))
}

func TestTimelineDrawsTheAttempts(t *testing.T) {
	_, page := rendered(t, retried(), lang.English)
	figure := page.named("figure")
	if len(figure) != 1 {
		t.Fatalf("%d timelines", len(figure))
	}
	var rows []string
	for _, row := range figure[0].named("tr") {
		rows = append(rows, strings.ReplaceAll(row.text(), "\u00a0", " "))
	}
	want := []string{
		"Attempt Due after Made after Outcome",
		"1 0 ms 0 ms no answer: timed-out: khop's link swallowed the answer",
		"2 5 min 10 ms no answer: timed-out: khop's link swallowed the answer",
		"3 10 min 20 ms answered 409 after 0.5 ms · failing",
	}
	if !slices.Equal(rows, want) {
		t.Errorf("the table is\n%q, want\n%q", rows, want)
	}
	drawing := figure[0].named("svg")[0]
	if drawing.attr("role") != "img" || drawing.attr("aria-label") == "" {
		t.Error("the drawing has no name")
	}
	var places []string
	for _, mark := range slices.Concat(drawing.classed("silent"), drawing.classed("failing")) {
		if mark.Data == "circle" {
			places = append(places, mark.attr("class")+" "+mark.attr("cx"))
		}
	}
	if want := []string{"silent 4%", "silent 50%", "failing 96%"}; !slices.Equal(places, want) {
		t.Errorf("the marks are %q, want %q", places, want)
	}
}

func TestTimelineSaysWhatItDoesNotKnow(t *testing.T) {
	r := retried()
	kept := &r.Checks[0].Exchanges
	*kept = (*kept)[2:]
	(*kept)[0].Started = time.Time{}
	_, page := rendered(t, r, lang.English)
	figure := page.named("figure")[0]
	wantText(t, "the timeline", figure, "Attempts that the report does not keep: 1, 2")
	if strings.Contains(figure.text(), "Made after") {
		t.Errorf("the run did not say when, and the page does: %s", figure.text())
	}
}

func TestTimelineIsDrawnForEachEvent(t *testing.T) {
	r := retried()
	c := &r.Checks[0]
	other := c.Exchanges[0]
	other.Request.Body = text(`{"id":"2"}`)
	unscheduled := c.Exchanges[0]
	unscheduled.Attempt = 0
	c.Exchanges = append([]report.Exchange{other, unscheduled}, c.Exchanges...)
	_, page := rendered(t, r, lang.English)
	var attempts []int
	for _, figure := range page.named("figure") {
		attempts = append(attempts, len(figure.named("tr"))-1)
	}
	if want := []int{1, 3}; !slices.Equal(attempts, want) {
		t.Errorf("the timelines have %v attempts, want %v", attempts, want)
	}
}
