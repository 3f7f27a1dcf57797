package report_test

import (
	"reflect"
	"strings"
	"time"

	"github.com/khop-dev/khop/suites/report"
)

// hostile is what a target, or a forged report, would like to see interpreted.
var hostile = strings.Join([]string{
	"<script>alert(1)</script><img src=x onerror=alert(1)>", "</details></summary></code>", "]]> &amp; <!-- ",
	"| a | b |", "``` ```` `", "[click](https://evil.example/) ![x](https://evil.example/x.png)", "@octocat #1 GH-2 o/r#3",
	"**bold** _it_ ~~s~~ $x$ \\", "{0} {1:x}", "::error title=x::y", "%0A::stop-commands::t", "%25", "a: b, c",
	"\n::warning::injected", "\r\n# heading", "\n\n<h1>block</h1>", "\x00\x01\x1b[2J\x1b]0;t\a\b", "\uFFFE\uFFFF\xff\xfe", "\u202e\u2066",
	"Đặng 😀",
}, " ")

// poisoned is a report of every status whose every text is hostile, as far as the
// statuses and the shape of a report allow.
func poisoned() *report.Report {
	var checks []report.Check
	for _, status := range report.Statuses {
		c := check("x", "payload", status, found(hostile, hostile, hostile), exchanged(text(hostile), text(hostile)), unanswered(hostile))
		c.Known = &report.Excuse{Reason: hostile, Until: hostile}
		taint(reflect.ValueOf(&c).Elem())
		c.ID, c.Status = "superai.payload."+string(status)+hostile, status
		checks = append(checks, c)
	}
	r := of(checks...)
	r.Runs = []report.Run{
		{Provider: hostile, Target: hostile, Verdict: report.Broken, Reason: hostile, Counts: r.Counts},
		{Provider: "superai", Target: hostile, Verdict: report.Failed, Counts: r.Counts},
	}
	r.Selection, r.Stale, r.Reason = []string{hostile, hostile}, []string{hostile, hostile}, hostile
	r.Provider, r.Khop, r.Target = hostile, hostile, hostile
	return r
}

// taint puts hostile text into every string of a value.
func taint(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(hostile)
	case reflect.Pointer:
		if !v.IsNil() {
			taint(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			taint(v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			taint(v.Field(i))
		}
	}
}

// everything is the endings and what only some runs have: several providers, a strict
// run, known failures that are stale, a run that broke off, hostile text.
func everything() map[string]*report.Report {
	all := map[string]*report.Report{"poisoned": poisoned(), "strict": strict(), "stale": stale(), "several": sideBySide()}
	for name, r := range endings {
		all[name] = r
	}
	all["nothing"] = of([]report.Check{}...)
	all["interrupted"] = of(check("a", "payload", report.Pass))
	all["interrupted"].Reason = "interrupted"
	all["interrupted"].Conclude()
	return all
}

func strict() *report.Report {
	r := of(endings["warn"].Checks...)
	r.Strict = true
	r.Conclude()
	return r
}

func stale() *report.Report {
	r := of(endings["pass"].Checks...)
	r.Stale = []string{"superai.payload.extra-members passes: take it out", "superai.payload.x is no check"}
	r.Conclude()
	return r
}

func sideBySide() *report.Report {
	mobio := check("genuine-delivery", "preflight", report.Pass)
	mobio.ID = "mobio.preflight.genuine-delivery"
	second := of(mobio)
	second.Provider, second.Target = "mobio", "http://127.0.0.1:3000/mobio?a|b"
	lost := &report.Report{Provider: "esms", Target: "http://127.0.0.1:9/", Seed: 42, Verdict: report.Broken, Reason: "its run left no report"}
	all := report.Merge("1.2.3", endings["pass"].Started, []*report.Report{endings["fail"], second, lost})
	all.DurationMS = 2345.6
	return all
}
