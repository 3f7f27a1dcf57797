package match

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/khop-dev/khop/mocks"
	_ "github.com/khop-dev/khop/mocks/platforms" // a matcher may be about any provider
	"github.com/khop-dev/khop/schemas"
)

// MatchSchema succeeds for a payload that fits a documented schema, by its id:
// "superai/update_status" (`khop schema` lists them). The payload is JSON in a
// []byte, a string or a json.RawMessage; for a schema of a query string also
// url.Values, or the query string itself; anything else is written as JSON first.
// Members that the schema does not name are allowed: providers add members.
func MatchSchema(id string) types.GomegaMatcher { return &schemaMatcher{id: id} }

type schemaMatcher struct {
	id       string
	problems []schemas.Problem
}

// Match judges the payload. Its error is an unknown schema, or a payload that is not
// JSON at all.
func (m *schemaMatcher) Match(actual any) (bool, error) {
	schema, err := schemas.Lookup(m.id)
	if err != nil {
		return false, fmt.Errorf("MatchSchema: %w", err)
	}
	doc, err := document(schema, actual)
	if err != nil {
		return false, fmt.Errorf("MatchSchema(%q): %w", m.id, err)
	}
	if m.problems, err = schema.Validate(doc); err != nil {
		return false, fmt.Errorf("MatchSchema(%q): the payload is not one JSON value: %w", m.id, err)
	}
	return len(m.problems) == 0, nil
}

// document is the payload as JSON.
func document(schema *schemas.Schema, actual any) ([]byte, error) {
	switch payload := actual.(type) {
	case []byte:
		return written(schema, string(payload))
	case json.RawMessage:
		return written(schema, string(payload))
	case string:
		return written(schema, payload)
	case url.Values:
		return schemas.FromQuery(payload.Encode())
	}
	doc, err := json.Marshal(actual)
	if err != nil {
		return nil, fmt.Errorf("a %T can't be written as JSON: %w", actual, err)
	}
	return doc, nil
}

// written is text that is JSON, or a query string where the schema is of one.
func written(schema *schemas.Schema, text string) ([]byte, error) {
	if isQuery(schema) && !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return schemas.FromQuery(strings.TrimPrefix(text, "?"))
	}
	return []byte(text), nil
}

// isQuery tells whether a schema is about the parameters of a query string.
func isQuery(schema *schemas.Schema) bool {
	provider, err := mocks.Lookup(schema.Provider)
	return err == nil && provider.Query || strings.HasSuffix(schema.Name, "-query")
}

// FailureMessage lists the problems. It does not repeat the payload, which may hold
// keys.
func (m *schemaMatcher) FailureMessage(any) string {
	var out strings.Builder
	fmt.Fprintf(&out, "Expected the payload to fit the schema %s, and it breaks %s:", m.id, count(len(m.problems), "rule"))
	for _, p := range m.problems {
		place := p.Pointer
		if place == "" {
			place = "the whole payload"
		}
		fmt.Fprintf(&out, "\n    %s\n        rule:     %s\n        expected: %s\n        found:    %s", place, p.Rule, p.Expected, p.Found)
	}
	return out.String()
}

// NegatedFailureMessage says that it fits.
func (m *schemaMatcher) NegatedFailureMessage(any) string {
	return fmt.Sprintf("Expected the payload not to fit the schema %s, and it fits", m.id)
}

// count tells how many there are of something.
func count(n int, what string) string {
	if n == 1 {
		return "one " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
