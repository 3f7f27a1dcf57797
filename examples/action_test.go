package examples_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// action is what GitHub documents for the metadata of a composite action; a key that is
// not here is an error:
// https://docs.github.com/actions/reference/metadata-syntax-reference
type action struct {
	Name, Description string
	Branding          struct{ Icon, Color string }
	Inputs            map[string]struct {
		Description, Default string
		Required             bool
	}
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []step
	}
}

type step struct {
	Name, ID, Uses, Shell, Run, If string
	With, Env                      map[string]string
}

func readAction(t *testing.T) action {
	t.Helper()
	var a action
	decodeStrictly(t, read(t, actionFile), &a)
	return a
}

// decodeStrictly wants nothing in a YAML text that the value has no place for.
func decodeStrictly(t *testing.T, text string, into any) {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// usage is a workflow as far as docs/ci.md writes one.
type usage struct {
	Name string
	On   []string
	Jobs map[string]struct {
		RunsOn string `yaml:"runs-on"`
		Env    map[string]string
		Steps  []step
	}
}

// documentedInputs are the inputs that docs/ci.md gives to the action.
func documentedInputs(t *testing.T) map[string]string {
	t.Helper()
	var workflow usage
	decodeStrictly(t, guide(t, "yaml", 0), &workflow)
	for _, s := range workflow.Jobs["verify"].Steps {
		if strings.HasPrefix(s.Uses, "khop-dev/khop@") {
			return s.With
		}
	}
	t.Fatalf("%s does not use the action", guideFile)
	return nil
}

// runner carries the action out as GitHub's does: step by step, with the files by which
// steps tell something to others.
type runner struct {
	*job
	action  action
	context map[string]string // what ${{ }} may name
	outputs map[string]string // of the action
	summary string
	log     string
	code    int
}

// readyAction is the action with its inputs on a machine where Go is set up.
func readyAction(t *testing.T, inputs map[string]string) *runner {
	t.Helper()
	checkout, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{action: readAction(t), outputs: map[string]string{}, context: map[string]string{
		"github.action_path": checkout, "github.action_ref": "v0.0.0-test",
	}}
	r.job = newJob(t, map[string]string{"RUNNER_TEMP": t.TempDir()})
	return r.with(inputs)
}

// with fills in what is not given, and refuses what the action does not know.
func (r *runner) with(given map[string]string) *runner {
	r.t.Helper()
	for name, input := range r.action.Inputs {
		value, there := given[name]
		if !there && input.Required {
			r.t.Fatalf("the input %s is required", name)
		}
		if !there {
			value = input.Default
		}
		r.context["inputs."+name] = value
	}
	for name := range given {
		if _, there := r.action.Inputs[name]; !there {
			r.t.Fatalf("the action has no input %s", name)
		}
	}
	return r
}

// run runs the steps until one fails.
func (r *runner) run() *runner {
	r.t.Helper()
	for _, s := range r.action.Runs.Steps {
		if s.Uses != "" {
			continue // actions/setup-go: Go is there
		}
		if r.step(s); r.code != 0 {
			break
		}
	}
	for name, output := range r.action.Outputs {
		r.outputs[name] = r.expand(output.Value)
	}
	return r
}

func (r *runner) step(s step) {
	r.t.Helper()
	files := r.t.TempDir()
	env := map[string]string{}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH"} {
		env[name] = filepath.Join(files, name)
		if err := os.WriteFile(env[name], nil, 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
	for name, value := range s.Env {
		env[name] = r.expand(value)
	}
	script := filepath.Join(files, "script.sh")
	if err := os.WriteFile(script, []byte(s.Run), 0o600); err != nil {
		r.t.Fatal(err)
	}
	said, code := r.shell(env, "bash", "--noprofile", "--norc", "-eo", "pipefail", script) // what `shell: bash` stands for
	r.log, r.code = r.log+said, code
	for line := range strings.Lines(read(r.t, env["GITHUB_OUTPUT"])) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		r.context["steps."+s.ID+".outputs."+name] = value
	}
	for line := range strings.Lines(read(r.t, env["GITHUB_PATH"])) {
		r.prefer(strings.TrimSpace(line))
	}
	r.summary += read(r.t, env["GITHUB_STEP_SUMMARY"])
}

// expression is a place that GitHub fills in.
var expression = regexp.MustCompile(`\$\{\{\s*(.*?)\s*\}\}`)

func (r *runner) expand(text string) string {
	return expression.ReplaceAllStringFunc(text, func(match string) string {
		return r.context[expression.FindStringSubmatch(match)[1]]
	})
}

// want checks what a workflow sees of the action.
func (r *runner) want(code int, verdict string, summary, log string) {
	r.t.Helper()
	wanted := map[string]string{"verdict": verdict, "exit-code": string(rune('0' + code)), "report": r.context["inputs.report"]}
	if r.code != code || !maps.Equal(r.outputs, wanted) {
		r.t.Errorf("exit code %d and outputs %v, not %d and %v:\n%s", r.code, r.outputs, code, wanted, r.log)
	}
	if !strings.Contains(r.summary, summary) {
		r.t.Errorf("the summary does not say %q:\n%s", summary, r.summary)
	}
	if !strings.Contains(r.log, log) {
		r.t.Errorf("the log does not say %q:\n%s", log, r.log)
	}
	if strings.Contains(r.log+r.summary, partnerCode) {
		r.t.Errorf("the partner code is shown:\n%s\n%s", r.log, r.summary)
	}
}

// TestActionConforms runs what docs/ci.md shows, on the receiver in Node.
func TestActionConforms(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	receiver := readRecipe(t, "node")
	receiver.exported["SUPERAI_PARTNER_CODE"] = partnerCode
	receiver.start(t)
	inputs := documentedInputs(t)
	for name, value := range inputs {
		inputs[name] = strings.ReplaceAll(value, "127.0.0.1:3000", "127.0.0.1:"+receiver.exported["PORT"])
	}
	r := readyAction(t, inputs).run()
	r.want(0, "pass", "superai", "::notice")
	r.wantReport("khop-report")
	r.wantAllPassed("khop-report")
}

func TestActionTellsWhatIsBroken(t *testing.T) {
	t.Parallel()
	address := startReceiver(t, "missing-header-passes")
	r := readyAction(t, map[string]string{"provider": "superai", "target": "http://" + address + "/hook", "report": "out/khop", "version": "v1.2.3"})
	r.prefer(goStub(t))
	r.run().want(1, "fail", "superai.signature.missing-header", "::error")
	r.wantReport("out/khop")
}

func TestActionWithoutReceiver(t *testing.T) {
	t.Parallel()
	r := readyAction(t, map[string]string{"provider": "superai", "target": "http://127.0.0.1:" + freePort(t) + "/hook", "version": "v1.2.3"})
	r.prefer(goStub(t))
	r.run().want(3, "error", "superai", "::error")
}

// TestActionReadsConfiguration: a config in place of a target, judged by another version of
// khop than the action's own.
func TestActionReadsConfiguration(t *testing.T) {
	t.Parallel()
	address := startReceiver(t, "")
	r := readyAction(t, map[string]string{"provider": "all", "config": "khop.yaml", "version": "v1.2.3", "args": "--quiet\n"})
	r.prefer(goStub(t))
	configuration := "providers:\n  superai:\n    target: http://" + address + "/hook\n"
	if err := os.WriteFile(filepath.Join(r.workspace, "khop.yaml"), []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	r.run().want(0, "pass", "superai", "go install github.com/khop-dev/khop/cmd/khop@v1.2.3\n")
}

// TestActionRunsNoInput: no text in an input becomes a command.
func TestActionRunsNoInput(t *testing.T) {
	t.Parallel()
	for _, s := range readAction(t).Runs.Steps {
		if expression.MatchString(s.Run) {
			t.Errorf("the script of %q is put together from texts of others", s.Name)
		}
	}
	const evil = `x"; touch done1; $(touch done2) ` + "`touch done3`" + ` '; touch done4; '`
	r := readyAction(t, map[string]string{"provider": evil, "target": evil, "args": evil, "version": evil})
	r.prefer(goStub(t))
	if r.run(); r.code != 2 {
		t.Errorf("exit code %d, not 2:\n%s", r.code, r.log)
	}
	if left, _ := filepath.Glob(filepath.Join(r.workspace, "done*")); len(left) > 0 {
		t.Errorf("an input was run: %v", left)
	}
}

func TestActionMetadata(t *testing.T) {
	a := readAction(t)
	if a.Name == "" || a.Description == "" || a.Runs.Using != "composite" {
		t.Errorf("name %q, description %q and using %q are needed", a.Name, a.Description, a.Runs.Using)
	}
	for name, input := range a.Inputs {
		if input.Description == "" || input.Required && input.Default != "" {
			t.Errorf("the input %s needs a description, and no default when it is required", name)
		}
	}
	for _, s := range a.Runs.Steps {
		if (s.Uses == "") == (s.Run == "") || (s.Run != "") != (s.Shell == "bash") {
			t.Errorf("the step %q has to use an action, or run a script with bash", s.Name)
		}
		for _, text := range append(valuesOf(s.Env), valuesOf(s.With)...) {
			for _, match := range expression.FindAllStringSubmatch(text, -1) {
				input, is := strings.CutPrefix(match[1], "inputs.")
				if _, there := a.Inputs[input]; is && !there || !is && !strings.HasPrefix(match[1], "github.action_") {
					t.Errorf("the step %q asks for %s, which there is not", s.Name, match[1])
				}
			}
		}
	}
}

func valuesOf(m map[string]string) []string {
	var all []string
	for _, value := range m {
		all = append(all, value)
	}
	return all
}
