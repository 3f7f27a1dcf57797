package examples_test

import (
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/khop-dev/khop/suites"
)

// recipe is what the README of an example says: variables, a command that runs it, and
// one that verifies it.
type recipe struct {
	folder   string
	exported map[string]string
	run      string
	check    string

	target   string // of khop.yaml, on this recipe's own port
	observer string // the same
}

// readRecipe takes the commands out of a README. Port and state are the test's own.
func readRecipe(t *testing.T, folder string) recipe {
	t.Helper()
	lookAround()
	commands := indented(t, filepath.Join(folder, "README.md"))
	if len(commands) != 3 || !strings.HasPrefix(commands[0], "export ") || !strings.HasPrefix(commands[2], "khop verify ") {
		t.Fatalf("README.md of %s has no export, command and khop verify but %q", folder, commands)
	}
	r := recipe{folder: folder, run: commands[1], check: commands[2], exported: map[string]string{}}
	for _, pair := range strings.Fields(strings.TrimPrefix(commands[0], "export ")) {
		name, value, _ := strings.Cut(pair, "=")
		r.exported[name] = value
	}
	r.exported["PORT"] = freePort(t)
	r.exported["STATE"] = t.TempDir()
	r.readConfiguration(t)
	return r
}

// indented is the code in a Markdown file: its lines that are indented by four.
func indented(t *testing.T, file string) []string {
	t.Helper()
	var code []string
	for line := range strings.Lines(read(t, file)) {
		if command, is := strings.CutPrefix(line, "    "); is {
			code = append(code, strings.TrimSpace(command))
		}
	}
	return code
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// readConfiguration takes the addresses out of khop.yaml.
func (r *recipe) readConfiguration(t *testing.T) {
	t.Helper()
	var configuration struct {
		Providers map[string]struct{ Target, Observe string }
	}
	text := os.Expand(read(t, filepath.Join(r.folder, "khop.yaml")), func(name string) string { return r.exported[name] })
	if err := yaml.Unmarshal([]byte(text), &configuration); err != nil {
		t.Fatal(err)
	}
	for _, provider := range configuration.Providers {
		r.target, r.observer = provider.Target, provider.Observe
	}
}

// without is the recipe with one variable unset.
func (r recipe) without(name string) recipe {
	r.exported = maps.Clone(r.exported)
	delete(r.exported, name)
	return r
}

// environment is this process's own without what might answer for the recipe.
func (r recipe) environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(pair string) bool {
		return strings.HasPrefix(pair, "KHOP_") || strings.HasPrefix(pair, "GITHUB_")
	})
	for name, value := range r.exported {
		env = append(env, name+"="+value, "KHOP_"+name+"="+value)
	}
	return append(env, "PATH="+filepath.Dir(khop)+string(filepath.ListSeparator)+os.Getenv("PATH"))
}

// command is the receiver, not yet running.
func (r recipe) command() *exec.Cmd {
	command := exec.Command("sh", "-c", r.run)
	command.Dir, command.Env = r.folder, r.environment()
	return command
}

// start runs the receiver until it is killed or the test ends.
func (r recipe) start(t *testing.T) *process {
	t.Helper()
	p := startProcess(t, r.command())
	p.awaitAnswer(r.home())
	return p
}

// home is an address at which the receiver answers something once it runs.
func (r recipe) home() string { return "http://127.0.0.1:" + r.exported["PORT"] + "/" }

// verify runs the README's khop command and wants every check to pass, none skipped.
func (r recipe) verify(t *testing.T) {
	t.Helper()
	r.verifyWith(t, strings.Fields(strings.TrimPrefix(r.check, "khop verify "))...)
}

func (r recipe) verifyWith(t *testing.T, arguments ...string) {
	t.Helper()
	folder := t.TempDir()
	command := exec.Command(khop, append(append([]string{"verify"}, arguments...), "--report", folder)...)
	command.Dir, command.Env = r.folder, r.environment()
	said, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", r.check, err, said)
	}
	wantAllPassed(t, filepath.Join(folder, "report.json"))
}

// wantAllPassed wants every check of a report to have passed: no warning, nothing skipped,
// nothing that could not be observed. For outages khop would have to run the receiver in
// a container; TestSlowExamplesLiveThroughOutages makes them without one. Blocks of
// several events are of another envelope than the examples agree on.
func wantAllPassed(t *testing.T, file string) {
	t.Helper()
	var report struct {
		Checks []struct{ ID, Area, Status string }
	}
	if err := json.Unmarshal([]byte(read(t, file)), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Checks) < 25 {
		t.Errorf("%s holds %d checks only", file, len(report.Checks))
	}
	for _, check := range report.Checks {
		if check.Status != "pass" && check.Area != string(suites.Outage) && check.ID != "mobio.payload.block-of-events" {
			t.Errorf("%s: %s", check.ID, check.Status)
		}
	}
}

// send delivers an event byte for byte and wants it acknowledged.
func (r recipe) send(t *testing.T, e example, event string) {
	t.Helper()
	command := exec.Command(khop, append([]string{"send", e.provider, e.kind, "--target", r.target, "--file", "-", "--timeout", "10s"}, e.flags...)...)
	command.Env, command.Stdin = r.environment(), strings.NewReader(event)
	if said, err := command.CombinedOutput(); err != nil {
		t.Errorf("sending %s: %v\n%s", event, err, said)
	}
}

// applied wants an event to have been applied so many times.
func (r recipe) applied(t *testing.T, key string, want int) {
	t.Helper()
	status, body := r.get(t, strings.ReplaceAll(r.observer, "{key}", url.PathEscape(key)))
	if got, err := strconv.Atoi(body); status != http.StatusOK || err != nil || got != want {
		t.Errorf("%s was applied %q times (status %d), not %d", key, body, status, want)
	}
}

func (r recipe) get(t *testing.T, address string) (status int, body string) {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second}
	answer, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, strings.TrimSpace(string(text))
}

// tearJournals leaves half a line at the end of every journal, as a power cut does.
func (r recipe) tearJournals(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(r.exported["STATE"], func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".jsonl" {
			return err
		}
		journal, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		if _, err := journal.WriteString(`{"half a li`); err != nil {
			return err
		}
		return journal.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}
