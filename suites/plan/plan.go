package plan

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/editions"
	"github.com/khop-dev/khop/suites/target"
	"github.com/khop-dev/khop/suites/target/container"
)

// Plan is what khop.yaml says.
type Plan struct {
	Seed   uint64
	Pin    int    // edition whose checks run; 0: all checks
	Known  string // file of known failures; empty: none
	Strict bool   // a broken SHOULD fails the run
	Runs   []Run
}

// Run is one provider to verify. In one that is not wanted, references to variables
// that are not set stand as they are written.
type Run struct {
	Provider      *mocks.Provider
	Target        string          // empty where khop runs the target:
	Container     *container.Spec // how, and
	Path          string          // under which path of it the webhook is
	Secrets       map[string]string
	Settings      map[string]string
	Headers       map[string]string
	Observe       string
	ObservePath   string
	ObserveWithin time.Duration // 0: as the observer has it
	Timeout       time.Duration
	Speed         float64
	CA            string
	InsecureTLS   bool
}

// Read reads a plan. lookup finds environment variables (os.LookupEnv). wanted are the
// names of the providers that are to be verified, all of them where none is named: the
// others are held to their form, but their variables and files need not be there.
// Relative paths in the file are relative to the folder that it lies in.
func Read(file string, lookup func(string) (string, bool), wanted ...string) (*Plan, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no %s; `khop init` writes one to begin with", file)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	return Parse(file, text, lookup, wanted...)
}

// Parse reads a plan from text, as Read does; file is its name for messages and for
// relative paths.
func Parse(file string, text []byte, lookup func(string) (string, bool), wanted ...string) (*Plan, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("%s: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(document.Content) == 0 {
		return nil, fmt.Errorf("%s is empty; `khop init` writes one to begin with", file)
	}
	r := &reader{file: file, lookup: lookup, wanted: wanted}
	plan := r.plan(document.Content[0])
	if err := errors.Join(r.problems...); err != nil {
		return nil, err
	}
	return plan, nil
}

func (r *reader) plan(root *yaml.Node) *Plan {
	plan := &Plan{}
	r.mapping(root, "the configuration", map[string]func(key, value *yaml.Node){
		"seed": func(_, value *yaml.Node) { r.decode(value, &plan.Seed, "a whole number") },
		"pin": func(_, value *yaml.Node) {
			r.decode(value, &plan.Pin, "the number of an edition")
			if _, err := editions.Lookup(plan.Pin); err != nil {
				r.wrong(value, "pin: %w", err)
			}
		},
		"known":  func(_, value *yaml.Node) { plan.Known = r.path(value) },
		"strict": func(_, value *yaml.Node) { r.decode(value, &plan.Strict, "true or false") },
		"providers": func(_, value *yaml.Node) {
			known := map[string]func(key, value *yaml.Node){}
			for _, name := range mocks.Names() {
				known[name] = func(key, value *yaml.Node) {
					provider, err := mocks.Lookup(name)
					if err != nil {
						r.wrong(key, "%w", err)
						return
					}
					r.idle, r.open = len(r.wanted) > 0 && !slices.Contains(r.wanted, name), false
					plan.Runs = append(plan.Runs, r.run(provider, key, value))
				}
			}
			r.mapping(value, "providers", known)
		},
	})
	if len(plan.Runs) == 0 && len(r.problems) == 0 {
		r.wrong(root, "names no provider to verify")
	}
	return plan
}

func (r *reader) run(provider *mocks.Provider, key, node *yaml.Node) Run {
	run := Run{Provider: provider, Secrets: map[string]string{}, Settings: map[string]string{}, Headers: map[string]string{}, Timeout: target.DefaultTimeout}
	r.mapping(node, provider.Name, map[string]func(key, value *yaml.Node){
		"target":    func(_, value *yaml.Node) { run.Target = r.text(value) },
		"container": func(_, value *yaml.Node) { run.Container, run.Path = r.container(value) },
		"secrets":   func(_, value *yaml.Node) { r.secrets(value, provider, run.Secrets) },
		"settings":  func(_, value *yaml.Node) { r.texts(value, run.Settings) },
		"headers":   func(_, value *yaml.Node) { r.texts(value, run.Headers) },
		"observe": func(_, value *yaml.Node) {
			run.Observe = r.text(value)
			if err := (&target.Observer{Ask: run.Observe}).Check(); err != nil {
				r.wrong(value, "%w", err)
			}
		},
		"observe_path":   func(_, value *yaml.Node) { run.ObservePath = r.text(value) },
		"observe_within": func(_, value *yaml.Node) { r.decode(value, &run.ObserveWithin, "a length of time such as 10s") },
		"timeout":        func(_, value *yaml.Node) { r.decode(value, &run.Timeout, "a length of time such as 10s") },
		"speed":          func(_, value *yaml.Node) { r.decode(value, &run.Speed, "a number") },
		"ca": func(_, value *yaml.Node) {
			run.CA = r.path(value)
			if _, err := os.Stat(run.CA); err != nil && !r.idle {
				r.wrong(value, "%w", err)
			}
		},
		"insecure_tls": func(_, value *yaml.Node) { r.decode(value, &run.InsecureTLS, "true or false") },
	})
	r.where(run, key)
	if len(r.problems) > 0 || r.open {
		return run // what is missing has been said, or need not be there
	}
	if err := r.account(run); err != nil {
		r.wrong(key, "%s: %w", provider.Name, err)
	}
	return run
}

// account holds a run to what its provider has; the secrets of one that is not wanted
// need not be there.
func (r *reader) account(run Run) error {
	if r.idle {
		_, err := run.Provider.Choices(run.Settings)
		return err
	}
	_, err := run.Provider.Account(run.Secrets, run.Settings)
	if misfit := (*mocks.Misfit)(nil); errors.As(err, &misfit) && misfit.Missing {
		return fmt.Errorf("%w: give it under secrets, or set %s", err, run.Provider.Variable(misfit.Name))
	}
	return err
}

// where checks that a run has a target, and one only.
func (r *reader) where(run Run, key *yaml.Node) {
	switch {
	case run.Target != "" && run.Container != nil:
		r.wrong(key, "%s has a target and a container: one of them is verified", run.Provider.Name)
	case run.Container != nil:
	case run.Target == "":
		r.wrong(key, "%s has no target", run.Provider.Name)
	case r.open:
	default:
		if _, err := target.ParseURL(run.Target); err != nil {
			r.wrong(key, "%s: target: %w", run.Provider.Name, err)
		}
	}
}

// container reads how khop is to run a target.
func (r *reader) container(node *yaml.Node) (*container.Spec, string) {
	spec, path := &container.Spec{Env: map[string]string{}}, ""
	r.mapping(node, "the container", map[string]func(key, value *yaml.Node){
		"image":     func(_, value *yaml.Node) { spec.Image = r.text(value) },
		"build":     func(_, value *yaml.Node) { spec.Build = r.path(value) },
		"port":      func(_, value *yaml.Node) { r.decode(value, &spec.Port, "a port") },
		"path":      func(_, value *yaml.Node) { path = r.text(value) },
		"env":       func(_, value *yaml.Node) { r.texts(value, spec.Env) },
		"wait_http": func(_, value *yaml.Node) { spec.WaitHTTP = r.text(value) },
		"network":   func(_, value *yaml.Node) { spec.Network = r.text(value) },
		"within":    func(_, value *yaml.Node) { r.decode(value, &spec.Within, "a length of time such as 1m") },
	})
	if len(r.problems) == 0 && !r.idle {
		if err := spec.Check(); err != nil {
			r.wrong(node, "container: %w", err)
		}
	}
	return spec, path
}
