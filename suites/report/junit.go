package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// WriteJUnit renders the report for CI systems: a suite an area, a <failure> for
// every broken MUST, an <error> where khop could not judge, <skipped> with its
// reason. A broken SHOULD passes and says so in its output.
func WriteJUnit(w io.Writer, r *Report) error {
	suites := junitSuites{Name: "khop " + r.Provider, Time: seconds(r.DurationMS)}
	for _, check := range r.Checks {
		if n := len(suites.Suites); n == 0 || suites.Suites[n-1].Name != suiteOf(check) {
			suites.Suites = append(suites.Suites, junitSuite{
				Name: suiteOf(check), Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
			})
		}
		suites.add(&suites.Suites[len(suites.Suites)-1], check)
	}
	for i := range suites.Suites {
		suites.Suites[i].Time = seconds(suites.Suites[i].took)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("writing JUnit: %w", err)
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(suites); err != nil {
		return fmt.Errorf("writing JUnit: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Time      string      `xml:"time,attr"`
	Timestamp string      `xml:"timestamp,attr"`
	Cases     []junitCase `xml:"testcase"`

	took float64
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitProblem `xml:"failure"`
	Error   *junitProblem `xml:"error"`
	Skipped *junitProblem `xml:"skipped"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

func (all *junitSuites) add(suite *junitSuite, check Check) {
	c := junitCase{
		Class: suite.Name, Name: check.ID, Time: seconds(check.DurationMS),
		Output: legal(check.Level + ": " + check.Title + "\nsource: " + check.Source),
	}
	switch check.Status {
	case Fail:
		c.Failure = &junitProblem{legal(check.Message), check.Level, legal(check.story())}
		suite.Failures++
		all.Failures++
	case Error:
		c.Error = &junitProblem{legal(check.Message), "khop", legal(check.story())}
		suite.Errors++
		all.Errors++
	case Skip, NotObservable, Known:
		c.Skipped = &junitProblem{Message: legal(string(check.Status) + ": " + check.Message)}
		suite.Skipped++
	case Warn:
		c.Output = legal("SHOULD: " + check.story())
	}
	suite.Tests++
	all.Tests++
	suite.took += check.DurationMS
	suite.Cases = append(suite.Cases, c)
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

// legal drops what XML 1.0 cannot hold.
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
	provider, _, _ := strings.Cut(check.ID, ".")
	return provider + "." + check.Area
}
