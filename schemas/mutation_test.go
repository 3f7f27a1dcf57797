package schemas_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// mutation is a document that differs from a good one in one place, with the one rule that it breaks there. A
// mutation without a rule must be accepted.
type mutation struct {
	what, rule, pointer string
	doc                 any
}

// TestMutations takes a full document of every schema and changes one thing at a time: takes away each member,
// breaks each type, enum, const, pattern, format and bound, and adds an unknown member to each object. Each rule must
// be refused as itself, at its own place, and alone.
func TestMutations(t *testing.T) {
	total := 0
	for _, s := range schemas.All() {
		t.Run(s.ID, func(t *testing.T) {
			m := mutationsOf(t, s)
			for _, mutation := range m.made {
				check(t, s, mutation)
			}
			eachNode(m.schema, "", func(at string, n map[string]any) {
				if !m.visited[at] && n["$ref"] == nil && !m.elsewhere(at) {
					t.Errorf("no mutation reached %s#%s", s.ID, at)
				}
			})
			if least := 4 * len(m.visited); len(m.made) < least {
				t.Errorf("%d mutations for %d schema nodes, want at least %d", len(m.made), len(m.visited), least)
			}
			total += len(m.made)
		})
	}
	if total < 1500 {
		t.Errorf("%d mutations in all: too few to mean anything", total)
	}
}

func check(t *testing.T, s *schemas.Schema, m mutation) {
	t.Helper()
	doc, err := json.Marshal(m.doc)
	if err != nil {
		t.Fatal(err)
	}
	problems, err := s.Validate(doc)
	if err != nil {
		t.Fatalf("%s: %v", m.what, err)
	}
	if m.rule == "" {
		if len(problems) > 0 {
			t.Errorf("%s: refused: %s", m.what, problems[0].Message)
		}
		return
	}
	if len(problems) != 1 || problems[0].Rule != m.rule || problems[0].Pointer != m.pointer {
		t.Errorf("%s: want %s at %s alone, got %v", m.what, m.rule, m.pointer, problems)
	}
}

// mutator walks a schema together with a document that has every member the schema names.
type mutator struct {
	t       *testing.T
	s       *schemas.Schema
	schema  map[string]any
	root    any
	visited map[string]bool
	made    []mutation
}

func mutationsOf(t *testing.T, s *schemas.Schema) *mutator {
	schema := object(t, s.Raw)
	m := &mutator{t: t, s: s, schema: schema, visited: map[string]bool{}}
	m.root = m.full(schema, schema["examples"].([]any)[0])
	m.add("", "", "the full document", m.root)
	m.walk("", schema, nil, m.root)
	return m
}

// elsewhere tells whether a node belongs to a branch of the envelope that its example does not show: the branch's
// own schema is mutated by itself.
func (m *mutator) elsewhere(at string) bool {
	return m.s.ID == "mobio/block_event" && strings.HasPrefix(at, "/definitions/") &&
		!strings.HasPrefix(at, "/definitions/sale_create_deal") && !strings.HasPrefix(at, "/definitions/sale_update_status")
}

// resolve follows references, and an anyOf to the event that the value says it is.
func (m *mutator) resolve(at string, n map[string]any, value any) (string, map[string]any) {
	for {
		if anyOf, ok := n["anyOf"].([]any); ok {
			m.visited[at] = true
			event, _ := value.(map[string]any)["event_type"].(string)
			i := slices.IndexFunc(anyOf, func(branch any) bool {
				return branch.(map[string]any)["$ref"] == "#/definitions/"+event
			})
			n = anyOf[i].(map[string]any)
		}
		ref, ok := n["$ref"].(string)
		if !ok {
			return at, n
		}
		at = strings.TrimPrefix(ref, "#")
		n = m.schema["definitions"].(map[string]any)[strings.TrimPrefix(ref, "#/definitions/")].(map[string]any)
	}
}

// full adds to a value the members and elements that its schema knows and the example leaves out.
func (m *mutator) full(n map[string]any, value any) any {
	_, n = m.resolve("", n, value)
	switch value := value.(type) {
	case map[string]any:
		properties, _ := n["properties"].(map[string]any)
		grown := maps.Clone(value)
		for name, property := range properties {
			member, ok := value[name]
			if !ok || member == nil {
				member = m.grow(property.(map[string]any))
			}
			grown[name] = m.full(property.(map[string]any), member)
		}
		return grown
	case []any:
		items, ok := n["items"].(map[string]any)
		if !ok {
			return value
		}
		if len(value) == 0 {
			value = []any{m.grow(items)}
		}
		grown := make([]any, len(value))
		for i, element := range value {
			grown[i] = m.full(items, element)
		}
		return grown
	}
	return value
}

// grow makes the simplest value of a schema node.
func (m *mutator) grow(n map[string]any) any {
	_, n = m.resolve("", n, nil)
	if value, ok := n["const"]; ok {
		return value
	}
	if values, ok := n["enum"].([]any); ok {
		return values[0]
	}
	if n["pattern"] != nil || n["minimum"] != nil {
		m.t.Fatalf("the example has no value for %v", n)
	}
	switch kinds(n)[0] {
	case "object":
		return map[string]any{}
	case "array":
		return []any{}
	case "number", "integer":
		return json.Number("1")
	default:
		return "text"
	}
}

func (m *mutator) walk(at string, n map[string]any, place []string, value any) {
	at, n = m.resolve(at, n, value)
	m.visited[at] = true
	m.breakType(n, place)
	m.breakValue(n, place, value)
	switch value := value.(type) {
	case map[string]any:
		m.breakMembers(n, place, value)
		properties, _ := n["properties"].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if property, ok := properties[name].(map[string]any); ok {
				m.walk(at+"/properties/"+name, property, slices.Concat(place, []string{name}), value[name])
			} else if rest, ok := n["additionalProperties"].(map[string]any); ok {
				m.walk(at+"/additionalProperties", rest, slices.Concat(place, []string{name}), value[name])
			}
		}
	case []any:
		for i, element := range value {
			if items, ok := n["items"].(map[string]any); ok {
				m.walk(at+"/items", items, slices.Concat(place, []string{strconv.Itoa(i)}), element)
			}
		}
	}
}

// strangers are one value of every JSON type; a fraction is no integer.
var strangers = map[string]any{
	"null": nil, "boolean": true, "string": "ơ", "number": json.Number("0.5"), "array": []any{}, "object": map[string]any{},
}

func (m *mutator) breakType(n map[string]any, place []string) {
	allowed := kinds(n)
	for kind, stranger := range strangers {
		if n["type"] != nil && !slices.Contains(allowed, kind) {
			m.add("type", pointerTo(place), kind+" in place of "+strings.Join(allowed, " or "), m.with(place, stranger))
		}
	}
	if n["type"] == nil && n["properties"] == nil {
		for kind, stranger := range strangers {
			m.add("", "", kind+" where anything goes", m.with(place, stranger))
		}
	}
}

func (m *mutator) breakValue(n map[string]any, place []string, value any) {
	at := pointerTo(place)
	text, isText := value.(string)
	for _, rule := range []string{"enum", "const"} {
		switch {
		case n[rule] == nil:
		case isText:
			m.add(rule, at, "a typo", m.with(place, text+"e"))
		default:
			m.add(rule, at, "another number", m.with(place, json.Number("7")))
		}
	}
	if pattern, ok := n["pattern"].(string); ok {
		for _, wrong := range []string{"", text + " ", " " + text, text + "\n" + text} {
			if regexp.MustCompile(pattern).MatchString(wrong) {
				m.t.Errorf("%s: the pattern matches %q", at, wrong)
			}
			m.add("pattern", at, fmt.Sprintf("%q", wrong), m.with(place, wrong))
		}
	}
	if n["format"] != nil {
		m.add("format", at, "not the format", m.with(place, "2016-13-45"))
	}
	if bound, ok := n["minimum"].(json.Number); ok {
		m.add("", "", "the least", m.with(place, bound))
		m.add("minimum", at, "below the least", m.with(place, near(bound, -1)))
	}
	if bound, ok := n["maximum"].(json.Number); ok {
		m.add("", "", "the most", m.with(place, bound))
		m.add("maximum", at, "above the most", m.with(place, near(bound, +1)))
	}
}

func (m *mutator) breakMembers(n map[string]any, place []string, value map[string]any) {
	required, _ := n["required"].([]any)
	for name := range value {
		without := maps.Clone(value)
		delete(without, name)
		gone := m.with(place, without)
		if slices.Contains(required, any(name)) {
			m.add("required", pointerTo(slices.Concat(place, []string{name})), "a member taken away", gone)
		} else {
			m.add("", "", "without the optional "+name, gone)
		}
	}
	if n["properties"] == nil || n["additionalProperties"] != nil {
		return
	}
	with := maps.Clone(value)
	with["khop/unknown~"] = map[string]any{"inside": true}
	more := m.with(place, with)
	m.add("", "", "an unknown member in "+pointerTo(place), more)
	doc, _ := json.Marshal(more)
	want := pointerTo(slices.Concat(place, []string{"khop/unknown~"}))
	if got, err := m.s.Undocumented(doc); err != nil || !slices.Equal(got, []string{want}) {
		m.t.Errorf("Undocumented: %v, %v, want %s", got, err, want)
	}
}

func (m *mutator) add(rule, pointer, what string, doc any) {
	m.made = append(m.made, mutation{what: pointer + ": " + what, rule: rule, pointer: pointer, doc: doc})
}

// with is the document with the value at a place replaced.
func (m *mutator) with(place []string, value any) any {
	return replaced(m.root, place, value)
}

func replaced(root any, place []string, value any) any {
	if len(place) == 0 {
		return value
	}
	switch root := root.(type) {
	case map[string]any:
		copied := maps.Clone(root)
		copied[place[0]] = replaced(root[place[0]], place[1:], value)
		return copied
	case []any:
		i, _ := strconv.Atoi(place[0])
		copied := slices.Clone(root)
		copied[i] = replaced(root[i], place[1:], value)
		return copied
	}
	return root
}

func kinds(n map[string]any) []string {
	switch kind := n["type"].(type) {
	case string:
		return []string{kind}
	case []any:
		var all []string
		for _, name := range kind {
			all = append(all, name.(string))
		}
		return all
	}
	return []string{"anything"}
}

func near(bound json.Number, by int64) json.Number {
	whole, _ := bound.Int64()
	return json.Number(strconv.FormatInt(whole+by, 10))
}

func pointerTo(place []string) string {
	var b strings.Builder
	for _, token := range place {
		b.WriteString("/" + rawjson.Escape(token))
	}
	return b.String()
}
