package render

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/khop-dev/khop/mocks/inspect"
)

// junit writes JUnit XML: a suite a file, a failing case for every invalid payload, and a passing one for all the valid
// payloads of a schema, so that a file of a million events is not a million cases.
type junit struct {
	io.Writer
	begun    bool
	failures []junitCase // of the file at hand
	more     int         // invalid payloads beyond mostFailures
}

// mostFailures is how many invalid payloads of one file are told one by one.
const mostFailures = 1000

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
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

func newJUnit(w io.Writer, _ Options) Writer { return &junit{Writer: w} }

func (j *junit) Found(f inspect.Finding) error {
	if len(j.failures) == mostFailures {
		j.more++
		return nil
	}
	var lines []string
	for _, p := range f.Problems {
		lines = append(lines, fmt.Sprintf("%s:%d:%d %s", f.File, p.Line, p.Column, message(p)))
	}
	name := fmt.Sprintf("line %d, column %d", f.Line, f.Column)
	if f.Schema != nil {
		name += ": " + f.Schema.ID
		lines = append(lines, "judged as "+f.Schema.ID+": "+f.Reason)
	}
	first := f.Problems[0]
	j.failures = append(j.failures, junitCase{Class: legal(f.File), Name: name, Failure: &junitProblem{
		legal(message(first)), first.Rule, legal(strings.Join(lines, "\n")),
	}})
	return nil
}

func (j *junit) Finished(f inspect.FileCount) error {
	suite := junitSuite{Name: legal(f.File), Cases: j.failures, Failures: len(j.failures)}
	if j.more > 0 {
		suite.Failures++
		suite.Cases = append(suite.Cases, junitCase{Class: suite.Name, Name: "further payloads", Failure: &junitProblem{
			Message: fmt.Sprintf("%d further payloads are invalid", j.more),
		}})
	}
	for _, tally := range f.By {
		if tally.Valid > 0 {
			suite.Cases = append(suite.Cases, junitCase{
				Class: suite.Name, Name: tally.Schema.ID, Output: fmt.Sprintf("%d valid: %s", tally.Valid, tally.Reason),
			})
		}
	}
	if f.Skipped > 0 {
		suite.Skipped++
		suite.Cases = append(suite.Cases, junitCase{Class: suite.Name, Name: "no provider's payload", Skipped: &junitProblem{
			Message: fmt.Sprintf("%d skipped: no provider's payload", f.Skipped),
		}})
	}
	if f.Unreadable != nil {
		suite.Errors++
		suite.Cases = append(suite.Cases, junitCase{Class: suite.Name, Name: "file", Error: &junitProblem{
			Message: legal(f.Unreadable.Error()), Type: "unreadable",
		}})
	}
	suite.Tests = len(suite.Cases)
	j.failures, j.more = nil, 0
	return j.write(suite)
}

func (j *junit) write(suite junitSuite) error {
	text, err := xml.MarshalIndent(suite, "  ", "  ")
	if err != nil {
		return fmt.Errorf("write the JUnit suite of %s: %w", suite.Name, err)
	}
	_, err = io.WriteString(j, j.head()+string(text)+"\n")
	return err
}

// head begins the document, once.
func (j *junit) head() string {
	if j.begun {
		return ""
	}
	j.begun = true
	return xml.Header + `<testsuites name="khop validate">` + "\n"
}

func (j *junit) Close(inspect.Summary) error {
	_, err := io.WriteString(j, j.head()+"</testsuites>\n")
	return err
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
