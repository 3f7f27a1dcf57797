package report_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// Whoever answers khop, or writes a report for somebody to look at, must not get a
// script, a tag or an attribute into the page.
var attacks = []string{
	`</script><img src=x onerror=alert(1)>`,
	`"><svg onload=alert(1)>`,
	`' onmouseover='alert(1)`,
	`javascript:alert(1)`,
	`https://example.org/"onclick="alert(1)`,
	`</style></title></pre></textarea><script>alert(1)</script>`,
	`<!--<script>`,
	"\x00<\x00script>\x1b]0;title\a",
}

// poison writes a text into every string that a value holds.
func poison(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Pointer:
		poison(v.Elem(), text)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			poison(v.Field(i), text)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			poison(v.Index(i), text)
		}
	case reflect.Map:
		if v.Type().Elem().Kind() == reflect.String {
			v.SetMapIndex(reflect.ValueOf(text), reflect.ValueOf(text))
		}
	}
}

// full is a report in which nothing is empty.
func full() *report.Report {
	r := retried()
	c := &r.Checks[0]
	c.Message, c.Expected, c.Actual = "m", "e", "a"
	c.Known = &report.Excuse{Reason: "r", Until: "u"}
	c.Exchanges[0].Request.Header = [][2]string{{"n", "v"}}
	c.Exchanges[2].Answer.Header = [][2]string{{"n", "v"}}
	r.Checks = append(r.Checks, check("refused", "response", report.Skip, found("x", "", "")))
	r.Reason, r.Selection, r.Stale = "r", []string{"s"}, []string{"s"}
	r.Settings = map[string]string{"k": "v"}
	r.Runs = []report.Run{{Provider: "p", Target: "t", Reason: "r"}}
	return r
}

// shape is a page's tags with the names of their attributes.
func shape(page element) []string {
	var all []string
	for _, e := range page.all(func(element) bool { return true }) {
		tag := e.Data
		for _, a := range e.Attr {
			tag += " " + a.Key
		}
		all = append(all, tag)
	}
	return all
}

func TestNothingInAReportBecomesMarkup(t *testing.T) {
	for _, attack := range attacks {
		t.Run(attack, func(t *testing.T) {
			r := full()
			poison(reflect.ValueOf(r), attack)
			for _, verdict := range []report.Verdict{report.Failed, report.Verdict(attack)} {
				r.Verdict = verdict
				wantHarmless(t, r)
			}
			// Where the words are known, what stands beside them is not.
			for i := range r.Checks {
				r.Checks[i].Status = report.Statuses[i]
			}
			wantHarmless(t, r)
		})
	}
}

// attributes are all that the page has.
var attributes = regexp.MustCompile(`^(lang|charset|http-equiv|content|name|rel|href|class|id|hidden|open|type|value|for|role|tabindex|scope|datetime|autocomplete|spellcheck|aria-[a-z]+|data-[a-z]+|` +
	`viewBox|preserveAspectRatio|x|y|x1|x2|y1|y2|cx|cy|r|width|height)$`)

func wantHarmless(t *testing.T, r *report.Report) {
	t.Helper()
	_, page := rendered(t, r, lang.English)
	if got := len(page.named("script")); got != 1 {
		t.Errorf("%d scripts", got)
	}
	for _, e := range page.all(func(element) bool { return true }) {
		if slices.Contains([]string{"img", "iframe", "object", "embed", "form", "base", "video", "audio", "textarea"}, e.Data) {
			t.Errorf("the page has <%s>", e.Data)
		}
		for _, a := range e.Attr {
			if !attributes.MatchString(a.Key) {
				t.Errorf("<%s> has the attribute %s=%q", e.Data, a.Key, a.Val)
			}
		}
		if href := e.attr("href"); e.has("href") && e.Data == "a" && !strings.HasPrefix(href, "#") {
			if e.attr("rel") != "noreferrer" || !strings.HasPrefix(href, "http://") && !strings.HasPrefix(href, "https://") {
				t.Errorf("a link leads to %q", href)
			}
		}
	}
	for node := range page.Descendants() {
		if node.Type == html.TextNode && node.Parent.Data != "script" && node.Parent.Data != "style" && strings.ContainsAny(node.Data, "\x00\x1b\a\u202e") {
			t.Errorf("an unseen character is in %q", node.Data)
		}
	}
}

func TestPageKeepsItsShapeWhateverItHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		harmless, drawn := full(), full()
		poison(reflect.ValueOf(harmless), "x")
		// A text that begins so is no base64: what it fills is shown as text.
		text := "<" + rapid.StringMatching("(x|<|>|&|\"|'|/|=|`|-|!| |script|style|on|#|\\{|%)+").Draw(t, "text")
		poison(reflect.ValueOf(drawn), text)
		_, one := rendered(t, harmless, lang.English)
		_, other := rendered(t, drawn, lang.English)
		less := func(tags []string) []string { // what is written out or marked depends on the text
			return slices.DeleteFunc(tags, func(tag string) bool { return tag == "i" || tag == "del" || tag == "ins" })
		}
		if a, b := less(shape(one)), less(shape(other)); !slices.Equal(a, b) {
			t.Fatalf("%q changes the page: %d tags, and %d", text, len(a), len(b))
		}
	})
}

var hash = regexp.MustCompile(`(style|script)-src 'sha256-([^']+)'`)

func TestPageForbidsEverythingButItself(t *testing.T) {
	_, page := rendered(t, endings["fail"], lang.English)
	policy := ""
	for _, meta := range page.named("meta") {
		if meta.attr("http-equiv") == "Content-Security-Policy" {
			policy = meta.attr("content")
		}
	}
	for _, rule := range []string{"default-src 'none'", "base-uri 'none'", "form-action 'none'"} {
		if !strings.Contains(policy, rule) {
			t.Errorf("the policy %q lacks %s", policy, rule)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("the policy %q lets in what it should not", policy)
	}
	found := hash.FindAllStringSubmatch(policy, -1)
	if len(found) != 2 {
		t.Fatalf("the policy %q names %d hashes", policy, len(found))
	}
	for _, rule := range found {
		sum := sha256.Sum256([]byte(page.named(rule[1])[0].FirstChild.Data))
		if got := base64.StdEncoding.EncodeToString(sum[:]); got != rule[2] {
			t.Errorf("the hash of the %s is %s, and the policy names %s", rule[1], got, rule[2])
		}
	}
	if styled := page.all(func(e element) bool { return e.has("style") }); len(styled) > 0 {
		t.Errorf("%d elements have a style of their own, which the policy forbids", len(styled))
	}
}

func TestPageLoadsNothing(t *testing.T) {
	for _, r := range []*report.Report{endings["fail"], several(), retried(), full()} {
		out, page := rendered(t, r, lang.English)
		for _, e := range page.all(func(e element) bool {
			return e.has("src") || e.has("srcset") || e.has("data") || e.has("poster") || e.has("ping")
		}) {
			t.Errorf("<%s> loads something", e.Data)
		}
		for _, link := range page.named("link") {
			if !strings.HasPrefix(link.attr("href"), "data:") {
				t.Errorf("the page links %q", link.attr("href"))
			}
		}
		for _, way := range []string{"@import", "url(", "fetch(", "XMLHttpRequest", "sendBeacon", "WebSocket", "importScripts", "localStorage", "document.cookie"} {
			if strings.Contains(out, way) {
				t.Errorf("the page has %s", way)
			}
		}
	}
}

// A page grows with the report and not faster: it is read on a phone.
func TestPageStaysSmall(t *testing.T) {
	var checks []report.Check
	body := `{"type":"update_status","code":"SGNS526213LM.794772640","name":"Nguyễn Thị Ánh",` + strings.Repeat(`"member":"a value",`, 24) + `"end":1}`
	for i := range 67 {
		checks = append(checks, check(fmt.Sprint("rule-", i), "signature", report.Pass,
			exchanged(text(body), text(`{"status":"ok"}`)), exchanged(text(body), text(`{"status":"ok"}`))))
	}
	out, _ := rendered(t, of(checks...), lang.English)
	if most := 300_000; len(out) > most {
		t.Errorf("a passing run of %d checks takes %d bytes, more than %d", len(checks), len(out), most)
	}
}
