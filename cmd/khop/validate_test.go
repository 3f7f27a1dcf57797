package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/khop-dev/khop/fixtures"
)

// payloads makes a folder with a good payload, a wrong one, and what is none.
func payloads(t *testing.T) string {
	good := fixtures.Documented("superai")[0].Payload
	return written(t, map[string]string{
		"good.json":          string(good),
		"wrong.json":         strings.Replace(string(good), `"status":"14"`, `"status":14`, 1),
		"other/package.json": `{"name":"x","version":"1.0.0"}`,
		"empty/readme.txt":   "nothing here",
	})
}

// broken makes a folder with files that are no JSON, and with settings that need not be.
func broken(t *testing.T) string {
	good := fixtures.Documented("superai")[0].Payload
	return written(t, map[string]string{
		"conflict.json": "<<<<<<< HEAD\n{}\n=======\n[]\n>>>>>>> theirs\n",
		"cut.json":      string(good[3:]),
		"empty.json":    "",
		"tsconfig.json": "{\n  // how it is built\n  \"compilerOptions\": {},\n}\n",
	})
}

// written makes a folder of files.
func written(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestValidateSaysWhatItFound(t *testing.T) {
	t.Chdir(payloads(t))
	for name, one := range map[string]struct {
		args []string
		code int
		want []string // in what it prints, on either stream
	}{
		"valid":                 {[]string{"good.json"}, exitConforms, []string{"1 file, 1 payload: 1 valid, 0 invalid", "superai/update_status", "type is update_status"}},
		"invalid":               {[]string{"wrong.json"}, exitFailed, []string{"wrong.json:1:", " /status: type: expected string, found integer 14", "judged as superai/update_status: type is update_status"}},
		"a folder":              {[]string{"."}, exitFailed, []string{"3 files, 2 payloads: 1 valid, 1 invalid, 1 skipped"}},
		"another's, named":      {[]string{"other/package.json"}, exitFailed, []string{"other/package.json:1:1 unknown:", "--schema"}},
		"another's, skipped":    {[]string{"other/package.json", "--unknown", "skip"}, exitConforms, []string{"0 payloads", "1 skipped"}},
		"another's, in folder":  {[]string{"other"}, exitUsage, []string{"nothing to validate", "1 skipped"}},
		"another's, forbidden":  {[]string{"other", "--unknown", "fail"}, exitFailed, []string{"other/package.json:1:1 unknown:"}},
		"a missing file":        {[]string{"gone.json", "wrong.json"}, exitUsage, []string{"gone.json: there is no such file", "wrong.json:1:", "1 file that cannot be read"}},
		"a folder without any":  {[]string{"empty"}, exitUsage, []string{"nothing to validate"}},
		"no file":               {nil, exitUsage, []string{"nothing to validate: name files or folders, or - for standard input"}},
		"another schema":        {[]string{"good.json", "--schema", "superai/update_weight"}, exitFailed, []string{`/type: enum: expected "update_weight", found "update_status"`, "it was named"}},
		"an unknown schema":     {[]string{"good.json", "--schema", "superai/update_state"}, exitUsage, []string{"--schema", `"superai/update_state"`, "superai/update_status"}},
		"khop's own schema":     {[]string{"good.json", "--schema", "report"}, exitFailed, []string{"judged as report/report: it was named"}},
		"a provider's schemas":  {[]string{"good.json", "--schema", "superai"}, exitUsage, []string{"--schema: superai has several schemas; `khop schema superai` lists their IDs"}},
		"an address":            {[]string{"https://x.vn/cb?SMSID=1&SendStatus=9"}, exitFailed, []string{"argument 1:1:25 /SendStatus: enum", "judged as esms/callback"}},
		"an unknown format":     {[]string{"good.json", "--format", "sarfi"}, exitUsage, []string{`unknown format "sarfi"`, "did you mean sarif?"}},
		"an unknown manner":     {[]string{"good.json", "--unknown", "ignore"}, exitUsage, []string{`--unknown is skip or fail, not "ignore"`}},
		"a flag without a word": {[]string{"good.json", "--schema", ""}, exitUsage, []string{"--schema is given and empty"}},
		"annotations":           {[]string{"wrong.json", "--format", "github"}, exitFailed, []string{"::error file=wrong.json,line=1,col=", "khop: 1 file, 1 payload: 0 valid, 1 invalid"}},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, complaint := khop(t, append([]string{"validate"}, one.args...)...)
			if code != one.code {
				t.Errorf("exit %d, want %d", code, one.code)
			}
			for _, want := range one.want {
				if !strings.Contains(out+complaint, want) {
					t.Errorf("no %q in\n%s%s", want, out, complaint)
				}
			}
		})
	}
}

func TestValidateSpeaksVietnamese(t *testing.T) {
	t.Chdir(payloads(t))
	code, out, _ := khop(t, "validate", ".", "gone.json", "--lang", "vi")
	for _, want := range []string{
		"/status: type: expected string, found integer 14", "    xét theo superai/update_status: type is update_status\n",
		"4 file, 2 payload: 1 hợp lệ, 1 không hợp lệ, 1 bỏ qua (không phải payload của nhà cung cấp nào), 1 file không đọc được\n",
		"        2  superai/update_status        1 không hợp lệ  type is update_status\n",
	} {
		if code != exitUsage || !strings.Contains(out, want) {
			t.Errorf("exit %d, no %q in\n%s", code, want, out)
		}
	}
	if _, out, complaint := khop(t, "validate", ".", "--lang", "vi", "--format", "json"); !json.Valid([]byte(out)) ||
		!strings.Contains(complaint, "1 không hợp lệ") || strings.Contains(out, "hợp lệ") {
		t.Errorf("%s%s", out, complaint)
	}
}

func TestValidateTellsWhatIsBrokenAmongOthers(t *testing.T) {
	t.Chdir(broken(t))
	conflict := `conflict.json:1:1 syntax: expected JSON, found a merge conflict: "<<<<<<< HEAD"`
	for manner, want := range map[string][]string{
		"":     {conflict, "cut.json:1:", "empty.json:1:1 empty", "1 skipped"},
		"skip": {conflict, "cut.json:1:", "2 skipped"},
	} {
		args := []string{"validate", "."}
		if manner != "" {
			args = append(args, "--unknown", manner)
		}
		code, out, _ := khop(t, args...)
		for _, part := range want {
			if code != exitFailed || !strings.Contains(out, part) {
				t.Errorf("%q: exit %d, no %q in\n%s", manner, code, part, out)
			}
		}
	}
}

func TestValidateKeepsStdoutToTheFormat(t *testing.T) {
	t.Chdir(payloads(t))
	for _, format := range []string{"json", "sarif"} {
		if _, out, _ := khop(t, "validate", ".", "gone.json", "--format", format); !json.Valid([]byte(out)) {
			t.Errorf("%s: not JSON: %s", format, out)
		}
	}
}

func TestValidateReadsStandardInput(t *testing.T) {
	var v validation
	v.format = "text"
	var out, progress bytes.Buffer
	in := bytes.NewReader(fixtures.Documented("esms")[0].Payload)
	if err := v.run(t.Context(), []string{"-"}, in, &out, &progress); err != nil || !strings.Contains(out.String(), "esms/callback") {
		t.Errorf("%v: %s", err, out.String())
	}
}

func TestValidateIsInterrupted(t *testing.T) {
	t.Chdir(payloads(t))
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	var out, complaint bytes.Buffer
	if code := run(ctx, []string{"validate", "good.json"}, &out, &complaint); code != exitInterrupted || !strings.Contains(complaint.String(), "interrupted") {
		t.Errorf("exit %d: %s", code, complaint.String())
	}
}

// TestThePreCommitHookRuns runs what the hook would, on files that it would be given.
func TestThePreCommitHookRuns(t *testing.T) {
	text, err := os.ReadFile("../../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct {
		ID, Name, Language, Entry, Files string
		Args                             []string
	}
	if err := yaml.Unmarshal(text, &hooks); err != nil || len(hooks) != 1 {
		t.Fatal(hooks, err)
	}
	hook := hooks[0]
	command := strings.Fields(hook.Entry)
	if hook.ID == "" || hook.Name == "" || hook.Language != "golang" || command[0] != "khop" {
		t.Errorf("%+v", hook)
	}
	t.Chdir(payloads(t))
	given := regexp.MustCompile(hook.Files)
	for file, code := range map[string]int{"good.json": exitConforms, "wrong.json": exitFailed, "other/package.json": exitConforms} {
		if !given.MatchString(file) {
			t.Errorf("the hook is not given %s", file)
		}
		if got, out, complaint := khop(t, append(append(command[1:], hook.Args...), file)...); got != code {
			t.Errorf("%s: exit %d, want %d: %s%s", file, got, code, out, complaint)
		}
	}
	t.Chdir(broken(t))
	for file, code := range map[string]int{"conflict.json": exitFailed, "cut.json": exitFailed, "tsconfig.json": exitConforms, "empty.json": exitConforms} {
		if got, out, complaint := khop(t, append(append(command[1:], hook.Args...), file)...); got != code {
			t.Errorf("%s: exit %d, want %d: %s%s", file, got, code, out, complaint)
		}
	}
	if given.MatchString("main.go") {
		t.Error("the hook is given main.go")
	}
}
