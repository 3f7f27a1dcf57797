package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// lists names the lists of a comparison and the ids in each.
func lists(c *report.Comparison) map[string][]string {
	found := map[string][]string{}
	for name, list := range map[string][]report.Change{
		"broken": c.Broken, "fixed": c.Fixed, "new": c.New, "gone": c.Gone, "judged": c.Judged,
		"unjudged": c.Unjudged, "changed": c.Changed, "still": c.StillFailing,
	} {
		for _, change := range list {
			found[name] = append(found[name], change.ID)
		}
	}
	return found
}

func TestCompareSortsEveryStep(t *testing.T) {
	for _, one := range []struct {
		was, is report.Status
		list    string
		worse   bool
		strict  bool
	}{
		{report.Pass, report.Pass, "", false, false},
		{report.Pass, report.Fail, "broken", true, true},
		{report.Pass, report.Warn, "broken", false, true},
		{report.Pass, report.Known, "broken", false, false},
		{report.Pass, report.Skip, "unjudged", false, false},
		{report.Pass, report.Error, "unjudged", false, false},
		{report.Fail, report.Pass, "fixed", false, false},
		{report.Warn, report.Pass, "fixed", false, false},
		{report.Known, report.Pass, "fixed", false, false},
		{report.Fail, report.NotObservable, "unjudged", false, false},
		{report.Fail, report.Skip, "unjudged", false, false},
		{report.Fail, report.Fail, "still", false, false},
		{report.Fail, report.Known, "changed", false, false},
		{report.Known, report.Fail, "changed", false, false},
		{report.Skip, report.Fail, "judged", true, true},
		{report.NotObservable, report.Warn, "judged", false, true},
		{report.Error, report.Pass, "judged", false, false},
		{report.Skip, report.NotObservable, "", false, false},
		{"", report.Pass, "new", false, false},
		{"", report.Fail, "new", true, true},
		{"", report.Warn, "new", false, true},
		{"", report.Skip, "new", false, false},
		{report.Fail, "", "gone", false, false},
	} {
		run := func(s report.Status) *report.Report {
			if s == "" {
				return of()
			}
			return of(check("a", "payload", s, found("it did", "", "")))
		}
		c := report.Compare(run(one.was), run(one.is))
		want := map[string][]string{}
		if one.list != "" {
			want[one.list] = []string{"superai.payload.a"}
		}
		if got := lists(c); !reflect.DeepEqual(got, want) {
			t.Errorf("%s → %s: %v, want %v", one.was, one.is, got, want)
		}
		if c.Worse(false) != one.worse || c.Worse(true) != one.strict {
			t.Errorf("%s → %s: worse %t, strictly %t", one.was, one.is, c.Worse(false), c.Worse(true))
		}
	}
}

func TestCompareKnowsAnotherFailureFromTheSame(t *testing.T) {
	for _, one := range []struct {
		was, is string
		list    string
	}{
		{"200 OK", "200 OK", "still"},
		{"200 OK after 500µs", "200 OK after 1.25s", "still"},
		{"no answer within 3m0s", "no answer within 2.99s", "changed"},
		{"200 OK", "500", "changed"},
		{"order 15 is missing", "order 16 is missing", "changed"},
	} {
		c := report.Compare(of(check("a", "payload", report.Fail, found(one.was, "", ""))), of(check("a", "payload", report.Fail, found(one.is, "", ""))))
		if got := lists(c); len(got) != 1 || got[one.list] == nil {
			t.Errorf("%q and %q: %v, want %s", one.was, one.is, got, one.list)
		}
	}
}

func TestCompareOfANarrowedRunLooksAtWhatBothRan(t *testing.T) {
	before := of(check("a", "payload", report.Pass), check("b", "payload", report.Pass), check("c", "payload", report.Pass))
	after := of(check("a", "payload", report.Fail), check("d", "payload", report.Fail))
	after.Selection = []string{"--focus a"}
	for _, c := range []*report.Comparison{report.Compare(before, after), report.Compare(after, before)} {
		if got := lists(c); len(got) != 1 || !c.Narrowed || len(c.New)+len(c.Gone) != 0 {
			t.Errorf("%v", got)
		}
		if text := compared(t, c, lang.English, false); !strings.Contains(text, "was a part of the checks: --focus a") || !strings.Contains(text, "only what both runs have is compared") {
			t.Errorf("%s", text)
		}
	}
}

func TestComparable(t *testing.T) {
	mobio := of()
	mobio.Provider = "mobio"
	if err := report.Comparable(of(), of()); err != nil {
		t.Error(err)
	}
	if err := report.Comparable(sideBySide(), sideBySide()); err != nil {
		t.Error(err)
	}
	for _, pair := range [][2]*report.Report{{of(), mobio}, {sideBySide(), of()}} {
		if err := report.Comparable(pair[0], pair[1]); err == nil || !strings.Contains(err.Error(), "superai") || !strings.Contains(err.Error(), "mobio") {
			t.Errorf("%v", err)
		}
	}
}

// drawn is any report of a few checks.
func drawn(t *rapid.T, label string) *report.Report {
	ids := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}), 0, 6, rapid.ID).Draw(t, label)
	var checks []report.Check
	for _, id := range ids {
		message := rapid.SampledFrom([]string{"", "200 OK", "500 after 3ms", "500 after 4ms"}).Draw(t, id)
		checks = append(checks, check(id, "payload", rapid.SampledFrom(report.Statuses).Draw(t, id), found(message, "", "")))
	}
	r := of(checks...)
	if rapid.Bool().Draw(t, "narrowed") {
		r.Selection = []string{"--area payload"}
	}
	return r
}

func TestCompareWithItselfFindsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawn(t, "checks")
		c := report.Compare(r, r)
		for name, ids := range lists(c) {
			if name != "still" {
				t.Fatalf("%s: %v", name, ids)
			}
		}
		if c.Worse(true) || c.Holding+c.NeverJudged+len(c.StillFailing) != len(r.Checks) {
			t.Fatalf("%+v", c)
		}
	})
}

func TestCompareSwappedIsItsMirrorImage(t *testing.T) {
	mirror := map[string]string{"broken": "fixed", "fixed": "broken", "new": "gone", "gone": "new", "judged": "unjudged", "unjudged": "judged", "changed": "changed", "still": "still"}
	rapid.Check(t, func(t *rapid.T) {
		one, two := drawn(t, "one"), drawn(t, "two")
		there, back := report.Compare(one, two), report.Compare(two, one)
		forward, backward := lists(there), lists(back)
		for name, ids := range forward {
			if !sameSet(ids, backward[mirror[name]]) {
				t.Fatalf("%s: %v, swapped %s: %v", name, ids, mirror[name], backward[mirror[name]])
			}
		}
		if len(forward) != len(backward) || there.Holding != back.Holding || there.NeverJudged != back.NeverJudged {
			t.Fatalf("%v, swapped %v", forward, backward)
		}
	})
}

func sameSet(a, b []string) bool {
	counts := map[string]int{}
	for _, id := range a {
		counts[id]++
	}
	for _, id := range b {
		counts[id]--
	}
	for _, n := range counts {
		if n != 0 {
			return false
		}
	}
	return true
}

// compared is a comparison as a terminal shows it.
func compared(t *testing.T, c *report.Comparison, language lang.Language, color bool) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.WriteText(&out, language, color, false); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// eventful is two runs with something for every list.
func eventful() (before, after *report.Report) {
	before = of(
		check("held", "payload", report.Pass), check("breaks", "payload", report.Pass),
		check("mended", "signature", report.Fail, found("200 OK", "", "")), check("left", "signature", report.Pass),
		check("dark", "retry", report.Pass), check("seen", "retry", report.NotObservable, found("needs an observer", "", "")),
		check("other", "response", report.Fail, found("200 OK", "", "")), check("same", "response", report.Warn, should, found("413", "", "")),
	)
	after = of(
		check("held", "payload", report.Pass), check("breaks", "payload", report.Fail, found("answered 500", "", "")),
		check("mended", "signature", report.Pass), check("joined", "signature", report.Warn, should, found("no TLS", "", "")),
		check("dark", "retry", report.Skip, found("the target is gone", "", "")), check("seen", "retry", report.Fail, found("applied twice", "", "")),
		check("other", "response", report.Fail, found("500", "", "")), check("same", "response", report.Warn, should, found("413", "", "")),
	)
	before.Edition, after.Edition = 1, 2
	return before, after
}

func TestComparisonGolden(t *testing.T) {
	c := report.Compare(eventful())
	golden(t, "diff", compared(t, c, lang.English, false))
	golden(t, "diff.vi", compared(t, c, lang.Vietnamese, false))
	var md, js bytes.Buffer
	if err := c.WriteMarkdown(&md, lang.English, false); err != nil {
		t.Fatal(err)
	}
	golden(t, "diff.markdown", md.String())
	if err := c.WriteJSON(&js); err != nil {
		t.Fatal(err)
	}
	golden(t, "diff.json", js.String())
	if coloured := compared(t, c, lang.English, true); withoutColours(coloured) != compared(t, c, lang.English, false) {
		t.Errorf("the colours are not all that differs: %s", coloured)
	}
}

func TestComparisonSaysWhatItIsWorth(t *testing.T) {
	for name, one := range map[string]struct {
		before, after *report.Report
		want          string
	}{
		"nothing changed": {endings["pass"], endings["pass"], "NOT WORSE  superai: 0 broken, 0 fixed, 0 still failing, 0 no longer judged, 3 hold in both"},
		"a broken run":    {endings["pass"], everything()["interrupted"], "UNKNOWN  superai: "},
		"why it broke":    {endings["pass"], everything()["interrupted"], "the new run was not finished: interrupted"},
	} {
		if text := compared(t, report.Compare(one.before, one.after), lang.English, false); !strings.Contains(text, one.want) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestComparisonInterpretsNothingOfOthers(t *testing.T) {
	for _, c := range []*report.Comparison{report.Compare(endings["pass"], poisoned()), report.Compare(poisoned(), poisoned()), report.Compare(poisoned(), endings["pass"])} {
		if text := compared(t, c, lang.English, false); strings.ContainsAny(text, "\x1b\a\r\x00\u202e") {
			t.Errorf("control characters reach the terminal: %q", text)
		}
		var md, js bytes.Buffer
		if err := c.WriteMarkdown(&md, lang.English, true); err != nil {
			t.Fatal(err)
		}
		if rest := outside(md.String()); strings.ContainsAny(strings.ReplaceAll(rest, "\n> ", "\n"), "<>`[") || mention.MatchString(rest) {
			t.Errorf("markup of others: %q", rest)
		}
		var back report.Comparison
		if err := c.WriteJSON(&js); err != nil || json.Unmarshal(js.Bytes(), &back) != nil {
			t.Errorf("%v: %s", err, js.String())
		}
		if fmt.Sprint(len(back.Broken), len(back.New), len(back.StillFailing)) != fmt.Sprint(len(c.Broken), len(c.New), len(c.StillFailing)) {
			t.Errorf("%s", js.String())
		}
	}
}
