package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/report"
)

// Only those of a configuration that are run need their secrets, its paths are its
// folder's, and a failure is repeated as it was found.
func TestAConfigurationIsReadForWhoIsRun(t *testing.T) {
	folder := written(t, map[string]string{"khop.yaml": `
known: known.yaml
providers:
  superai: {target: ` + receiver(t, "created-201") + `, secrets: {partner_code: "${OUR_CODE}"}}
  mobio: {target: "http://127.0.0.1:1/", secrets: {app_id: "${NOBODY_SETS}", app_secret: "${NOBODY_SETS}"}}
`, "known.yaml": `
- check: superai.response.success-status
  message: "*201 Created*201 Created*"
  reason: the framework is replaced in March
`})
	environment := []string{"OUR_CODE=" + secret}
	config := filepath.Join(folder, "khop.yaml")
	for name, one := range map[string]struct {
		args []string
		code int
		says string
	}{
		"one provider":      {[]string{"verify", "superai", "--area", "response"}, exitConforms, "KNOWN"},
		"a selection":       {[]string{"verify", "all", "--focus", "superai.response.*"}, exitConforms, "PASS  all"},
		"all of them":       {[]string{"verify", "all"}, exitUsage, "the variable NOBODY_SETS is not set"},
		"one that lacks it": {[]string{"verify", "mobio"}, exitUsage, "the variable NOBODY_SETS is not set"},
		"not in the file":   {[]string{"repeat", "esms.response.success-status"}, exitUsage, "does not name esms"},
		"said twice":        {[]string{"repeat", "superai.response.success-status", "-t", "http://h/"}, exitUsage, "--target does not go with a configuration"},
	} {
		code, out, complaint := start(t, environment, append(one.args, "--config", config)...)
		if code != one.code || !strings.Contains(out+complaint, one.says) {
			t.Errorf("%s: exit %d, want %d with %q:\n%s%s", name, code, one.code, one.says, out, complaint)
		}
	}
	for _, who := range []string{"superai", "all"} {
		out := t.TempDir()
		start(t, environment, "verify", who, "--focus", "superai.response.success-status", "--config", config, "--report", out)
		known := read(t, out).With(report.Known)
		if len(known) != 1 || !strings.HasPrefix(known[0].Repeat, "khop repeat superai.response.success-status --config "+config+" --seed ") {
			t.Fatalf("%s: %+v", who, known)
		}
		shell := exec.CommandContext(t.Context(), "sh", "-c", known[0].Repeat)
		shell.Env = append(os.Environ(), append(environment, "PATH="+filepath.Dir(program)+":"+os.Getenv("PATH"))...)
		if said, _ := shell.CombinedOutput(); shell.ProcessState.ExitCode() != exitFailed || !strings.Contains(string(said), "FAIL superai.response.success-status") {
			t.Errorf("%s: exit %d:\n%s", known[0].Repeat, shell.ProcessState.ExitCode(), said)
		}
	}
}
