package examples_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// partnerCode is the secret of the receivers that CI verifies here.
const partnerCode = "PARTNER-42"

// ciRecipes are the files that docs/ci.md is about.
const (
	guideFile   = "../docs/ci.md"
	actionFile  = "../action.yml"
	gitlabFile  = "../deploy/ci/gitlab-ci.yml"
	jenkinsFile = "../deploy/ci/Jenkinsfile"
)

// job is a CI job on this machine: a folder of its own and what its steps find in the
// environment. Of the environment of this process it knows the programs alone.
type job struct {
	t         *testing.T
	workspace string
	env       map[string]string
}

func newJob(t *testing.T, env map[string]string) *job {
	t.Helper()
	lookAround()
	j := &job{t: t, workspace: t.TempDir(), env: map[string]string{"KHOP_SUPERAI_PARTNER_CODE": partnerCode}}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		if name == "PATH" || name == "HOME" || strings.HasPrefix(name, "GO") {
			j.env[name] = value
		}
	}
	j.env["PATH"] = withoutKhop(j.env["PATH"])
	maps.Copy(j.env, env)
	return j
}

// withoutKhop leaves out folders where somebody has installed a khop of another version.
func withoutKhop(path string) string {
	folders := slices.DeleteFunc(filepath.SplitList(path), func(folder string) bool {
		_, err := os.Stat(filepath.Join(folder, "khop"))
		return err == nil
	})
	return strings.Join(folders, string(filepath.ListSeparator))
}

// prefer puts a folder in front of all others in which programs are looked for.
func (j *job) prefer(folder string) {
	j.env["PATH"] = folder + string(filepath.ListSeparator) + j.env["PATH"]
}

// shell runs a program in the workspace and tells what it said, and its exit code.
func (j *job) shell(env map[string]string, program string, arguments ...string) (said string, code int) {
	j.t.Helper()
	command := exec.Command(program, arguments...)
	command.Dir = j.workspace
	all := maps.Clone(j.env)
	maps.Copy(all, env)
	for name, value := range all {
		command.Env = append(command.Env, name+"="+value)
	}
	return startProcess(j.t, command).awaitEnd()
}

// wantReport wants a judgement on disk, where later steps look for it, without secrets.
func (j *job) wantReport(folder string) {
	j.t.Helper()
	for _, name := range []string{"report.json", "junit.xml"} {
		text := read(j.t, filepath.Join(j.workspace, folder, name))
		if !strings.Contains(text, "superai.signature.missing-header") {
			j.t.Errorf("%s does not tell of superai.signature.missing-header:\n%.500s", name, text)
		}
		if strings.Contains(text, partnerCode) {
			j.t.Errorf("%s shows the partner code", name)
		}
	}
}

// wantAllPassed wants every check to have passed, those that need an observer included.
func (j *job) wantAllPassed(folder string) {
	j.t.Helper()
	wantAllPassed(j.t, filepath.Join(j.workspace, folder, "report.json"))
}

// folderOfKhop is where khop lies, for machines that have it.
func folderOfKhop() string { return filepath.Dir(khop) }

// goStub is a folder with a go command that installs the khop of this checkout, whatever
// version it is asked for, and says what it was asked.
func goStub(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	script := "#!/bin/sh\n" + `echo "go $*"; [ "$1" = install ] && mkdir -p "$GOBIN" && cp '` + khop + `' "$GOBIN/khop"` + "\n"
	if err := os.WriteFile(filepath.Join(folder, "go"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

// startReceiver runs khop's own SuperAI receiver, with a defect unless that is empty,
// and returns its address without scheme.
func startReceiver(t *testing.T, defect string) string {
	t.Helper()
	address := "127.0.0.1:" + freePort(t)
	arguments := []string{"receiver", "superai", "--secret", "partner_code=" + partnerCode, "--listen", address}
	if defect != "" {
		arguments = append(arguments, "--defect", defect)
	}
	startProcess(t, exec.Command(khop, arguments...)).awaitAnswer("http://" + address + "/")
	return address
}

// fence is a block of code in Markdown.
var fence = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// guide is the n-th block of a language in docs/ci.md, counted from 0.
func guide(t *testing.T, language string, n int) string {
	t.Helper()
	for _, block := range fence.FindAllStringSubmatch(read(t, guideFile), -1) {
		if block[1] != language {
			continue
		}
		if n == 0 {
			return block[2]
		}
		n--
	}
	t.Fatalf("%s has too few blocks of %s", guideFile, language)
	return ""
}
