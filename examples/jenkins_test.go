package examples_test

import (
	"regexp"
	"strings"
	"testing"
)

// What a Jenkinsfile says, as far as it can be read without Groovy.
var (
	shellStep   = regexp.MustCompile(`(?s)\bsh '''(.*?)'''`)
	constant    = regexp.MustCompile(`(?m)^ +([A-Z_]+) = '([^']*)'`)
	credentials = regexp.MustCompile(`string\(credentialsId: '[^']+', variable: '([A-Z_]+)'\)`)
	literal     = regexp.MustCompile(`(?s)'''.*?'''|'[^'\n]*'|//[^\n]*`)
)

// runJenkins runs the shell step of the Jenkinsfile with its variables and credentials.
func runJenkins(t *testing.T, j *job, address string) (said string, code int) {
	t.Helper()
	file := read(t, jenkinsFile)
	steps, secrets := shellStep.FindAllStringSubmatch(file, -1), credentials.FindAllStringSubmatch(file, -1)
	if len(steps) != 1 || len(secrets) != 1 || secrets[0][1] != "KHOP_SUPERAI_PARTNER_CODE" {
		t.Fatalf("%s has %d shell steps and the credentials %v", jenkinsFile, len(steps), secrets)
	}
	env := map[string]string{"WORKSPACE": j.workspace}
	for _, pair := range constant.FindAllStringSubmatch(file, -1) {
		env[pair[1]] = strings.ReplaceAll(pair[2], "127.0.0.1:3000", address)
	}
	return j.shell(env, "sh", "-xec", steps[0][1]) // -xe is how Jenkins calls it
}

func TestJenkinsfile(t *testing.T) {
	t.Parallel()
	j := newJob(t, nil)
	j.prefer(goStub(t))
	said, code := runJenkins(t, j, startReceiver(t, ""))
	if code != 0 || !strings.Contains(said, "go install github.com/khop-dev/khop/cmd/khop@latest\n") || !strings.Contains(said, "PASS  superai") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	if strings.Contains(said, partnerCode) {
		t.Errorf("the log shows the partner code:\n%s", said)
	}
	j.wantReport("khop-report")
}

func TestJenkinsfileTellsWhatIsBroken(t *testing.T) {
	t.Parallel()
	j := newJob(t, nil)
	j.prefer(folderOfKhop())
	said, code := runJenkins(t, j, startReceiver(t, "missing-header-passes"))
	if code != 1 || !strings.Contains(said, "FAIL superai.signature.missing-header") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	j.wantReport("khop-report")
}

// TestJenkinsfileIsWhole: brackets close in the order in which they were opened, and the
// report is kept whatever happened.
func TestJenkinsfileIsWhole(t *testing.T) {
	file := read(t, jenkinsFile)
	closing := map[rune]rune{'{': '}', '(': ')', '[': ']'}
	var open []rune
	for _, c := range literal.ReplaceAllString(file, "") {
		switch c {
		case '{', '(', '[':
			open = append(open, closing[c])
		case '}', ')', ']':
			if len(open) == 0 || open[len(open)-1] != c {
				t.Fatalf("%q closes nothing", c)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%q is missing at the end", open)
	}
	_, after, _ := strings.Cut(file, "always {")
	for _, kept := range []string{"junit testResults: 'khop-report/junit.xml'", "archiveArtifacts artifacts: 'khop-report/**'"} {
		if !strings.Contains(after, kept) {
			t.Errorf("no %s in the end", kept)
		}
	}
}

func TestGuideShowsTheJenkinsfile(t *testing.T) {
	if guide(t, "groovy", 0) != read(t, jenkinsFile) {
		t.Errorf("the block of Groovy in %s is not %s", guideFile, jenkinsFile)
	}
}
