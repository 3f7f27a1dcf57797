package report

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/khop-dev/khop/schemas"
)

// Read reads report.json. A file that is none, or one of another edition, is refused
// with what is wrong about it.
func Read(file io.Reader) (*Report, error) {
	raw, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("reading the report: %w", err)
	}
	if err := rightEdition(raw); err != nil {
		return nil, err
	}
	problems, err := schemas.Report().Validate(raw)
	if err != nil {
		return nil, fmt.Errorf("this is no report of khop: %w", err)
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("this is no report of khop: %s%s", problems[0].Message, more(len(problems)-1))
	}
	var r Report
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, fmt.Errorf("this is no report of khop: %w", err)
	}
	return &r, nil
}

// rightEdition refuses a report of another shape before its members are judged by the
// rules of this one. What is not even JSON is left to the schema to tell.
func rightEdition(raw []byte) error {
	var head struct {
		Schema json.RawMessage `json:"schema"`
		Khop   string          `json:"khop"`
	}
	if err := json.Unmarshal(raw, &head); err != nil && !json.Valid(raw) {
		return nil
	}
	edition, err := strconv.Atoi(string(head.Schema))
	switch {
	case err != nil:
		return errors.New("this is no report of khop: it has no schema number; report.json is what is wanted")
	case edition != Version:
		return fmt.Errorf("this report has edition %d, written by khop %s; this khop reads edition %d: use that khop, or run again with this one",
			edition, cmp.Or(head.Khop, "of an unknown version"), Version)
	}
	return nil
}
