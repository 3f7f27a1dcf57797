package mocks

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// Change puts a value into a member of a payload, which is told by its top-level name or
// by a JSON pointer. A name has to be there already; a pointer may add a member. Its
// errors name the member, and what may have been meant.
func (p *Provider) Change(payload rawjson.Value, member string, value any) (rawjson.Value, error) {
	pointer := Pointer(member)
	if _, there := payload.Get(pointer); !there {
		if pointer != member {
			return payload, fmt.Errorf("the event has no member %q%s (%q adds one)", member, Suggest(member, MemberNames(payload)), pointer)
		}
		pointer = p.added(pointer)
	}
	after, err := p.written(value)
	if err != nil {
		return payload, fmt.Errorf("%s: %w", member, err)
	}
	next := payload.With(pointer, after)
	if next.String() == payload.String() && !holds(payload, pointer, after) {
		return payload, fmt.Errorf("the event has no place for %q", member)
	}
	return next, nil
}

func holds(payload rawjson.Value, pointer string, value rawjson.Value) bool {
	there, ok := payload.Get(pointer)
	return ok && there.String() == value.String()
}

// written is a value as the provider writes it: JSON, or the percent-encoded text of a
// query parameter.
func (p *Provider) written(value any) (rawjson.Value, error) {
	if p.Query {
		return rawjson.Text(percentEncoded(fmt.Sprint(value))), nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return rawjson.Value{}, err
	}
	return rawjson.Parse(text)
}

// added is where a member goes that is not there yet: the name of a query parameter is
// written as its value is.
func (p *Provider) added(pointer string) string {
	tokens := rawjson.Tokens(pointer)
	if !p.Query || len(tokens) != 1 {
		return pointer
	}
	return Pointer(percentEncoded(tokens[0]))
}

// percentEncoded is a text as a part of a query string, in which it can mean nothing else.
func percentEncoded(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

// Pointer is the JSON pointer of a member that is told by its top-level name, or by a
// pointer.
func Pointer(member string) string {
	if strings.HasPrefix(member, "/") {
		return member
	}
	return "/" + rawjson.Escape(member)
}
