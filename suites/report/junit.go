package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// WriteJUnit renders the report for CI systems: a suite an area, a <failure> for
// every broken MUST (and for a broken SHOULD where the run is strict), an <error>
// where khop could not judge, <skipped> with its reason for the rest that is not
// good news. A SHOULD that fails nothing passes, and says so in its output. What
// belongs to no check, a run that broke off or known failures that are stale, is a
// case of the suite "run".
//
// JUnit XML has no owner. The file fits the two schemas that are enforced by
// somebody: Jenkins' xUnit plugin, which refuses a whole file for one element too
// many, and Maven Surefire's. Both, and Ant's, know <properties> in a suite alone, so
// the level and source of a check are properties of its suite, "id.level" and
// "id.source", and the first lines of its output, where JUnit's own writer puts
// such things. Ant's schema also wants a hostname, which is nobody's business.
func WriteJUnit(w io.Writer, r *Report) error {
	all := junitSuites{Name: "khop " + r.Provider, Time: seconds(r.DurationMS)}
	for _, check := range r.Checks {
		suite := all.suite(r, suiteOf(check))
		suite.describe(check)
		suite.add(r.junitCase(check, suite.Name), check.DurationMS)
	}
	for _, c := range r.junitRun() {
		all.suite(r, c.Class).add(c, 0)
	}
	all.count()
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("writing JUnit: %w", err)
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return fmt.Errorf("writing JUnit: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("writing JUnit: %w", err)
	}
	return nil
}

type junitSuites struct {
	XMLName  xml.Name      `xml:"testsuites"`
	Name     string        `xml:"name,attr"`
	Tests    int           `xml:"tests,attr"`
	Failures int           `xml:"failures,attr"`
	Errors   int           `xml:"errors,attr"`
	Time     string        `xml:"time,attr"`
	Suites   []*junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string           `xml:"name,attr"`
	Tests      int              `xml:"tests,attr"`
	Failures   int              `xml:"failures,attr"`
	Errors     int              `xml:"errors,attr"`
	Skipped    int              `xml:"skipped,attr"`
	Time       string           `xml:"time,attr"`
	Timestamp  string           `xml:"timestamp,attr"`
	Properties *junitProperties `xml:"properties"`
	Cases      []junitCase      `xml:"testcase"`

	took float64
}

type junitProperties struct {
	All []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// junitCase holds its elements in the order in which Surefire wants them.
type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitProblem `xml:"failure"`
	Skipped *junitProblem `xml:"skipped"`
	Error   *junitProblem `xml:"error"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// suite is the last suite where it has this name, or a new one.
func (all *junitSuites) suite(r *Report, name string) *junitSuite {
	if n := len(all.Suites); n > 0 && all.Suites[n-1].Name == name {
		return all.Suites[n-1]
	}
	suite := &junitSuite{
		Name: name, Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
		Properties: &junitProperties{[]junitProperty{{"khop", legal(r.Khop)}, {"seed", fmt.Sprint(r.Seed)}}},
	}
	all.Suites = append(all.Suites, suite)
	return suite
}

// describe puts what is known of a check beforehand into the suite's properties.
func (s *junitSuite) describe(check Check) {
	id := legal(check.ID)
	s.Properties.All = append(s.Properties.All,
		junitProperty{id + ".level", legal(check.Level)},
		junitProperty{id + ".source", legal(check.Source)})
}

func (s *junitSuite) add(c junitCase, took float64) {
	s.Tests++
	s.took += took
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

// count sums up what the suites hold.
func (all *junitSuites) count() {
	for _, s := range all.Suites {
		s.Time = seconds(s.took)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
	}
}

func (r *Report) junitCase(check Check, suite string) junitCase {
	c := junitCase{Class: suite, Name: legal(check.ID), Time: seconds(check.DurationMS)}
	c.Output = legal("id: " + check.ID + "\nlevel: " + check.Level + "\nrequirement: " + check.Title + "\nsource: " + check.Source)
	switch {
	case r.breaks(check):
		c.Failure = &junitProblem{legal(check.Message), legal(check.Level), legal(check.story())}
	case check.Status == Error:
		c.Error = &junitProblem{legal(check.Message), "khop", legal(check.story())}
	case check.Status == Known:
		c.Skipped = &junitProblem{Message: legal("known: " + check.excuse())}
		c.Output = legal("id: " + check.ID + "\nknown: " + check.excuse() + "\n" + check.story())
	case check.Status == Warn:
		c.Output = legal("id: " + check.ID + "\nlevel: " + check.Level + " (broken)\n" + check.story())
	case check.Status == Skip, check.Status == NotObservable:
		c.Skipped = &junitProblem{Message: legal(string(check.Status) + ": " + check.Message)}
	}
	return c
}

// junitRun lists what went wrong with the run itself and stands in none of its checks.
func (r *Report) junitRun() []junitCase {
	var cases []junitCase
	for _, run := range r.brokenRuns() {
		cases = append(cases, junitCase{
			Class: legal(run.Provider + ".run"), Name: legal(run.Provider + ".run"), Time: seconds(0),
			Error: &junitProblem{legal(run.Reason), "khop", legal("the run says nothing about the target: " + run.Reason)},
		})
	}
	if len(r.Stale) > 0 {
		cases = append(cases, junitCase{
			Class: legal(r.Provider + ".run"), Name: "known-failures", Time: seconds(0),
			Failure: &junitProblem{legal(r.Stale[0] + more(len(r.Stale)-1)), "known-failures", legal(strings.Join(r.Stale, "\n"))},
		})
	}
	return cases
}

// story is what a person needs to act on a check that did not hold.
func (c Check) story() string {
	var lines []string
	for _, field := range [][2]string{
		{"requirement", c.Title},
		{"source", c.Source},
		{"expected", c.Expected},
		{"actual", c.Actual},
		{"found", c.Message},
		{"why", c.Why},
		{"fix", c.Fix},
		{"repeat", c.Repeat},
	} {
		if field[1] != "" {
			lines = append(lines, field[0]+": "+field[1])
		}
	}
	return strings.Join(lines, "\n")
}

// legal replaces what XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets).
func legal(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r != 0xFFFE && r != 0xFFFF {
			return r
		}
		return '\uFFFD'
	}, text)
}

func seconds(ms float64) string { return fmt.Sprintf("%.3f", ms/1000) }

// suiteOf is the provider and area of a check, which begin its id.
func suiteOf(check Check) string {
	return legal(providerOf(check) + "." + check.Area)
}
