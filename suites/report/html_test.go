package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

func TestPageSaysTheVerdictFirst(t *testing.T) {
	for name, want := range map[string]string{
		"pass":  "✓ PASS The target conforms",
		"warn":  "✓ PASS The target conforms",
		"fail":  "✗ FAIL The target does not conform",
		"error": "✗ ERROR The target could not be judged",
		"stale": "✗ FAIL The list of known failures does not hold",
	} {
		_, page := rendered(t, everything()[name], lang.English)
		if got := page.named("h1"); len(got) != 1 || got[0].text() != want {
			t.Errorf("%s: the heading is %q, want %q", name, got[0].text(), want)
		}
		word := strings.Fields(want)[1]
		if got := page.named("title")[0].text(); got != word+" superai · khop" {
			t.Errorf("%s: the title is %q", name, got)
		}
	}
}

func TestPageHoldsEveryCheck(t *testing.T) {
	for name, r := range endings {
		_, page := rendered(t, r, lang.English)
		shown := page.classed("check")
		if len(shown) != len(r.Checks) {
			t.Errorf("%s: %d checks on the page, %d in the report", name, len(shown), len(r.Checks))
		}
		for i, check := range r.Checks {
			if got := shown[i].attr("data-status"); got != string(check.Status) {
				t.Errorf("%s: %s is shown as %q", name, check.ID, got)
			}
			wantText(t, check.ID, shown[i], check.ID, check.Title, check.Source, check.Why, check.Fix, check.Repeat)
		}
	}
}

func TestPageCountsByArea(t *testing.T) {
	_, page := rendered(t, endings["fail"], lang.English)
	var cards []string
	for _, card := range page.classed("grid")[0].named("li") {
		if len(card.named("svg")) == 1 {
			cards = append(cards, card.text())
		}
	}
	want := []string{"preflight ✓ 1 passed", "signature ✗ 2 failed", "response ✓ 1 passed"}
	if !slices.Equal(cards, want) {
		t.Errorf("the areas are %q, want %q", cards, want)
	}
}

// Without scripts a link of the page jumps: what it names has to be there.
func TestLinksOfThePageLeadSomewhere(t *testing.T) {
	reports := map[string]*report.Report{"several": several()}
	for name, r := range endings {
		reports[name] = r
	}
	for name, r := range reports {
		_, page := rendered(t, r, lang.English)
		ids := map[string]bool{}
		for _, e := range page.all(func(e element) bool { return e.has("id") }) {
			if ids[e.attr("id")] {
				t.Errorf("%s: the id %q is there twice", name, e.attr("id"))
			}
			ids[e.attr("id")] = true
		}
		links := page.all(func(e element) bool { return e.Data == "a" && strings.HasPrefix(e.attr("href"), "#") })
		if len(links) < len(r.Checks) {
			t.Errorf("%s: %d links", name, len(links))
		}
		for _, link := range links {
			if !ids[link.attr("href")[1:]] {
				t.Errorf("%s: nothing on the page is named %q", name, link.attr("href"))
			}
		}
		for _, label := range page.all(func(e element) bool { return e.has("aria-labelledby") }) {
			if !ids[label.attr("aria-labelledby")] {
				t.Errorf("%s: nothing is named %q", name, label.attr("aria-labelledby"))
			}
		}
	}
}

func TestHeadingsDescendByOne(t *testing.T) {
	for _, r := range []*report.Report{endings["fail"], endings["error"], several(), retried()} {
		_, page := rendered(t, r, lang.English)
		before := 0
		for _, heading := range page.all(func(e element) bool {
			return len(e.Data) == 2 && e.Data[0] == 'h' && e.Data[1] >= '1' && e.Data[1] <= '6'
		}) {
			level := int(heading.Data[1] - '0')
			if level > before+1 {
				t.Errorf("%s %q follows a heading of level %d", heading.Data, heading.text(), before)
			}
			before = level
		}
		if before == 0 {
			t.Error("there is no heading")
		}
	}
}

func TestPageSaysWhatWasNotJudged(t *testing.T) {
	_, page := rendered(t, endings["skip"], lang.English)
	notice := page.classed("aside")
	if len(notice) != 1 {
		t.Fatalf("%d notices of what was not judged", len(notice))
	}
	wantText(t, "the notice", notice[0], "– 1 skipped the target refuses unknown members", "? 1 not observable needs an observer")
	for _, check := range slices.Concat(page.classed("check skip"), page.classed("check not-observable")) {
		if strings.Contains(check.named("summary")[0].text(), "✓") {
			t.Errorf("what was not judged looks like good news: %s", check.text())
		}
	}
}

func TestPageTellsWhatCannotBeSeenFromWhatWasSkipped(t *testing.T) {
	same := found("the run was interrupted", "", "")
	_, page := rendered(t, of(check("a", "retry", report.Skip, same), check("b", "retry", report.NotObservable, same),
		check("c", "retry", report.Skip, same)), lang.English)
	wantText(t, "the notice", page.classed("aside")[0],
		"– 2 skipped the run was interrupted", "? 1 not observable the run was interrupted")
}

func TestPageSaysThatTheRunWasNarrowed(t *testing.T) {
	_, whole := rendered(t, endings["pass"], lang.English)
	if got := whole.classed("notice"); len(got) != 0 {
		t.Errorf("a whole run has the notice %q", got[0].text())
	}
	r := of(check("refused", "response", report.Pass))
	r.Selection = []string{"--area response", "--level MUST"}
	_, page := rendered(t, r, lang.English)
	wantText(t, "the notice", page.classed("notice")[0], "This run was narrowed", "--area response", "--level MUST")
}

func TestPageSaysWhatIsKnown(t *testing.T) {
	r := of(check("refused", "response", report.Known, found("302 Found", "4xx", "302 Found"), func(c *report.Check) {
		c.Known = &report.Excuse{Reason: "the gateway is replaced in May", Until: "2026-05-31"}
	}))
	r.Stale = []string{"superai.response.gone is listed, and there is no such check"}
	_, page := rendered(t, r, lang.English)
	wantText(t, "the check", page.classed("check")[0], "~ known", "the gateway is replaced in May", "until 2026-05-31")
	wantText(t, "the notice", page.classed("notice")[0], "The list of known failures is out of date", r.Stale[0])
	wantText(t, "what needs attention", page.classed("broken")[0], "the gateway is replaced in May")
	wantText(t, "the heading", page.named("header")[0], "But for known failures, every MUST that could be judged holds.")
}

// Where nothing is wrong with the target, nobody says so.
func TestNobodyBlamesTheTargetForAStaleList(t *testing.T) {
	const sentence = "The list of known failures does not hold"
	_, page := rendered(t, stale(), lang.English)
	wantText(t, "the heading", page.named("header")[0], sentence, "Every MUST that could be judged holds.", "Problems with the list of known failures: 2.")
	if text := page.named("header")[0].text(); strings.Contains(text, "conform") {
		t.Errorf("it blames the target: %s", text)
	}
	if text := markdown(t, stale(), lang.English); !strings.Contains(text, sentence) {
		t.Errorf("%s", text)
	}
	for _, detail := range []report.Detail{report.Quiet, report.Normal} {
		text := shown(stale(), report.Console{Detail: detail})
		if !strings.Contains(text, "\n"+sentence+".\n") || strings.Count(text, "STALE  ") != 2 {
			t.Errorf("%s", text)
		}
	}
}

func TestPageStatesTheFactsOfTheRun(t *testing.T) {
	r := of(check("large-body", "payload", report.Warn, should))
	r.Settings = map[string]string{"signature": "mac", "envelope": "bare"}
	r.Edition, r.Strict = 3, true
	_, page := rendered(t, r, lang.English)
	wantText(t, "the footer", page.named("footer")[0],
		"http://127.0.0.1:3000/hook", "2026-03-04 05:06:07 UTC", "1.2\u00a0s", "Deliveries 1", "3.8\u00a0ms",
		"Seed 42", "a broken SHOULD fails the run", "every check", "Edition of the checks 3", "khop 1.2.3", "envelope=bare signature=mac")
	wantText(t, "the heading", page.named("header")[0], "They count, because this run is strict.")
}

func TestPageOfSeveralProviders(t *testing.T) {
	r := several()
	_, page := rendered(t, r, lang.English)
	wantText(t, "the heading", page.named("header")[0], "ERROR Not every target could be judged", "mobio: the target is gone")
	parts := page.classed("provider")
	if len(parts) != len(r.Runs) {
		t.Fatalf("%d providers on the page", len(parts))
	}
	wantText(t, "superai", parts[0], "superai ✓ PASS", "http://127.0.0.1:3000/hook", "✓ 1 passed")
	wantText(t, "mobio", parts[1], "mobio ✗ ERROR", "the target is gone", "– 1 skipped")
	var found []string
	for _, check := range page.classed("check") {
		found = append(found, check.attr("data-provider"))
	}
	if !slices.Equal(found, []string{"superai", "mobio"}) {
		t.Errorf("the checks are of %q", found)
	}
}

// several is a report of two providers, one of which could not be judged.
func several() *report.Report {
	good := of(check("refused", "response", report.Pass))
	bad := of(check("refused", "response", report.Skip, found("the target is gone", "", "")))
	bad.Provider, bad.Reason = "mobio", "the target is gone"
	bad.Checks[0].ID = "mobio.response.refused"
	bad.Conclude()
	return report.Merge("1.2.3", good.Started, []*report.Report{good, bad})
}

func TestPageOfARunWithoutChecks(t *testing.T) {
	r := &report.Report{Schema: report.Version, Khop: "1", Provider: "abaha", Reason: "no such host"}
	r.Conclude()
	_, page := rendered(t, r, lang.English)
	wantText(t, "the page", page, "The target could not be judged", "no such host", "No check was run.")
}

func TestPageSpeaksVietnamese(t *testing.T) {
	_, page := rendered(t, endings["fail"], lang.Vietnamese)
	if got := page.named("html")[0].attr("lang"); got != "vi" {
		t.Errorf("the language is %q", got)
	}
	wantText(t, "the heading", page.named("h1")[0], "FAIL Target không khớp")
	wantText(t, "a check", page.classed("check fail")[0], "không đạt", "Yêu cầu", "Nguồn", "Vì sao", "Chạy lại")
	_, page = rendered(t, endings["fail"], lang.English)
	if got := page.named("html")[0].attr("lang"); got != "en" {
		t.Errorf("the language is %q", got)
	}
}

func TestPageIsTheSameEveryTime(t *testing.T) {
	r := several()
	r.Settings = map[string]string{"a": "1", "b": "2", "c": "3", "d": "4"}
	first, _ := rendered(t, r, lang.English)
	for range 5 {
		if again, _ := rendered(t, r, lang.English); again != first {
			t.Fatal("the page changes from one time to the next")
		}
	}
}
