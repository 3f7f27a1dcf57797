package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/khop-dev/khop/mocks/inspect"
)

// jsonVersion counts the shapes that the JSON report has had.
const jsonVersion = 1

// jsonReport is one JSON object, written as it comes: problems, files that cannot be read, the summary.
type jsonReport struct {
	io.Writer
	rows       rows
	unreadable []jsonUnreadable
}

type jsonProblem struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Pointer  string `json:"pointer"`
	Rule     string `json:"rule"`
	Expected string `json:"expected"`
	Found    string `json:"found"`
	Message  string `json:"message"`
	Schema   string `json:"schema,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

type jsonUnreadable struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

type jsonSummary struct {
	Files      int         `json:"files"`
	Payloads   int         `json:"payloads"`
	Valid      int         `json:"valid"`
	Invalid    int         `json:"invalid"`
	Skipped    int         `json:"skipped"`
	Broken     int         `json:"broken"`
	Unreadable int         `json:"unreadable"`
	By         []jsonTally `json:"by"`
}

type jsonTally struct {
	Schema  string `json:"schema"`
	Reason  string `json:"reason"`
	Valid   int    `json:"valid"`
	Invalid int    `json:"invalid"`
}

func newJSON(w io.Writer, o Options) Writer {
	return &jsonReport{Writer: w, rows: rows{
		head: fmt.Sprintf(`{"schema":%d,"khop":%s,"problems":[`, jsonVersion, encoded(o.Version)),
	}}
}

func (j *jsonReport) Found(f inspect.Finding) error {
	for _, p := range f.Problems {
		err := j.rows.write(j, jsonProblem{
			f.File, p.Line, p.Column, p.Pointer, p.Rule, p.Expected, p.Found, message(p), schemaOf(f), f.Reason,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (j *jsonReport) Finished(f inspect.FileCount) error {
	if f.Unreadable != nil {
		j.unreadable = append(j.unreadable, jsonUnreadable{f.File, f.Unreadable.Error()})
	}
	return nil
}

func (j *jsonReport) Close(s inspect.Summary) error {
	summary := jsonSummary{s.Files, s.Payloads(), s.Valid, s.Invalid, s.Skipped, s.Broken, s.Unreadable, []jsonTally{}}
	for _, t := range s.By {
		summary.By = append(summary.By, jsonTally{t.Schema.ID, t.Reason, t.Valid, t.Invalid})
	}
	unreadable := ""
	if len(j.unreadable) > 0 {
		unreadable = fmt.Sprintf(`"unreadable":%s,`, encoded(j.unreadable))
	}
	return j.rows.end(j, fmt.Sprintf("],\n%s\"summary\":%s}\n", unreadable, encoded(summary)))
}

// rows writes the elements of an array, a line each, between a head and a tail.
type rows struct {
	head  string
	begun bool
}

func (r *rows) write(w io.Writer, row any) error {
	separator := ",\n"
	if !r.begun {
		separator, r.begun = r.head+"\n", true
	}
	_, err := io.WriteString(w, separator+encoded(row))
	return err
}

// end closes the array.
func (r *rows) end(w io.Writer, tail string) error {
	if !r.begun {
		tail = r.head + tail
	}
	_, err := io.WriteString(w, tail)
	return err
}

// encoded is a value as JSON, with < and & as they are. Only values of this package are encoded; they all can be.
func encoded(value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(fmt.Sprintf("encode a row of a report: %v", err))
	}
	return string(bytes.TrimSpace(b.Bytes()))
}
