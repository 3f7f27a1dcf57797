package report_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/khop-dev/khop/suites/report"
)

func TestBadge(t *testing.T) {
	narrowed := of(endings["pass"].Checks...)
	narrowed.Selection = []string{"--area payload"}
	unjudged := of(check("a", "payload", report.Pass), check("b", "payload", report.Skip))
	for name, one := range map[string]struct {
		report *report.Report
		want   string
	}{
		"pass":        {endings["pass"], "3 passed brightgreen false"},
		"warn":        {endings["warn"], "1 passed brightgreen false"},
		"fail":        {endings["fail"], "2 failed red true"},
		"error":       {endings["error"], "error lightgrey true"},
		"strict":      {strict(), "1 failed red true"},
		"stale":       {stale(), "known failures stale red true"},
		"known":       {endings["skip"], "1 passed, 1 known, 2 not judged yellow false"},
		"unjudged":    {unjudged, "1 passed, 1 not judged green false"},
		"narrowed":    {narrowed, "3 passed of a selection green false"},
		"interrupted": {everything()["interrupted"], "error lightgrey true"},
		"nothing":     {of(), "0 passed brightgreen false"},
	} {
		text := written(t, report.WriteBadge, one.report)
		var b struct {
			SchemaVersion         int
			Label, Message, Color string
			IsError               bool
		}
		if err := json.Unmarshal([]byte(text), &b); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(b.Message, " ", b.Color, " ", b.IsError); got != one.want || b.SchemaVersion != 1 || b.Label != "khop superai" {
			t.Errorf("%s: %s, want %s: %s", name, got, one.want, text)
		}
		if again := written(t, report.WriteBadge, one.report); again != text {
			t.Errorf("%s: %s, then %s", name, text, again)
		}
	}
}
