package mocks

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// Given is a body that somebody wrote, as it can be sent: byte for byte, but for the line
// break that an editor puts behind a query string. The error says where a query string
// has what no request line can hold.
func (p *Provider) Given(body []byte) ([]byte, error) {
	if !p.Query {
		return body, nil
	}
	if trimmed, broken := bytes.CutSuffix(body, []byte("\n")); broken {
		body = bytes.TrimSuffix(trimmed, []byte("\r"))
	}
	at := bytes.IndexFunc(body, misplaced)
	if at < 0 {
		return body, nil
	}
	line, column := 1+bytes.Count(body[:at], []byte("\n")), at-bytes.LastIndexByte(body[:at], '\n')
	return nil, fmt.Errorf("line %d, column %d: %s", line, column, misplacement(body[at]))
}

// misplaced tells whether a character would end the query string, or the whole request
// line, before its time. What is no ASCII travels as it is.
func misplaced(r rune) bool { return r <= ' ' || r == 0x7f || r == '#' }

// misplacement says what is wrong with such a character, and how it is written instead.
func misplacement(c byte) string {
	what := fmt.Sprintf("the control character 0x%02x cannot stand in a query string", c)
	switch c {
	case '\n', '\r':
		return "a line break; a query string is one line"
	case ' ':
		what = "a blank cannot stand in a query string"
	case '#':
		what = "a # ends a query string"
	}
	return fmt.Sprintf("%s; write %%%02X", what, c)
}

// RequestAs is Request for a payload of which somebody has chosen members, by name: where
// Request puts in credentials of its own, theirs go out. Where all of these are chosen,
// the bytes go out as they are.
func (p *Provider) RequestAs(account Account, body []byte, chosen []string) Request {
	request := p.Request(account, body)
	own := slices.DeleteFunc(slices.Clone(p.Credentials), func(name string) bool { return !slices.Contains(chosen, name) })
	if len(own) == 0 {
		return request
	}
	if len(own) == len(p.Credentials) {
		request.Body = body
		return request
	}
	payload, err := rawjson.Parse(body)
	dressed, wrong := rawjson.Parse(request.Body)
	if err != nil || wrong != nil {
		return request // nothing was put in
	}
	for _, name := range own {
		value, _ := payload.Get(Pointer(name))
		dressed = dressed.With(Pointer(name), value)
	}
	request.Body = rawjson.Compact.Encode(dressed)
	return request
}

// MemberNames are the names of a payload's top-level members; none where it is no object.
func MemberNames(payload rawjson.Value) []string {
	var all []string
	for _, member := range payload.Members() {
		all = append(all, member.Name)
	}
	return all
}
