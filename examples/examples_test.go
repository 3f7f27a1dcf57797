// Package examples_test runs what the project shows to others: the receivers in this
// folder as their README says, the GitHub Action, the GitLab job and the Jenkinsfile.
//
// A recipe is read from the file that people copy and carried out with the khop of this
// checkout, which TestMain builds once. What needs a program that the machine lacks is
// skipped; the last test of this file names it and tells the sum.
package examples_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// khop is the command under test.
var khop string

func TestMain(m *testing.M) {
	os.Exit(withKhop(m))
}

// lookAround looks at every file of the checkout, once, when a test asks for it. What the
// tests run is read by other processes, which go test does not see: it would show an old
// result again when nothing but a receiver or khop itself has changed.
var lookAround = sync.OnceFunc(func() { lookAt("..") })

func lookAt(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		panic(err)
	}
	for _, entry := range entries {
		name := filepath.Join(folder, entry.Name())
		switch {
		case entry.IsDir() && !strings.HasPrefix(entry.Name(), ".") && entry.Name() != "out" && entry.Name() != "bin":
			lookAt(name)
		case entry.Type().IsRegular():
			_, _ = os.Stat(name) // one that has gone since is no matter
		}
	}
}

// withKhop builds khop and runs the tests.
func withKhop(m *testing.M) int {
	folder, err := os.MkdirTemp("", "khop-examples")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	khop = filepath.Join(folder, "khop")
	if said, err := exec.Command("go", "build", "-o", khop, "../cmd/khop").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building khop: %v\n%s", err, said)
		return 1
	}
	return m.Run()
}

// example is a receiver in a folder of this one.
type example struct {
	folder   string
	program  string   // without which it does not run
	provider string   // whose events it takes
	kind     string   // of the event below
	event    string   // as it travels
	key      string   // by which an observer finds it
	older    string   // an event that it has overtaken
	olderKey string   // by which an observer finds that
	flags    []string // with which khop sends to it
}

var examples = []example{
	{
		folder: "go", program: "go", provider: "mobio", kind: "sale_update_status",
		event: `{"message_id":"m-2","event_type":"sale_update_status","data_event":{"id":"e-2","deal_id":"d-1","action_time":1658876080.5}}`, key: "m-2",
		older: `{"message_id":"m-1","event_type":"sale_update_status","data_event":{"id":"e-1","deal_id":"d-1","action_time":1658876078.5}}`, olderKey: "m-1",
	},
	{
		folder: "node", program: "node", provider: "superai", kind: "update_status",
		event: `{"type":"update_status","code":"P-1","status":"12","updated_at":"2022-05-11T22:26:11+07:00"}`, key: "P-1",
		older: `{"type":"update_status","code":"P-1","status":"11","updated_at":"2022-05-11T12:26:11+07:00"}`, olderKey: "P-1",
	},
	{
		folder: "java", program: "java", provider: "superai", kind: "update_status",
		event: "{\n\t\"type\":\"update_status\",\r\n\t\"code\":\"P-1\", \"status\":\"12\", \"updated_at\":\"2022-05-11T22:26:11+07:00\"\n}\n", key: "P-1",
		older: `{"type":"update_status","code":"P-1","status":"11","updated_at":"2022-05-11T12:26:11+07:00"}`, olderKey: "P-1",
	},
	{
		folder: "python", program: "python3", provider: "abaha", kind: "order", flags: []string{"--header", "X-Abaha-Token: change-me"},
		event: `{"id":"208610","cart_code":"00000208610","status":"10","modified":"2022-06-10 10:53:56"}`, key: "208610",
		older: `{"id":"208610","cart_code":"00000208610","status":"5","modified":"2022-06-10 10:47:45"}`, olderKey: "208610",
	},
	{
		folder: "php", program: "php", provider: "esms", kind: "callback",
		event: "SMSID=s-1&SendStatus=5&SendSuccess=1&SendFailed=0&TypeId=2&phonenumber=0901888484", key: "s-1",
		older: "SMSID=s-1&SendStatus=2&SendSuccess=0&SendFailed=0&TypeId=2&phonenumber=0901888484", olderKey: "s-1",
	},
}

// each runs a test for every example whose language is on this machine.
func each(t *testing.T, test func(t *testing.T, e example, r recipe)) {
	for _, e := range examples {
		t.Run(e.folder, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(e.program); err != nil {
				t.Skipf("%s is not installed", e.program)
			}
			test(t, e, readRecipe(t, e.folder))
			ran.add(e.folder)
		})
	}
}

// TestExamples holds every example to every check, with a look behind it. Then it kills
// the example without warning, in the middle of a line as it were, and looks whether what
// was acknowledged is remembered.
func TestExamples(t *testing.T) {
	each(t, func(t *testing.T, e example, r recipe) {
		first := r.start(t)
		r.send(t, e, e.event)
		r.send(t, e, e.older)
		r.verify(t)
		first.kill()
		r.tearJournals(t)

		r.start(t)
		r.applied(t, e.key, 1)
		r.send(t, e, e.event)
		r.send(t, e, e.older)
		r.applied(t, e.key, 1)
		if e.olderKey != e.key {
			r.applied(t, e.olderKey, 0)
		}
	})
}

// TestExamplesTellWhatIsMissing: without their secret they must not run and take anything.
func TestExamplesTellWhatIsMissing(t *testing.T) {
	each(t, func(t *testing.T, e example, r recipe) {
		for name := range r.exported {
			if name == "PORT" || name == "STATE" {
				continue // these have defaults
			}
			without := r.without(name)
			if e.folder == "php" { // a process for each request: it says so in each
				without.start(t)
				if status, _ := without.get(t, without.target); status != http.StatusServiceUnavailable {
					t.Errorf("without %s it answers %d", name, status)
				}
				continue
			}
			said, code := startProcess(t, without.command()).awaitEnd()
			if code == 0 || !strings.Contains(said, "set ") || !strings.Contains(said, name) {
				t.Errorf("without %s it ends with exit code %d and says %q", name, code, said)
			}
		}
	})
}

// TestSlowExamplesConformAfterKill verifies each a second time on the state that the
// first verification left behind.
func TestSlowExamplesConformAfterKill(t *testing.T) {
	each(t, func(t *testing.T, _ example, r recipe) {
		first := r.start(t)
		r.verify(t)
		first.kill()
		r.start(t)
		r.verify(t)
	})
}

// TestSlowMobioDialects verifies the Mobio receiver in the other dialect.
func TestSlowMobioDialects(t *testing.T) {
	r := readRecipe(t, "go")
	r.start(t)
	r.verifyWith(t, "mobio", "--target", r.target, "--observe", r.observer, "--set", "signature=bare", "--set", "envelope=block")
}

// ran remembers the folders of the examples that a test has run to its end.
var ran = &folders{}

type folders struct {
	mu    sync.Mutex
	known map[string]bool
}

func (f *folders) add(folder string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known == nil {
		f.known = map[string]bool{}
	}
	f.known[folder] = true
}

// TestNoExampleIsForgotten: what lies in a folder is run, and what was not is named.
func TestNoExampleIsForgotten(t *testing.T) {
	found, err := filepath.Glob("*/README.md")
	if err != nil || len(found) != len(examples) {
		t.Errorf("there are %d examples and the tests know %d: %v", len(found), len(examples), found)
	}
	for _, e := range examples {
		if !ran.known[e.folder] {
			t.Logf("did not run: %s, which wants %s", e.folder, e.program)
		}
	}
	t.Logf("%d of %d examples ran", len(ran.known), len(examples))
}
