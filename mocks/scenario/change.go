package scenario

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// changed puts a value into a member, which is told by its top-level name or by a JSON
// pointer.
func changed(provider *mocks.Provider, payload rawjson.Value, member string, value any) (rawjson.Value, error) {
	pointer := pointerTo(member)
	if _, there := payload.Get(pointer); !there && pointer != member {
		return payload, fmt.Errorf("the event has no member %q%s (%q adds one)", member, mocks.Suggest(member, names(payload)), pointer)
	}
	after, err := written(provider, value)
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
func written(provider *mocks.Provider, value any) (rawjson.Value, error) {
	if provider.Query {
		return rawjson.Text(strings.ReplaceAll(url.QueryEscape(fmt.Sprint(value)), "+", "%20")), nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return rawjson.Value{}, err
	}
	return rawjson.Parse(text)
}

// pointerTo is the JSON pointer of a member.
func pointerTo(member string) string {
	if strings.HasPrefix(member, "/") {
		return member
	}
	return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(member)
}

func names(payload rawjson.Value) []string {
	var all []string
	for _, member := range payload.Members() {
		all = append(all, member.Name)
	}
	return all
}
