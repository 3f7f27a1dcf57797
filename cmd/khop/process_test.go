package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/mocks/outbox/postgres/postgrestest"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/suites/report"
)

// program is khop as it is shipped, built once.
var program string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "khop-test-")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(folder, "khop")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("building khop: %v\n%s", err, out))
	}
	code := postgrestest.Main(m)
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

const secret = "PARTNER-42"

// receiver is a SuperAI receiver, perhaps with defects.
func receiver(t *testing.T, defects ...string) string {
	t.Helper()
	handler, err := receivers.New("superai", receivers.Config{Secrets: map[string]string{"partner_code": secret}, Defects: defects})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL + "/hook"
}

// process is the built khop with an environment without secrets but for those given.
func process(ctx context.Context, environment []string, args ...string) *exec.Cmd {
	child := exec.CommandContext(ctx, program, args...)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "KHOP_") {
			child.Env = append(child.Env, variable)
		}
	}
	child.Env = append(child.Env, environment...)
	return child
}

// start runs the built khop to its end.
func start(t *testing.T, environment []string, args ...string) (code int, out, complaint string) {
	t.Helper()
	child := process(t.Context(), environment, args...)
	var stdout, stderr bytes.Buffer
	child.Stdout, child.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := child.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return child.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	plain := receiver(t)
	for name, one := range map[string]struct {
		target  string
		code    int
		verdict report.Verdict
		want    string
	}{
		"conforms":          {plain, exitConforms, report.Passed, "PASS  superai: "},
		"a SHOULD broken":   {receiver(t, "content-length-required"), exitConforms, report.Passed, " warned"},
		"a MUST broken":     {receiver(t, "missing-header-passes"), exitFailed, report.Failed, "FAIL superai.signature.missing-header"},
		"refused":           {"http://" + listener.Addr().String() + "/", exitError, report.Broken, "connection refused"},
		"no such host":      {"http://khop-no-such-host.invalid/", exitError, report.Broken, "the target cannot be reached"},
		"TLS fault":         {"https" + plain[len("http"):], exitError, report.Broken, "the target cannot be reached"},
		"takes nothing":     {receiver(t, "length-compared") + "/%zz", exitUsage, "", "is not a URL"},
		"gone half way":     {leaving(t, 12), exitError, report.Broken, "the target cannot be reached"},
		"accepts everybody": {yes(t), exitFailed, report.Failed, "signature.wrong-key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "out")
			code, out, complaint := start(t, nil, "verify", "superai", "-t", one.target, "--secret", "partner_code="+secret, "--report", folder)
			if code != one.code || !strings.Contains(out+complaint, one.want) {
				t.Errorf("exit code %d, want %d; no %q in:\n%s%s", code, one.code, one.want, out, complaint)
			}
			if strings.Contains(out+complaint, "\x1b") {
				t.Error("coloured, into a pipe")
			}
			if one.verdict != "" {
				if r := read(t, folder); r.Verdict != one.verdict {
					t.Errorf("report.json says %s, want %s", r.Verdict, one.verdict)
				}
			}
		})
	}
}

// leaving is a correct receiver that stops listening after so many requests.
func leaving(t *testing.T, after int32) string {
	t.Helper()
	handler, err := receivers.New("superai", receivers.Config{Secrets: map[string]string{"partner_code": secret}})
	if err != nil {
		t.Fatal(err)
	}
	var requests atomic.Int32
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) == after {
			_ = server.Listener.Close()
		}
		handler.ServeHTTP(w, r)
	})
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

// yes is a target that takes everything.
func yes(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	return server.URL
}

// read reads the report of a run and holds it to its schema and its twin.
func read(t *testing.T, folder string) *report.Report {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join(folder, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	if problems, err := schemas.Report().Validate(doc); err != nil || len(problems) > 0 {
		t.Errorf("report.json: %v %v", problems, err)
	}
	junit, err := os.ReadFile(filepath.Join(folder, "junit.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(doc, &r); err != nil {
		t.Fatal(err)
	}
	if got := bytes.Count(junit, []byte("<testcase ")); got < len(r.Checks) { // and one more where the run was not finished
		t.Errorf("junit.xml has %d test cases, report.json %d checks", got, len(r.Checks))
	}
	for name, text := range map[string][]byte{"report.json": doc, "junit.xml": junit} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("%s shows the secret", name)
		}
	}
	return &r
}

func TestReportHasWhatReadersRelyOn(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	address := receiver(t, "missing-header-passes")
	code, out, _ := start(t, nil, "verify", "superai", "-t", address, "--secret", "partner_code="+secret, "--report", folder, "--seed", "99", "-v")
	if code != exitFailed || strings.Contains(out, secret) {
		t.Errorf("exit code %d, secret shown: %t", code, strings.Contains(out, secret))
	}
	read(t, folder)
	var doc map[string]any
	raw, _ := os.ReadFile(filepath.Join(folder, "report.json"))
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	for member, want := range map[string]any{
		"schema": 1.0, "khop": "dev", "provider": "superai", "target": address, "verdict": "fail", "seed": 99.0,
	} {
		if doc[member] != want {
			t.Errorf("%s is %v, want %v", member, doc[member], want)
		}
	}
	counts := doc["counts"].(map[string]any)
	counted := map[string]float64{}
	for _, c := range doc["checks"].([]any) {
		check := c.(map[string]any)
		counted[check["status"].(string)]++
		for _, member := range []string{"id", "area", "level", "status", "title", "source", "exchanges", "repeat"} {
			if _, there := check[member]; !there {
				t.Errorf("%v has no %s", check["id"], member)
			}
		}
		if check["status"] == "fail" {
			for _, member := range []string{"message", "expected", "actual"} {
				if check[member] == nil || check[member] == "" {
					t.Errorf("%v failed and has no %s", check["id"], member)
				}
			}
			want := fmt.Sprintf(`khop repeat %s --target %s --secret partner_code="$KHOP_SUPERAI_PARTNER_CODE" --seed 99`, check["id"], address)
			if check["repeat"] != want {
				t.Errorf("repeat is %v, want %s", check["repeat"], want)
			}
		}
	}
	for _, status := range report.Statuses {
		if counts[string(status)] != counted[string(status)] {
			t.Errorf("%s: counted %v, there are %v", status, counts[string(status)], counted[string(status)])
		}
	}
}

func TestTheRepeatCommandRepeats(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	start(t, nil, "verify", "superai", "-t", receiver(t, "missing-header-passes"), "--secret", "partner_code="+secret, "--report", folder, "-q")
	failed := read(t, folder).With(report.Fail)
	if len(failed) == 0 {
		t.Fatal("nothing failed")
	}
	for _, check := range failed {
		shell := exec.CommandContext(t.Context(), "sh", "-c", check.Repeat)
		shell.Env = append(os.Environ(), "KHOP_SUPERAI_PARTNER_CODE="+secret, "PATH="+filepath.Dir(program)+":"+os.Getenv("PATH"))
		out, err := shell.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != exitFailed || !bytes.Contains(out, []byte("FAIL "+check.ID)) {
			t.Errorf("%s: %v\n%s", check.Repeat, err, out)
		}
	}
}

func TestSecretsComeFromTheEnvironment(t *testing.T) {
	t.Parallel()
	code, out, complaint := start(t, []string{"KHOP_SUPERAI_PARTNER_CODE=" + secret}, "verify", "superai", "-t", receiver(t), "-q")
	if code != exitConforms || strings.Count(out, "\n") != 1 || !strings.HasPrefix(out, "PASS  superai: ") || complaint != "" {
		t.Errorf("exit code %d: %q, %q", code, out, complaint)
	}
}

func TestADialectThatDoesNotFitIsAMatterOfConfiguration(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("X-mevent-signature"), "mac=") {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer server.Close()
	code, out, _ := start(t, nil, "verify", "mobio", "-t", server.URL, "--secret", "app_id=APP-1", "--secret", "app_secret=S3CRET-9")
	if code != exitUsage || !strings.Contains(out, "--set signature=bare") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

func TestCtrlCReportsWhatThereIs(t *testing.T) {
	t.Parallel()
	handler, err := receivers.New("superai", receivers.Config{Secrets: map[string]string{"partner_code": secret}})
	if err != nil {
		t.Fatal(err)
	}
	var requests atomic.Int32
	reached := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) == 15 {
			close(reached)
		}
		if requests.Load() >= 15 { // the run stays here until it is interrupted
			_, _ = bufio.NewReader(r.Body).WriteTo(&bytes.Buffer{})
			<-r.Context().Done()
			return
		}
		handler.ServeHTTP(w, r)
	}))
	defer server.Close()
	folder := t.TempDir()
	child := process(t.Context(), nil, "verify", "superai", "-t", server.URL, "--secret", "partner_code="+secret, "--report", folder, "--timeout", "60s")
	var out bytes.Buffer
	child.Stdout, child.Stderr = &out, &out
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	<-reached
	if err := child.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	if code := child.ProcessState.ExitCode(); code != exitInterrupted || !strings.Contains(out.String(), "interrupted") {
		t.Errorf("exit code %d:\n%s", code, out.String())
	}
	r := read(t, folder)
	if r.Verdict != report.Broken || r.Reason != "interrupted" || r.Counts[report.Pass] == 0 || r.Counts[report.Fail] != 0 {
		t.Errorf("verdict %s, reason %q, %v", r.Verdict, r.Reason, r.Counts)
	}
}

func TestReceiverRunsUntilCtrlC(t *testing.T) {
	t.Parallel()
	child := process(t.Context(), []string{"KHOP_SUPERAI_PARTNER_CODE=" + secret}, "receiver", "superai", "--listen", "127.0.0.1:0", "--defect", "missing-header-passes")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, address, _ := strings.Cut(said, " on ")
	address, _, _ = strings.Cut(address, " ")
	code, shown, complaint := start(t, nil, "repeat", "superai.signature.missing-header", "-t", address, "--secret", "partner_code="+secret)
	if code != exitFailed || !strings.Contains(shown, "FAIL superai.signature.missing-header") {
		t.Errorf("exit code %d:\n%s%s", code, shown, complaint)
	}
	if err := child.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err != nil {
		t.Errorf("stopped by Ctrl-C: %v", err)
	}
}
