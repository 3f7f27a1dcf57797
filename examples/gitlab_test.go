package examples_test

import (
	"maps"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// gitlabJob is as much of a job as the template and docs/ci.md write; a key that is not
// here is an error: https://docs.gitlab.com/ci/yaml/
type gitlabJob struct {
	Extends   string
	Stage     string
	Image     string
	Services  []struct{ Name, Alias string }
	Variables map[string]string
	Script    []string
	Artifacts struct {
		When    string
		Paths   []string
		Reports struct{ JUnit string }
	}
}

// gitlabTemplate is the job to extend.
func gitlabTemplate(t *testing.T) gitlabJob {
	t.Helper()
	var jobs map[string]gitlabJob
	decodeStrictly(t, read(t, gitlabFile), &jobs)
	if len(jobs) != 1 || jobs[".khop-verify"].Script == nil {
		t.Fatalf("%s holds something else than the job .khop-verify", gitlabFile)
	}
	return jobs[".khop-verify"]
}

// gitlabUsage is the job of docs/ci.md, with what it inherits.
func gitlabUsage(t *testing.T) gitlabJob {
	t.Helper()
	var file map[string]yaml.Node
	decodeStrictly(t, guide(t, "yaml", 1), &file)
	node := file["verify-superai"]
	text, err := yaml.Marshal(&node)
	if err != nil {
		t.Fatal(err)
	}
	var own gitlabJob
	decodeStrictly(t, string(text), &own)
	if own.Extends != ".khop-verify" {
		t.Fatalf("%s extends %q", guideFile, own.Extends)
	}
	inherited := gitlabTemplate(t)
	for name := range own.Variables {
		if _, there := inherited.Variables[name]; !there {
			t.Errorf("%s sets %s, which the template does not know", guideFile, name)
		}
	}
	maps.Copy(inherited.Variables, own.Variables)
	return inherited
}

// runGitLab runs a job's script as GitLab's runner does: line after line in one shell,
// until one fails.
func runGitLab(t *testing.T, j *job, given gitlabJob, address string) (said string, code int) {
	t.Helper()
	env := map[string]string{"CI_PROJECT_DIR": j.workspace}
	for name, value := range given.Variables {
		env[name] = strings.ReplaceAll(value, "receiver:3000", address)
	}
	return j.shell(env, "bash", "-eo", "pipefail", "-c", strings.Join(given.Script, "\n"))
}

// TestGitLabJob runs what docs/ci.md shows, where khop is not on the machine yet.
func TestGitLabJob(t *testing.T) {
	t.Parallel()
	given, j := gitlabUsage(t), newJob(t, nil)
	j.prefer(goStub(t))
	said, code := runGitLab(t, j, given, startReceiver(t, ""))
	if code != 0 || !strings.Contains(said, "go install github.com/khop-dev/khop/cmd/khop@latest\n") || !strings.Contains(said, "PASS  superai") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	j.wantReport(given.Variables["KHOP_REPORT"])
	j.wantAllPassed(given.Variables["KHOP_REPORT"])
}

func TestGitLabJobTellsWhatIsBroken(t *testing.T) {
	t.Parallel()
	given, j := gitlabUsage(t), newJob(t, nil)
	j.prefer(folderOfKhop())
	said, code := runGitLab(t, j, given, startReceiver(t, "missing-header-passes"))
	if code != 1 || !strings.Contains(said, "FAIL superai.signature.missing-header") || strings.Contains(said, "go install") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	j.wantReport(given.Variables["KHOP_REPORT"])
}

// TestGitLabArtifacts: the report of a failure is kept, and shown in the merge request.
func TestGitLabArtifacts(t *testing.T) {
	artifacts := gitlabTemplate(t).Artifacts
	if artifacts.When != "always" || artifacts.Reports.JUnit != "$KHOP_REPORT/junit.xml" || len(artifacts.Paths) != 1 || artifacts.Paths[0] != "$KHOP_REPORT/" {
		t.Errorf("artifacts: %+v", artifacts)
	}
}
