package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/report"
)

// sarifLog is what the tests read of a SARIF file.
type sarifLog struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Version string
				Rules   []struct {
					ID               string
					HelpURI          string `json:"helpUri"`
					ShortDescription struct{ Text string }
					FullDescription  struct{ Text string }
					Help             struct{ Text, Markdown string }
				}
			}
		}
		AutomationDetails struct{ ID string }
		Invocations       []struct {
			ExecutionSuccessful        bool
			ExitCode                   int
			ToolExecutionNotifications []struct {
				Level   string
				Message struct{ Text string }
			}
		}
		Results []struct {
			RuleID              string
			RuleIndex           int
			Level               string
			Message             struct{ Text string }
			PartialFingerprints map[string]string
			Suppressions        []struct{ Kind, Justification string }
			Locations           []struct {
				PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
			}
		}
	}
}

func sarif(t *testing.T, r *report.Report) sarifLog {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal([]byte(written(t, report.WriteSARIF, r)), &log); err != nil {
		t.Fatal(err)
	}
	return log
}

func TestSARIFFitsThePublishedSchema(t *testing.T) {
	schema := published(t, "sarif-schema-2.1.0.json")
	for name, r := range everything() {
		if err := holds(schema, []byte(written(t, report.WriteSARIF, r))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if holds(schema, []byte(`{"version": "2.1.0", "runs": [{"tool": {}}]}`)) == nil {
		t.Error("the schema lets everything pass")
	}
}

func TestSARIFGolden(t *testing.T) {
	for _, name := range []string{"fail", "skip"} {
		golden(t, name+".sarif", written(t, report.WriteSARIF, endings[name]))
	}
}

func TestSARIFResults(t *testing.T) {
	for status, want := range map[report.Status]string{
		report.Pass: "", report.Skip: "", report.NotObservable: "", report.Error: "",
		report.Fail: "error", report.Warn: "warning", report.Known: "error known: the vendor mends it (until 2026-12-31)",
	} {
		c := check("rule", "payload", status, found("what was found", "", ""))
		if status == report.Warn {
			c.Level = "SHOULD"
		}
		if status == report.Known {
			c.Known = &report.Excuse{Reason: "the vendor mends it", Until: "2026-12-31"}
		}
		run := sarif(t, of(c)).Runs[0]
		got := ""
		for _, result := range run.Results {
			got = result.Level
			for _, s := range result.Suppressions {
				got += " known: " + s.Justification
			}
			if result.RuleID != run.Tool.Driver.Rules[result.RuleIndex].ID || result.Message.Text != "what was found" {
				t.Errorf("%s: %+v", status, result)
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", status, got, want)
		}
		told := len(run.Invocations[0].ToolExecutionNotifications) > 0
		if unjudged := status == report.Skip || status == report.NotObservable || status == report.Error; told != unjudged {
			t.Errorf("%s: told as a notification: %t", status, told)
		}
	}
	if level := sarif(t, strict()).Runs[0].Results[0].Level; level != "error" {
		t.Errorf("a strict run's warning is %s", level)
	}
}

func TestSARIFInvocation(t *testing.T) {
	for name, want := range map[string]string{
		"pass": "true 0", "warn": "true 0", "fail": "true 1", "strict": "true 1", "stale": "true 1", "error": "false 3", "interrupted": "false 3", "several": "false 3",
	} {
		run := sarif(t, everything()[name]).Runs[0]
		if got := fmt.Sprint(run.Invocations[0].ExecutionSuccessful, run.Invocations[0].ExitCode); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// GitHub shows nothing of a result without these, and one alert twice where they change.
func TestSARIFIsWhatCodeScanningNeeds(t *testing.T) {
	for name, r := range everything() {
		again := *r
		again.Target, again.Seed = "http://elsewhere/", 7
		for i, result := range sarif(t, r).Runs[0].Results {
			if result.Message.Text == "" || len(result.Locations) != 1 || result.Locations[0].PhysicalLocation.ArtifactLocation.URI != "README.md" {
				t.Errorf("%s: %s has no message or place", name, result.RuleID)
			}
			if other := sarif(t, &again).Runs[0].Results[i]; !maps.Equal(result.PartialFingerprints, other.PartialFingerprints) || result.PartialFingerprints["primaryLocationLineHash"] == "" {
				t.Errorf("%s: %s is not the same finding in another run", name, result.RuleID)
			}
		}
		for _, rule := range sarif(t, r).Runs[0].Tool.Driver.Rules {
			for _, text := range []string{rule.ShortDescription.Text, rule.FullDescription.Text} {
				if n := len([]rune(text)); n == 0 || n > 1024 {
					t.Errorf("%s: %s has a description of %d characters", name, rule.ID, n)
				}
			}
			if rule.Help.Text == "" || rule.Help.Markdown == "" {
				t.Errorf("%s: %s has no help", name, rule.ID)
			}
		}
	}
}

func TestSARIFFindingsDiffer(t *testing.T) {
	seen := []string{}
	for _, result := range sarif(t, endings["fail"]).Runs[0].Results {
		seen = append(seen, result.PartialFingerprints["primaryLocationLineHash"])
	}
	if len(seen) != 2 || len(slices.Compact(seen)) != 2 {
		t.Errorf("%v", seen)
	}
}

func TestSARIFArtifact(t *testing.T) {
	for artifact, want := range map[string]string{
		"": "README.md", "khop.yaml": "khop.yaml", "./src/hook.js": "src/hook.js", "src/web hook.js": "src/web%20hook.js", "a:b.js": "./a:b.js",
	} {
		var out bytes.Buffer
		if err := (report.SARIF{Artifact: artifact}).Write(&out, endings["fail"]); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), fmt.Sprintf(`"uri": %q`, want)) {
			t.Errorf("%q does not become %q", artifact, want)
		}
	}
}

func TestSARIFSource(t *testing.T) {
	for source, want := range map[string]string{
		"https://docs.superai.vn/guide/webhooks.html, Response": "https://docs.superai.vn/guide/webhooks.html",
		"https://docs.superai.vn/guide/webhooks.html: no limit": "https://docs.superai.vn/guide/webhooks.html",
		"https://mobio.io/a?b=c&d=1#x_y, Webhook":               "https://mobio.io/a?b=c&d=1#x_y",
		"RFC 9110, 15.5.2":    "",
		"https://":            "",
		"javascript:alert(1)": "",
	} {
		rule := sarif(t, of(check("a", "payload", report.Pass, func(c *report.Check) { c.Source = source }))).Runs[0].Tool.Driver.Rules[0]
		if rule.HelpURI != want {
			t.Errorf("%q: helpUri %q, want %q", source, rule.HelpURI, want)
		}
		if want != "" && !strings.Contains(rule.Help.Markdown, "<"+want+">") {
			t.Errorf("%q: no link in %q", source, rule.Help.Markdown)
		}
	}
}

// SARIF viewers follow links in messages and fill placeholders in.
func TestSARIFMessagesAreText(t *testing.T) {
	for _, result := range sarif(t, poisoned()).Runs[0].Results {
		if strings.Contains(result.Message.Text, "](") || strings.Contains(result.Message.Text, "{0}") || strings.ContainsAny(result.Message.Text, "\x1b\x00") {
			t.Errorf("%q", result.Message.Text)
		}
	}
}
