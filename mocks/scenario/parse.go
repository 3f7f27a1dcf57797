package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
)

// What a flow may hold at most.
const (
	mostSteps   = 1000
	longestWait = 30 * 24 * time.Hour
)

// Parse reads one flow from text; file is its name for messages.
func Parse(file string, text []byte) (Scenario, error) {
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return Scenario{}, fmt.Errorf("%s is empty: a flow has a name, a title, a provider and steps", file)
	case err != nil:
		return Scenario{}, unreadable(file, err)
	}
	r := &reader{file: file}
	s := r.scenario(document.Content[0])
	if err := decoder.Decode(&document); !errors.Is(err, io.EOF) {
		r.problems = append(r.problems, fmt.Errorf("%s: has more than one document, and a file holds one flow", file))
	}
	if err := errors.Join(r.problems...); err != nil {
		return Scenario{}, err
	}
	return s, nil
}

// placed finds the line in an error of the YAML library.
var placed = regexp.MustCompile(`^yaml: line ([0-9]+): `)

func unreadable(file string, err error) error {
	if at := placed.FindStringSubmatch(err.Error()); at != nil {
		return fmt.Errorf("%s:%s: %s", file, at[1], strings.TrimPrefix(err.Error(), at[0]))
	}
	return fmt.Errorf("%s: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
}

// scenario reads a flow; its steps last, when the provider is known.
func (r *reader) scenario(root *yaml.Node) Scenario {
	s := Scenario{}
	var provider *mocks.Provider
	var steps *yaml.Node
	r.mapping(root, "the scenario", map[string]func(value *yaml.Node){
		"name":     func(value *yaml.Node) { s.Name = r.name(value) },
		"title":    func(value *yaml.Node) { s.Title, s.TitleVi = r.spoken(value) },
		"about":    func(value *yaml.Node) { s.About, s.AboutVi = r.spoken(value) },
		"provider": func(value *yaml.Node) { provider = r.provider(value) },
		"steps":    func(value *yaml.Node) { steps = value },
	})
	if len(r.problems) > 0 {
		return s
	}
	for _, wanted := range []struct {
		key     string
		missing bool
	}{{"name", s.Name == ""}, {"title", s.Title == ""}, {"provider", provider == nil}, {"steps", steps == nil}} {
		if wanted.missing {
			r.wrong(root, "the scenario has no %s", wanted.key)
			return s
		}
	}
	s.Provider = provider.Name
	s.Steps = r.steps(steps, provider)
	return s
}

// aName is what a scenario may be called: it stands on command lines and in addresses.
var aName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,99}$`)

func (r *reader) name(node *yaml.Node) string {
	name := r.text(node)
	if !aName.MatchString(name) {
		r.wrong(node, "the name %q is not made of small letters, digits and dashes", name)
	}
	return name
}

func (r *reader) provider(node *yaml.Node) *mocks.Provider {
	provider, err := mocks.Lookup(r.text(node))
	if err != nil {
		r.wrong(node, "%w", err)
		return nil
	}
	return provider
}

func (r *reader) steps(node *yaml.Node, provider *mocks.Provider) []Step {
	if node.Kind != yaml.SequenceNode || len(node.Content) == 0 {
		r.wrong(node, "steps has to be a list with at least one step")
		return nil
	}
	if len(node.Content) > mostSteps {
		r.wrong(node, "there are %d steps, and %d are the most", len(node.Content), mostSteps)
		return nil
	}
	flow := newFlow(provider)
	var steps []Step
	for _, one := range node.Content {
		step := r.step(one, flow)
		if step.Again && !slices.ContainsFunc(steps, Step.Sends) {
			r.wrong(one, "again: there is no event before this step")
		}
		steps = append(steps, step)
	}
	if !slices.ContainsFunc(steps, Step.Sends) {
		r.wrong(node, "no step sends an event")
	}
	return steps
}

// step reads one step and lets it happen in a flow for trial.
func (r *reader) step(node *yaml.Node, flow *flow) Step {
	step := Step{}
	var event, data *yaml.Node
	at := map[string]*yaml.Node{}
	keep := func(key string, take func(*yaml.Node)) func(*yaml.Node) {
		return func(value *yaml.Node) { at[key] = value; take(value) }
	}
	r.mapping(node, "a step", map[string]func(value *yaml.Node){
		"note":  func(value *yaml.Node) { step.Note, step.NoteVi = r.spoken(value) },
		"event": func(value *yaml.Node) { event, step.Event = value, r.text(value) },
		"data":  keep("data", func(value *yaml.Node) { data = value }),
		"wait":  func(value *yaml.Node) { step.Wait = r.wait(value) },
		"ago":   keep("ago", func(value *yaml.Node) { step.Ago = r.wait(value) }),
		"again": keep("again", func(value *yaml.Node) { r.decode(value, &step.Again, "true or false") }),
		"fault": keep("fault", func(value *yaml.Node) { step.Fault = r.fault(value) }),
	})
	switch {
	case event != nil && step.Again:
		r.wrong(at["again"], "again sends the event before: this step has an event of its own")
	case event != nil:
		step.Data = r.event(event, data, step.Event, flow)
	case data != nil:
		r.wrong(data, "data changes an event, and this step has none")
	case at["ago"] != nil:
		r.wrong(at["ago"], "ago is about an event, and this step has none of its own")
	case at["fault"] != nil && !step.Again:
		r.wrong(at["fault"], "fault spoils a delivery, and this step sends nothing")
	}
	return step
}

// event finds a step's sample and changes it as the flow will.
func (r *reader) event(node, data *yaml.Node, word string, flow *flow) map[string]any {
	sample, payload, err := flow.next(word, time.Now())
	if err != nil {
		if word != "" { // else that has been said
			r.wrong(node, "%w", err)
		}
		return nil
	}
	changes := map[string]any{}
	if data != nil {
		payload = r.data(data, flow.provider, payload, changes)
	}
	flow.keep(word, sample, payload)
	return changes
}

func (r *reader) fault(node *yaml.Node) outbox.Fault {
	word := outbox.Fault(r.text(node))
	if !slices.Contains(outbox.Faults, word) {
		var known []string
		for _, f := range outbox.Faults {
			known = append(known, string(f))
		}
		r.wrong(node, "there is no fault %q%s", word, mocks.Suggest(string(word), known))
	}
	return word
}

func (r *reader) wait(node *yaml.Node) time.Duration {
	text := r.text(node)
	wait, err := time.ParseDuration(text)
	if err != nil || wait < 0 || wait > longestWait {
		r.wrong(node, "%q is not a length of time such as 90s, 20m or 12h, up to %s", text, longestWait)
		return 0
	}
	return wait
}
