package kubernetes_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/khop-dev/khop/mocks"
	_ "github.com/khop-dev/khop/mocks/platforms" // all providers
)

// khop is the command as the image holds it, built once.
var khop string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "khop-kubernetes-")
	if err != nil {
		panic(err)
	}
	khop = filepath.Join(folder, "khop")
	if out, err := exec.Command("go", "build", "-o", khop, "../../cmd/khop").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("building khop: %v\n%s", err, out))
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// A command line with --help behind it is read in full before the help is shown: a flag
// that there is not, or a value that does not fit, is an error.
func understood(t *testing.T, command ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), khop, append(command, "--help")...).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "khop "+command[0]) {
		t.Errorf("khop %s: %v\n%s", strings.Join(command, " "), err, out)
	}
}

func TestKhopKnowsEveryFlag(t *testing.T) {
	for _, m := range manifests(t) {
		if m.pod == nil {
			continue
		}
		for _, c := range m.pod.Spec.Containers {
			if len(c.Command) > 0 {
				t.Errorf("%s: the image's entrypoint is khop, and nothing else is in it: %v", m.file, c.Command)
			}
			understood(t, c.Args...)
		}
	}
}

// The test above is worth something: it sees what is wrong.
func TestWhatKhopDoesNotKnowIsSeen(t *testing.T) {
	args := object[*batchv1.Job](t).Spec.Template.Spec.Containers[0].Args
	for _, wrong := range []string{"--shards=1/2", "--connections=many"} {
		if out, err := exec.CommandContext(t.Context(), khop, append(append([]string{}, args...), wrong, "--help")...).CombinedOutput(); err == nil {
			t.Errorf("%s passed:\n%s", wrong, out)
		}
	}
}

// What the README has people type is indented.
var readmeCommand = regexp.MustCompile(`(?m)^ {4,}khop ([a-z].*)$`)

func TestTheReadmesCommandsAreUnderstood(t *testing.T) {
	found := readmeCommand.FindAllStringSubmatch(string(contents(t, "README.md")), -1)
	if len(found) < 2 {
		t.Fatalf("the README shows %d commands of khop", len(found))
	}
	for _, line := range found {
		command, _, _ := strings.Cut(line[1], " #")
		understood(t, strings.Fields(command)...)
	}
}

// The Job says in three places how many shards there are, and asks for each of the
// provider's secrets.
func TestTheJobAgreesWithItself(t *testing.T) {
	job := object[*batchv1.Job](t)
	s := job.Spec
	if s.CompletionMode == nil || *s.CompletionMode != batchv1.IndexedCompletion {
		t.Error("the job is not Indexed")
	}
	if s.Completions == nil || s.Parallelism == nil || *s.Completions != *s.Parallelism {
		t.Error("shards of one burst run at the same time: completions and parallelism have to be equal")
	}
	if s.BackoffLimitPerIndex == nil || *s.BackoffLimitPerIndex != 0 || s.Template.Spec.RestartPolicy != "Never" {
		t.Error("a shard may run twice")
	}
	if s.TTLSecondsAfterFinished == nil || s.ActiveDeadlineSeconds == nil {
		t.Error("the job stays for ever")
	}
	c := s.Template.Spec.Containers[0]
	flags := flagsOf(c.Args)
	if want := fmt.Sprintf("$(JOB_COMPLETION_INDEX)/%d", *s.Completions); flags["--shard"] != want {
		t.Errorf("--shard %s, and there are %d completions", flags["--shard"], *s.Completions)
	}
	if flags["--seed"] == "" || flags["--seed"] == "0" {
		t.Error("the shards have no seed in common")
	}
	if _, quiet := flags["--quiet"]; !quiet || flags["--format"] != "json" {
		t.Error("the pod's log would not be a report alone: progress goes to it as well")
	}
	if index := c.Env[0]; index.Name != "JOB_COMPLETION_INDEX" || index.ValueFrom == nil || index.ValueFrom.FieldRef == nil ||
		index.ValueFrom.FieldRef.FieldPath != "metadata.annotations['"+batchv1.JobCompletionIndexAnnotation+"']" {
		t.Errorf("%+v is not the pod's index", index)
	}
	provider, err := mocks.Lookup(c.Args[1])
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]bool{}
	for _, secret := range provider.Secrets {
		wanted[provider.Variable(secret.Name)] = true
	}
	for _, e := range c.Env[1:] {
		if !wanted[e.Name] {
			t.Errorf("%s is no secret of %s", e.Name, provider.Title)
		}
		delete(wanted, e.Name)
	}
	if len(wanted) > 0 {
		t.Errorf("the job does not ask for %v", wanted)
	}
}

// flagsOf are the values of flags that are written --name=value.
func flagsOf(args []string) map[string]string {
	flags := map[string]string{}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		flags[name] = value
	}
	return flags
}

// container is the process that a pod would run, in an empty folder and with nothing in
// its environment but what the manifest gives it.
func container(ctx context.Context, folder string, args []string, environment map[string]string) *exec.Cmd {
	expanded := make([]string, len(args))
	cmd := exec.CommandContext(ctx, khop)
	cmd.Dir, cmd.Env = folder, []string{}
	for name, value := range environment {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	for i, arg := range args { // as the kubelet does
		for name, value := range environment {
			arg = strings.ReplaceAll(arg, "$("+name+")", value)
		}
		expanded[i] = arg
	}
	cmd.Args = append(cmd.Args, expanded...)
	return cmd
}
