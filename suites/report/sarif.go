package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// DefaultArtifact is the file that SARIF results point at where none was named.
const DefaultArtifact = "README.md"

// SARIF renders reports as SARIF 2.1.0, the format in which code scanning takes
// results (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
type SARIF struct {
	// Artifact is the file of the repository that the results are shown at, by its
	// path from the repository's root. Viewers, GitHub's code scanning above all, drop
	// a result without a place in a file, and khop sees a target from outside: only
	// its owner knows where the receiver's code begins. Empty: DefaultArtifact, a file
	// that nearly every repository has.
	Artifact string
}

// WriteSARIF renders a report as SARIF with its results at DefaultArtifact.
func WriteSARIF(w io.Writer, r *Report) error { return SARIF{}.Write(w, r) }

// Write renders a report: a rule for every check that was in the run, a result for
// every one that failed, warned or is a known failure; known failures are suppressed,
// with their reason. What kept a check from being judged is a notification.
//
// Everything is one run of the tool, also where several providers were verified: code
// scanning takes no more of a category.
func (s SARIF) Write(w io.Writer, r *Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s.log(r)); err != nil {
		return fmt.Errorf("writing SARIF: %w", err)
	}
	return nil
}

func (s SARIF) log(r *Report) sarifLog {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "khop", Version: cmp.Or(r.Khop, "unknown"), InformationURI: "https://github.com/khop-dev/khop", Rules: []sarifRule{},
		}},
		// A category for each provider, so that their uploads do not replace one another.
		Automation:  sarifAutomation{"khop/" + r.Provider + "/"},
		Invocations: []sarifInvocation{r.sarifInvocation()},
		Results:     []sarifResult{},
	}
	for i, check := range r.Checks {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, check.sarifRule())
		switch check.Status {
		case Fail, Warn, Known:
			run.Results = append(run.Results, s.result(r, check, i))
		}
	}
	return sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{run},
	}
}

// result is one check that did not hold, at the first line of the artifact.
func (s SARIF) result(r *Report, check Check, rule int) sarifResult {
	result := sarifResult{
		RuleID: check.ID, RuleIndex: rule, Level: check.sarifLevel(), Message: sarifText{plain(cmp.Or(check.Message, check.Title))},
		Locations: []sarifLocation{{
			Physical: sarifPhysical{sarifArtifact{s.uri()}, sarifRegion{1, 1, 1, 2}},
		}},
		// The check is the finding, whatever was sent and wherever the target ran; the
		// second name is the one that GitHub knows an alert by.
		Fingerprints: map[string]string{"khopCheck/v1": check.ID, "primaryLocationLineHash": lineHash(check.ID)},
		Properties:   map[string]any{"repeat": check.Repeat},
	}
	if target := r.targetOf(check); target != "" {
		result.Locations[0].Logical = []sarifLogical{{target, "resource"}}
	}
	if r.breaks(check) {
		result.Level = "error"
	}
	if check.Status == Known {
		result.Suppressions = []sarifSuppression{{"external", "accepted", check.excuse()}}
	}
	return result
}

// uri is the artifact as SARIF names a file: a relative reference with slashes.
func (s SARIF) uri() string {
	path := strings.TrimPrefix(filepath.ToSlash(cmp.Or(s.Artifact, DefaultArtifact)), "./")
	return (&url.URL{Path: path}).String()
}

func (c Check) sarifLevel() string {
	if c.Level == "SHOULD" {
		return "warning"
	}
	return "error"
}

// sarifRule is what is known of a check beforehand. GitHub takes no empty text and no
// description above 1,024 characters.
func (c Check) sarifRule() sarifRule {
	tags := []string{c.Area, c.Level, providerOf(c)}
	slices.Sort(tags)
	return sarifRule{
		ID:               c.ID,
		ShortDescription: sarifText{plain(shorten(c.Title, 1000))},
		FullDescription:  sarifText{plain(shorten(cmp.Or(c.Why, c.Title), 1000))},
		Help: sarifHelp{
			Text:     plain(cmp.Or(c.Fix, c.Title) + "\nSource: " + c.Source),
			Markdown: prose(cmp.Or(c.Fix, c.Title)) + "\n\nSource: " + citation(c.Source),
		},
		HelpURI:       addressOf(c.Source),
		Configuration: sarifConfiguration{c.sarifLevel()},
		Properties: map[string]any{
			"tags": slices.Compact(tags), "precision": "very-high", "problem.severity": c.sarifLevel(),
		},
	}
}

// sarifInvocation tells how the run went. It was successful when it could judge; what
// it found is another matter.
func (r *Report) sarifInvocation() sarifInvocation {
	invocation := sarifInvocation{
		Start:      sarifTime(r.Started),
		End:        sarifTime(r.Started.Add(time.Duration(r.DurationMS * float64(time.Millisecond)))),
		Successful: r.Verdict != Broken,
		ExitCode:   map[Verdict]int{Passed: 0, Failed: 1, Broken: 3}[r.Verdict],
	}
	for _, run := range r.brokenRuns() {
		invocation.notify(sarifNotification{Level: "error", Message: sarifText{plain(run.Provider + ": " + run.Reason)}})
	}
	for _, entry := range r.Stale {
		invocation.notify(sarifNotification{Level: "warning", Message: sarifText{plain("known failures: " + entry)}})
	}
	for i, check := range r.Checks {
		level := map[Status]string{Error: "error", NotObservable: "note", Skip: "note"}[check.Status]
		if level != "" {
			rule := &sarifReference{check.ID, i}
			invocation.notify(sarifNotification{Level: level, Rule: rule, Message: sarifText{plain(cmp.Or(check.Message, string(check.Status)))}})
		}
	}
	return invocation
}

func (i *sarifInvocation) notify(n sarifNotification) { i.Notifications = append(i.Notifications, n) }

// lineHash has the form that GitHub's own tools give the name of an alert.
func lineHash(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:8]) + ":1"
}

func sarifTime(moment time.Time) string { return moment.UTC().Format("2006-01-02T15:04:05.000Z") }

// plain keeps text from being read as more than text: SARIF knows links and
// placeholders in messages, and a target must not be able to place any.
func plain(text string) string {
	return placeholder.ReplaceAllString(strings.ReplaceAll(VisibleLines(text), "](", "]\u200b("), "{\u200b$1}")
}

var placeholder = regexp.MustCompile(`\{(\d+)\}`)
