package client

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
)

// stranger says that somebody else than a khop answers, and by what that is seen.
func (c *Client) stranger(response *http.Response, why string) error {
	asked := response.Request
	return fmt.Errorf("%w at %s: what answers there is no khop serve, or one of another version: %s %s %s", ErrUnreachable, c.server, asked.Method, asked.URL.Path, why)
}

// declared refuses an answer of another media type than khop's would have.
func (c *Client) declared(response *http.Response, want string) error {
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch kind {
	case want:
		return nil
	case "":
		return c.stranger(response, "is answered without a Content-Type")
	}
	return c.stranger(response, "is answered with "+kind)
}

// misshapen reads an answer into an empty shape and says why it is not one; empty where it
// is: khop's own always has all members that the empty shape has.
func misshapen(text []byte, into any) string {
	members := func(text []byte) (all map[string]json.RawMessage, err error) {
		err = json.Unmarshal(text, &all)
		return all, err
	}
	empty, err := json.Marshal(into)
	if err != nil {
		panic(fmt.Errorf("writing an empty shape of the API: %w", err))
	}
	wanted, err := members(empty)
	if err != nil {
		panic(fmt.Errorf("a shape of the API is no object: %w", err))
	}
	found, err := members(text)
	if err != nil {
		return "is answered with what is no JSON object"
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if _, there := found[name]; !there {
			return fmt.Sprintf("is answered without %q", name)
		}
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Sprintf("is answered with something else: %s", err)
	}
	return ""
}
