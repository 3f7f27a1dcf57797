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

// lists names the lists of a comparison and the ids in each, by their names in JSON.
func lists(c *report.Comparison) map[string][]string {
	found := map[string][]string{}
	value := reflect.ValueOf(c).Elem()
	for i := range value.NumField() {
		list, ok := value.Field(i).Interface().([]report.Change)
		for _, change := range list {
			name := value.Type().Field(i).Tag.Get("json")
			found[name] = append(found[name], change.ID)
		}
		if ok && list == nil {
			panic("JSON has no list of " + value.Type().Field(i).Name)
		}
	}
	return found
}

func TestCompareKnowsAnotherFailureFromTheSame(t *testing.T) {
	for _, one := range []struct {
		was, is string
		list    string
	}{
		{"200 OK", "200 OK", "still_failing"},
		{"200 OK after 500µs", "200 OK after 1.25s", "still_failing"},
		{"no answer within 3m0s", "no answer within 2.99s", "changed"},
		{"200 OK", "500", "changed"},
		{"order 15 is missing", "order 16 is missing", "changed"},
	} {
		c := report.Compare(of(check("a", "payload", report.Fail, found(one.was, "", ""))), of(check("a", "payload", report.Fail, found(one.is, "", ""))), false)
		if got := lists(c); len(got) != 1 || got[one.list] == nil {
			t.Errorf("%q and %q: %v, want %s", one.was, one.is, got, one.list)
		}
	}
}

func TestCompareOfANarrowedRunLooksAtWhatBothRan(t *testing.T) {
	before := of(check("a", "payload", report.Pass), check("b", "payload", report.Pass), check("c", "payload", report.Pass))
	after := of(check("a", "payload", report.Fail), check("d", "payload", report.Fail))
	after.Selection = []string{"--focus a"}
	for _, c := range []*report.Comparison{report.Compare(before, after, false), report.Compare(after, before, false)} {
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
		c := report.Compare(r, r, rapid.Bool().Draw(t, "strict"))
		for name, ids := range lists(c) {
			if name != "still_failing" && name != "known" {
				t.Fatalf("%s: %v", name, ids)
			}
		}
		if c.Worse || c.Holding+c.NeverJudged+len(c.StillFailing)+len(c.Known) != len(r.Checks) {
			t.Fatalf("%+v", c)
		}
	})
}

func TestCompareCountsEveryCheckOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, two := drawn(t, "one"), drawn(t, "two")
		c := report.Compare(one, two, rapid.Bool().Draw(t, "strict"))
		counted, seen := c.Holding+c.NeverJudged, map[string]bool{}
		for name, ids := range lists(c) {
			for _, id := range ids {
				if counted++; seen[id] {
					t.Fatalf("%s is in %s and elsewhere", id, name)
				}
				seen[id] = true
			}
		}
		before, both, all := map[string]bool{}, 0, len(two.Checks)
		for _, check := range one.Checks {
			before[check.ID] = true
		}
		for _, check := range two.Checks {
			if before[check.ID] {
				both++
			}
		}
		if all += len(one.Checks) - both; c.Narrowed {
			all = both
		}
		if counted != all {
			t.Fatalf("%d of %d are counted: %+v", counted, all, c)
		}
	})
}

// compared is a comparison as a terminal shows it.
func compared(t *testing.T, c *report.Comparison, language lang.Language, color bool) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.WriteText(&out, language, color); err != nil {
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
		check("excused", "retry", report.Fail, found("500", "", "")), check("lapsed", "retry", report.Known, found("500", "", "")),
		check("slower", "retry", report.Pass), check("unseen", "retry", report.NotObservable, found("needs an observer", "", "")),
	)
	after = of(
		check("held", "payload", report.Pass), check("breaks", "payload", report.Fail, found("answered 500", "", "")),
		check("mended", "signature", report.Pass), check("joined", "signature", report.Warn, should, found("no TLS", "", "")),
		check("dark", "retry", report.Skip, found("the target is gone", "", "")), check("seen", "retry", report.Fail, found("applied twice", "", "")),
		check("other", "response", report.Fail, found("500", "", "")), check("same", "response", report.Warn, should, found("413", "", "")),
		check("excused", "retry", report.Known, found("500", "", "")), check("lapsed", "retry", report.Fail, found("500", "", "")),
		check("slower", "retry", report.Warn, should, found("late", "", "")), check("unseen", "retry", report.Pass),
		check("latest", "retry", report.Fail, found("lost", "", "")),
	)
	before.Edition, after.Edition = 1, 2
	return before, after
}

func eventfully() *report.Comparison {
	before, after := eventful()
	return report.Compare(before, after, false)
}

func TestComparisonGolden(t *testing.T) {
	c := eventfully()
	golden(t, "diff", compared(t, c, lang.English, false))
	golden(t, "diff.vi", compared(t, c, lang.Vietnamese, false))
	var md, js bytes.Buffer
	if err := c.WriteMarkdown(&md, lang.English); err != nil {
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
		"nothing changed": {endings["pass"], endings["pass"], "NOT WORSE  superai: 3 holding in both"},
		"a broken run":    {endings["pass"], everything()["interrupted"], "UNKNOWN  superai: "},
		"why it broke":    {endings["pass"], everything()["interrupted"], "the new run was not finished: interrupted"},
	} {
		if text := compared(t, report.Compare(one.before, one.after, false), lang.English, false); !strings.Contains(text, one.want) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestComparisonInterpretsNothingOfOthers(t *testing.T) {
	for _, c := range []*report.Comparison{report.Compare(endings["pass"], poisoned(), true), report.Compare(poisoned(), poisoned(), true), report.Compare(poisoned(), endings["pass"], true)} {
		if text := compared(t, c, lang.English, false); strings.ContainsAny(text, "\x1b\a\r\x00\u202e") {
			t.Errorf("control characters reach the terminal: %q", text)
		}
		var md, js bytes.Buffer
		if err := c.WriteMarkdown(&md, lang.English); err != nil {
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
