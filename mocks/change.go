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
	if _, there := payload.Get(pointer); !there && pointer != member {
		return payload, fmt.Errorf("the event has no member %q%s (%q adds one)", member, Suggest(member, memberNames(payload)), pointer)
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
		return rawjson.Text(strings.ReplaceAll(url.QueryEscape(fmt.Sprint(value)), "+", "%20")), nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return rawjson.Value{}, err
	}
	return rawjson.Parse(text)
}

// Pointer is the JSON pointer of a member that is told by its top-level name, or by a
// pointer.
func Pointer(member string) string {
	if strings.HasPrefix(member, "/") {
		return member
	}
	return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(member)
}

func memberNames(payload rawjson.Value) []string {
	var all []string
	for _, member := range payload.Members() {
		all = append(all, member.Name)
	}
	return all
}
