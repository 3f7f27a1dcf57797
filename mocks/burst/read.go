package burst

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/khop-dev/khop/schemas"
)

// reportName tells the result of a burst from the other reports that khop writes.
const reportName = "burst"

// Read reads a result from its JSON form. A file that is none, or one of another
// edition, is refused with what is wrong about it.
func Read(file io.Reader) (Result, error) {
	raw, err := io.ReadAll(file)
	if err != nil {
		return Result{}, fmt.Errorf("reading the result: %w", err)
	}
	if err := rightEdition(raw); err != nil {
		return Result{}, err
	}
	problems, err := schemas.Burst().Validate(raw)
	if err != nil {
		return Result{}, fmt.Errorf("this is no result of a burst: %w", err)
	}
	if len(problems) > 0 {
		return Result{}, fmt.Errorf("this is no result of a burst: %s", problems[0].Message)
	}
	var r Result
	if err := json.Unmarshal(raw, &r); err != nil {
		return Result{}, fmt.Errorf("this is no result of a burst: %w", err)
	}
	for _, shard := range r.Shards {
		if shard.Index >= shard.Of {
			return Result{}, fmt.Errorf("this is no result of a burst: it holds a shard %s", shard)
		}
	}
	return r, nil
}

// rightEdition refuses another report, or one of another shape, before its members are
// judged by the rules of this one. Of what is not even JSON it shows the beginning: it may
// be the log of a burst that failed. What is wrong with JSON is left to the schema to tell.
func rightEdition(raw []byte) error {
	var head struct {
		Schema int    `json:"schema"`
		Report string `json:"report"`
		Khop   string `json:"khop"`
	}
	err := json.Unmarshal(raw, &head)
	var syntax *json.SyntaxError
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		return errors.New("this is no result of a burst: it is empty")
	case errors.As(err, &syntax) && !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")):
		return fmt.Errorf("this is no result of a burst but a text: %s", beginning(raw))
	case err != nil:
		return nil
	case head.Report != reportName:
		return errors.New("this is no result of a burst; the report.json that `khop burst ... --report FOLDER` writes is wanted")
	case head.Schema != Version:
		return fmt.Errorf("this result has edition %d, written by khop %s; this khop reads edition %d: use that khop, or run the burst again with this one",
			head.Schema, cmp.Or(head.Khop, "of an unknown version"), Version)
	}
	return nil
}

// beginning is the first line of a text, as far as it says what the text is.
func beginning(raw []byte) string {
	line, rest, _ := strings.Cut(strings.TrimSpace(string(raw[:min(len(raw), 4<<10)])), "\n")
	const enough = 200
	if runes := []rune(line); len(runes) > enough {
		line, rest = string(runes[:enough]), "more"
	}
	if rest != "" {
		return strconv.Quote(line) + " …"
	}
	return strconv.Quote(line)
}
