package known

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/khop-dev/khop/mocks"
)

// Read reads a known-failures file. checks are the ids that there are: an entry of
// another one is an error, as is one without message or reason. Every error names
// file, line and column.
func Read(file string, checks []string) (*List, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no %s; --update-known writes it from a run", file)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the known failures: %w", err)
	}
	return Parse(file, text, checks)
}

// Parse reads known failures from text; file is its name for messages.
func Parse(file string, text []byte, checks []string) (*List, error) {
	nodes, err := parse(file, text)
	if err != nil {
		return nil, err
	}
	r := &reader{file: file, checks: checks}
	list := &List{}
	for _, node := range nodes {
		entry := r.entry(node)
		if before, twice := list.of(entry.Check); twice {
			r.wrong(node, "%s is there already, at %s", entry.Check, before.place)
		}
		list.entries = append(list.entries, entry)
	}
	return list, errors.Join(r.problems...)
}

// parse returns the document's entries as nodes.
func parse(file string, text []byte) ([]*yaml.Node, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("%s: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(document.Content) == 0 || document.Content[0].Tag == "!!null" {
		return nil, nil // nothing but comments: nothing is tolerated
	}
	root := document.Content[0]
	if root.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("%s:%d:%d: has to be a list of entries, each with check, message and reason", file, root.Line, root.Column)
	}
	return root.Content, nil
}

// reader reads entries and collects what is wrong with them.
type reader struct {
	file     string
	checks   []string
	problems []error
}

func (r *reader) wrong(at *yaml.Node, format string, details ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s:%d:%d: %s", r.file, at.Line, at.Column, fmt.Sprintf(format, details...)))
}

// members of an entry, in the order in which they are written.
var members = []string{"check", "message", "reason", "until"}

func (r *reader) entry(node *yaml.Node) Entry {
	if node.Kind != yaml.MappingNode {
		r.wrong(node, "an entry has a check, a message and a reason")
		return Entry{}
	}
	values := map[string]*yaml.Node{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		switch {
		case !slices.Contains(members, key.Value):
			r.wrong(key, "an entry has no %q%s", key.Value, mocks.Suggest(key.Value, members))
		case value.Kind != yaml.ScalarNode:
			r.wrong(value, "%s has to be a text", key.Value)
		default:
			values[key.Value] = value
		}
	}
	for _, name := range members[:3] {
		if value := values[name]; value == nil {
			r.wrong(node, "the entry has no %s", name)
		} else if strings.TrimSpace(value.Value) == "" {
			r.wrong(value, "the %s is empty", name)
		}
	}
	r.checkID(values["check"])
	r.until(values["until"])
	return Entry{
		Check: text(values["check"]), Message: text(values["message"]), Reason: text(values["reason"]), Until: text(values["until"]),
		place: fmt.Sprintf("%s:%d", r.file, node.Line),
	}
}

// checkID refuses anything but the id of one check.
func (r *reader) checkID(node *yaml.Node) {
	switch {
	case text(node) == "":
	case strings.ContainsAny(node.Value, "*?["):
		r.wrong(node, "%s is too wide: an entry excuses one check, by its id", node.Value)
	case !slices.Contains(r.checks, node.Value):
		r.wrong(node, "there is no check %q%s", node.Value, nearest(node.Value, r.checks))
	}
}

func nearest(id string, checks []string) string {
	if suggestion := mocks.Suggest(id, checks); strings.Contains(suggestion, "did you mean") {
		return suggestion
	}
	return "; `khop list checks` shows them all"
}

func (r *reader) until(node *yaml.Node) {
	if node == nil {
		return
	}
	if _, err := time.Parse(time.DateOnly, node.Value); err != nil {
		r.wrong(node, "until %q is no day: write it as 2026-12-31", node.Value)
	}
}

func text(node *yaml.Node) string {
	if node == nil {
		return ""
	}
	return node.Value
}

// encode writes entries as the file holds them.
func encode(document *yaml.Node) ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("writing the known failures: %w", err)
	}
	return out.Bytes(), nil
}
