package plan_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks"
	_ "github.com/khop-dev/khop/mocks/platforms"
	"github.com/khop-dev/khop/suites/plan"
)

func environment(name string) (string, bool) {
	value, ok := map[string]string{
		"KHOP_SUPERAI_PARTNER_CODE": "PARTNER-42", "KHOP_MOBIO_APP_ID": "A-1", "KHOP_MOBIO_APP_SECRET": "S-9",
		"KHOP_ACCESSTRADE_ACCESS_KEY": "K", "KHOP_ACCESSTRADE_SECRET_KEY": "S", "TOKEN": "t0ken",
	}[name]
	return value, ok
}

func TestPlanReadsEverything(t *testing.T) {
	p, err := plan.Parse("khop.yaml", []byte(`
seed: 42
providers:
  mobio:
    target: http://127.0.0.1:3000/mobio
    secrets: {app_id: "${KHOP_MOBIO_APP_ID}", app_secret: "${KHOP_MOBIO_APP_SECRET}"}
    settings: {signature: bare}
    headers: {X-Token: "Bearer ${TOKEN}"}
    observe: curl -s http://127.0.0.1:3000/{key}
    observe_path: .count
    timeout: 3s
    speed: 1000
    insecure_tls: true
`), environment)
	if err != nil {
		t.Fatal(err)
	}
	run := p.Runs[0]
	for _, c := range []struct{ name, got, want string }{
		{"provider", run.Provider.Name, "mobio"},
		{"secret", run.Secrets["app_secret"], "S-9"},
		{"setting", run.Settings["signature"], "bare"},
		{"header", run.Headers["X-Token"], "Bearer t0ken"},
		{"timeout", run.Timeout.String(), "3s"},
		{"path", run.ObservePath, ".count"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
	if p.Seed != 42 || run.Speed != 1000 || !run.InsecureTLS {
		t.Errorf("read %+v", run)
	}
}

func TestPlanNamesThePlaceOfWhatIsWrong(t *testing.T) {
	t.Setenv("KHOP_MOBIO_APP_ID", "A-1")
	t.Setenv("KHOP_MOBIO_APP_SECRET", "S-9")
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", "providers:\n  mobio:\n    targt: x\n", `khop.yaml:3:5: mobio has no key "targt"; did you mean "target"?`},
		{"unknown provider", "providers:\n  mobo: {}\n", `khop.yaml:2:3: providers has no key "mobo"; did you mean "mobio"?`},
		{"secret in the file", "providers:\n  superai:\n    target: http://h/\n    secrets:\n      partner_code: abc\n", "khop.yaml:5:21: a secret is not written here: use ${KHOP_SUPERAI_PARTNER_CODE}"},
		{"variable not set", "providers:\n  mobio:\n    target: http://h/${NOPE}\n", "khop.yaml:3:13: the variable NOPE is not set"},
		{"no target", "providers:\n  mobio: {timeout: 3s}\n", "khop.yaml:2:3: mobio has no target"},
		{"bad time", "providers:\n  mobio: {target: 'http://h/', timeout: soon}\n", `"soon" is not a length of time`},
		{"bad setting", "providers:\n  mobio: {target: 'http://h/', settings: {signature: mak}}\n", "setting signature=mak"},
		{"no yaml", "providers: [", "khop.yaml: "},
		{"a list", "- mobio\n", "khop.yaml:1:1: the configuration has to be a list of keys and values"},
		{"empty", "", "khop.yaml is empty"},
		{"nobody", "seed: 1\n", "names no provider"},
	} {
		_, err := plan.Parse("khop.yaml", []byte(c.text), environment)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "abc") {
			t.Errorf("%s: the error shows the secret: %v", c.name, err)
		}
	}
}

func TestTemplateIsAPlan(t *testing.T) {
	p, err := plan.Parse("khop.yaml", []byte(plan.Template()), environment)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Runs) != len(mocks.Names()) {
		t.Errorf("the template names %d providers of %d", len(p.Runs), len(mocks.Names()))
	}
}

// Of several providers only those that are run have to be complete.
func TestPlanDemandsWhatIsWanted(t *testing.T) {
	text := `
providers:
  superai: {target: "http://h/", secrets: {partner_code: "${TOKEN}"}}
  mobio:
    target: http://${NOPE}/hook
    secrets: {app_id: "${NOPE}", app_secret: "${NOPE}"}
    settings: {envelope: "${NOPE}"}
    ca: nope.pem
  accesstrade: {container: {build: nope, port: 80}}
`
	none := func(name string) (string, bool) { return "t0ken", name == "TOKEN" }
	p, err := plan.Parse("khop.yaml", []byte(text), none, "superai")
	if err != nil || p.Runs[0].Secrets["partner_code"] != "t0ken" {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, err := plan.Parse("khop.yaml", []byte(text), none); err == nil || !strings.Contains(err.Error(), "NOPE is not set") {
		t.Errorf("all of them: %v", err)
	}
	for wrong, want := range map[string]string{
		"  esms: {targt: x}\n":                                       `esms has no key "targt"`,
		"  esms: {target: nowhere}\n":                                "esms: target:",
		"  esms: {target: 'http://h/', settings: {envelop: bare}}\n": "setting envelop",
		"  esms: {timeout: 3s}\n":                                    "esms has no target",
	} {
		if _, err := plan.Parse("khop.yaml", []byte(text+wrong), none, "superai"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", wrong, err, want)
		}
	}
}

func TestPathsAreRelativeToTheFile(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"ca.pem", "Dockerfile"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, err := plan.Parse(filepath.Join(folder, "khop.yaml"), []byte(`
known: known.yaml
providers:
  esms: {target: "http://h/", ca: ca.pem}
  superai: {container: {build: ., port: 80}, secrets: {partner_code: "${TOKEN}"}}
  abaha: {target: "http://127.0.0.1/", ca: `+filepath.Join(folder, "ca.pem")+`}
`), environment)
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		p.Known: filepath.Join(folder, "known.yaml"), p.Runs[0].CA: filepath.Join(folder, "ca.pem"),
		p.Runs[1].Container.Build: folder, p.Runs[2].CA: filepath.Join(folder, "ca.pem"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
