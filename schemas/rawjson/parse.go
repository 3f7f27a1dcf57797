package rawjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxDepth bounds nesting, so that a hostile document cannot exhaust the stack.
const maxDepth = 10_000

// Parse reads exactly one JSON value; white space around it is allowed. Member
// order, duplicate members and the digits of numbers are kept.
func Parse(doc []byte) (Value, error) {
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	v, err := parse(dec, 0)
	if err != nil {
		return Value{}, fmt.Errorf("reading JSON near byte %d: %w", dec.InputOffset(), err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Value{}, fmt.Errorf("reading JSON near byte %d: something follows the value", dec.InputOffset())
	}
	return v, nil
}

// MustParse is Parse for documents that are part of the program; it panics.
func MustParse(doc []byte) Value {
	v, err := Parse(doc)
	if err != nil {
		panic(err)
	}
	return v
}

func parse(dec *json.Decoder, depth int) (Value, error) {
	if depth > maxDepth {
		return Value{}, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	token, err := dec.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return Value{}, err
	}
	switch token := token.(type) {
	case string:
		return Text(token), nil
	case json.Number:
		return Value{kind: Number, text: token.String()}, nil
	case bool:
		return Value{kind: Bool, text: fmt.Sprint(token)}, nil
	case json.Delim:
		if token == '{' {
			return parseObject(dec, depth)
		}
		return parseArray(dec, depth)
	}
	return Value{}, nil
}

func parseObject(dec *json.Decoder, depth int) (Value, error) {
	v := Value{kind: Object}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return Value{}, err
		}
		member, err := parse(dec, depth+1)
		if err != nil {
			return Value{}, err
		}
		v.members = append(v.members, Member{name.(string), member})
	}
	return v, closing(dec)
}

func parseArray(dec *json.Decoder, depth int) (Value, error) {
	v := Value{kind: Array}
	for dec.More() {
		item, err := parse(dec, depth+1)
		if err != nil {
			return Value{}, err
		}
		v.items = append(v.items, item)
	}
	return v, closing(dec)
}

func closing(dec *json.Decoder) error {
	_, err := dec.Token()
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
