package plan

import (
	"fmt"
	"path/filepath"
	"regexp"

	"go.yaml.in/yaml/v3"

	"github.com/khop-dev/khop/mocks"
)

// reader walks the document and collects what is wrong with it.
type reader struct {
	file     string
	lookup   func(string) (string, bool)
	wanted   []string
	idle     bool // what is read now belongs to a provider that is not wanted
	open     bool // and has a reference that could not be resolved
	problems []error
}

func (r *reader) wrong(at *yaml.Node, format string, details ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s:%d:%d: %w", r.file, at.Line, at.Column, fmt.Errorf(format, details...)))
}

// secrets takes references alone: a file lies in a repository.
func (r *reader) secrets(node *yaml.Node, provider *mocks.Provider, into map[string]string) {
	known := map[string]func(key, value *yaml.Node){}
	for _, secret := range provider.Secrets {
		known[secret.Name] = func(key, value *yaml.Node) {
			if !reference.MatchString(value.Value) {
				r.wrong(value, "a secret is not written here: use ${%s}", provider.Variable(secret.Name))
				return
			}
			if text := r.text(value); text != "" {
				into[secret.Name] = text
			}
		}
	}
	r.mapping(node, "secrets of "+provider.Name, known)
}

func (r *reader) texts(node *yaml.Node, into map[string]string) {
	if node.Kind != yaml.MappingNode {
		r.wrong(node, "has to be a list of names and values")
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		into[node.Content[i].Value] = r.text(node.Content[i+1])
	}
}

// reference is ${NAME}.
var reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// text is a scalar with its ${VARIABLES} filled in.
func (r *reader) text(node *yaml.Node) string {
	if node.Kind != yaml.ScalarNode {
		r.wrong(node, "has to be a text")
		return ""
	}
	return reference.ReplaceAllStringFunc(node.Value, func(match string) string {
		name := reference.FindStringSubmatch(match)[1]
		value, ok := r.lookup(name)
		switch {
		case ok:
			return value
		case r.idle:
			r.open = true
			return match
		}
		r.wrong(node, "the variable %s is not set", name)
		return ""
	})
}

// path is the name of a file or folder, relative to the one that the plan lies in.
func (r *reader) path(node *yaml.Node) string {
	name := r.text(node)
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(r.file), name)
}

func (r *reader) decode(node *yaml.Node, into any, what string) {
	if err := node.Decode(into); err != nil {
		r.wrong(node, "%q is not %s", node.Value, what)
	}
}

// mapping hands every value to the function of its key; another key is an error.
func (r *reader) mapping(node *yaml.Node, what string, known map[string]func(key, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		r.wrong(node, "%s has to be a list of keys and values", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		take, ok := known[key.Value]
		switch {
		case !ok:
			r.wrong(key, "%s has no key %q%s", what, key.Value, mocks.Suggest(key.Value, sortedKeys(known)))
		case seen[key.Value]:
			r.wrong(key, "%s has the key %q twice", what, key.Value)
		default:
			seen[key.Value] = true
			take(key, value)
		}
	}
}
