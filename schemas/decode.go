package schemas

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// decode reads a document that is exactly one JSON value. Numbers stay as they are written.
func decode(doc []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(doc))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("the document is not JSON: %w", located(doc, err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the document is more than one JSON value: the first ends at byte %d", decoder.InputOffset())
	}
	return value, nil
}

// located adds line and column to a syntax error and tells an empty document by its name.
func located(doc []byte, err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("it is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends in the middle of a value")
	case errors.As(err, &syntax):
		read := doc[:min(int(syntax.Offset), len(doc))]
		line := 1 + bytes.Count(read, []byte("\n"))
		column := len(read) - (bytes.LastIndexByte(read, '\n') + 1)
		return fmt.Errorf("line %d, column %d: %w", line, column, err)
	}
	return err
}

// longestNumber is the most characters that a number may have before it counts as one that nobody can hold.
const longestNumber = 1000

// unholdable finds the numbers that double precision cannot hold. JSON allows them and no receiver can read them
// (RFC 8259, section 6); exact arithmetic on one such as 1e999999 would cost whoever tries it dearly.
func unholdable(value any, at pointer) []flaw {
	var flaws []flaw
	switch value := value.(type) {
	case json.Number:
		if !holdable(string(value)) {
			flaws = append(flaws, flaw{at, "number", "a number that double precision can hold", shorten(string(value))})
		}
	case []any:
		for i, element := range value {
			flaws = append(flaws, unholdable(element, at.to(strconv.Itoa(i)))...)
		}
	case map[string]any:
		for name, member := range value {
			flaws = append(flaws, unholdable(member, at.to(name))...)
		}
	}
	return flaws
}

func holdable(number string) bool {
	if len(number) > longestNumber {
		return false
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsInf(value, 0) {
		return false
	}
	mantissa, _, _ := strings.Cut(strings.ToLower(number), "e")
	underflow := value == 0 && strings.ContainsAny(mantissa, "123456789")
	return !underflow
}
