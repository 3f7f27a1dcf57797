package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/sqlite"
	"github.com/khop-dev/khop/mocks/scenario"
	"github.com/khop-dev/khop/suites/console/api"
	"github.com/khop-dev/khop/suites/console/client"
	"github.com/khop-dev/khop/suites/console/desk"
)

// rightReceiver is a correct receiver of a provider, and the flags that reach it.
func rightReceiver(t *testing.T, provider string) []string {
	t.Helper()
	secrets := map[string]string{"partner_code": "PARTNER-42"}
	flags := []string{"--secret", "partner_code=PARTNER-42"}
	switch provider {
	case "mobio":
		secrets = map[string]string{"app_id": "A-1", "app_secret": "S-9"}
		flags = []string{"--secret", "app_id=A-1", "--secret", "app_secret=S-9"}
	case "abaha", "esms":
		secrets, flags = nil, nil
	}
	handler, err := receivers.New(provider, receivers.Config{Secrets: secrets})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return append(flags, "--target", server.URL+"/hook", "--speed", "1e7")
}

// play runs a scenario in the shell.
func play(t *testing.T, flow string, flags ...string) (code int, out, complaint string) {
	t.Helper()
	return khop(t, append([]string{"scenario", "run", flow}, flags...)...)
}

func TestARightReceiverTakesEveryFlow(t *testing.T) {
	for _, s := range scenario.Builtin() {
		code, out, complaint := play(t, s.Name, rightReceiver(t, s.Provider)...)
		if code != exitConforms || strings.Contains(out, notTaken) {
			t.Errorf("%s: exit %d: %s\n%s", s.Name, code, complaint, out)
		}
	}
}

func TestAFlowIsToldStepByStep(t *testing.T) {
	_, out, _ := play(t, "superai-outage", append(rightReceiver(t, "superai"), "--lang", "vi")...)
	for _, want := range []string{
		"#1 update_status of SGNS", "Nhân viên đã lấy hàng.", "#2 attempt 1: khop's link refused the connection",
		"#3 attempt 1: khop's link reset", "\nsuperai-outage: 2 accepted, 2 lost on purpose\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	_, out, _ = play(t, "abaha-outage", rightReceiver(t, "abaha")...)
	for _, want := range []string{"#2 attempt 1: khop's link refused the connection", "; the next one is due in 5m", "#2 attempt 2: 200 OK", "#3 attempt 2: 200 OK", "abaha-outage: 4 accepted\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestWhatATargetMayDoToAFlow(t *testing.T) {
	var requests atomic.Int32
	answer := func(status int) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			requests.Add(1)
			w.WriteHeader(status)
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	dead := httptest.NewServer(nil)
	dead.Close()
	for _, c := range []struct {
		target string
		code   int
		want   string
	}{
		{answer(500), exitFailed, "superai-duplicates: 6 not accepted"},
		{answer(200), exitConforms, "superai-duplicates: 6 accepted"},
		{dead.URL, exitError, "the target cannot be reached"},
	} {
		code, out, complaint := play(t, "superai-duplicates", "--target", c.target, "--secret", "partner_code=P4RTNER", "--speed", "1e7")
		if code != c.code || !strings.Contains(out+complaint, c.want) || strings.Contains(out+complaint, "P4RTNER") {
			t.Errorf("exit %d, want %d: %s\n%s", code, c.code, complaint, out)
		}
	}
	if n := requests.Load(); n != 12 {
		t.Errorf("%d requests, want 12", n)
	}
}

func TestAFlowEndsWithCtrlC(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { interrupt() }))
	defer server.Close()
	var out strings.Builder
	code := run(ctx, []string{"scenario", "run", "superai-duplicates", "-t", server.URL, "--secret", "partner_code=P", "--speed", "1"}, &out, &out)
	if code != exitInterrupted {
		t.Errorf("exit %d: %s", code, out.String())
	}
}

func TestAFlowOfOnesOwn(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "mine.yaml")
	if err := os.WriteFile(file, []byte("name: mine\ntitle: Mine\nprovider: esms\nsteps: [{event: viber, data: {TypeId: 99}}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	target, requests := countedTarget(t)
	for _, args := range [][]string{{file}, {"mine", "--scenarios", folder}} {
		if code, out, complaint := play(t, args[0], append(args[1:], "-t", target)...); code != 0 || !strings.Contains(out, "mine: 1 accepted") {
			t.Errorf("%v: exit %d: %s\n%s", args, code, complaint, out)
		}
	}
	if requests.Load() != 2 {
		t.Errorf("%d requests", requests.Load())
	}
	if _, out, _ := khop(t, "scenario", "list", "--scenarios", folder); !strings.Contains(out, "mine ") || !strings.Contains(out, "superai-outage") {
		t.Errorf("list:\n%s", out)
	}
	if err := os.WriteFile(file, []byte("name: mine\ntitle: Mine\nprovider: esms\nsteps: [{event: vibr}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, complaint := khop(t, "scenario", "show", file); code != exitUsage || !strings.Contains(complaint, file+":4:17: eSMS has no event") || !strings.Contains(complaint, `did you mean "viber"`) {
		t.Errorf("exit %d: %s", code, complaint)
	}
}

func TestScenariosAreShownInTheReadersLanguage(t *testing.T) {
	_, out, _ := khop(t, "scenario", "show", "superai-duplicates", "--lang", "vi")
	for _, want := range []string{"superai-duplicates: Cập nhật", " 5. after 11h10m3s: Bây giờ", "update_status, as of 5h ago", "      status: 8\n", "the same once more"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if _, out, _ := khop(t, "__complete", "scenario", "show", "superai-d"); !strings.HasPrefix(out, "superai-duplicates\n:") {
		t.Errorf("proposes\n%s", out)
	}
	if _, out, _ := khop(t, "scenario", "list"); !strings.Contains(out, "abaha-paid-order          7 events in 54h27m    An order, paid and closed") {
		t.Errorf("list:\n%s", out)
	}
}

// served is a khop that plays flows, its address and the ID of an app whose target
// counts.
func served(t *testing.T) (address, app string, requests *atomic.Int32) {
	t.Helper()
	backend, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "khop.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	target, requests := countedTarget(t)
	made, err := backend.PutApp(t.Context(), outbox.App{Name: "shop", Provider: "superai", Target: target, Secrets: map[string]string{"partner_code": "P"}})
	if err != nil {
		t.Fatal(err)
	}
	runner := scenario.New(backend, scenario.Builtin())
	ctx, end := context.WithCancel(t.Context())
	server := httptest.NewServer(api.New(ctx, &desk.Desk{Backend: backend, Scenarios: runner}, api.Options{}))
	courier := outbox.NewCourier(outbox.CourierOptions{})
	var delivering sync.WaitGroup
	delivering.Go(func() { _ = backend.Run(ctx, courier.Deliver, 4) })
	t.Cleanup(func() {
		runner.Close()
		end()
		delivering.Wait()
		server.Close()
		courier.Close()
		if err := backend.Close(); err != nil {
			t.Error(err)
		}
	})
	return server.URL, made.ID, requests
}

func TestAServedKhopPlaysAFlow(t *testing.T) {
	address, _, requests := served(t)
	code, out, complaint := khop(t, "scenario", "run", "superai-outage", "--app", "shop", "--server", address, "--speed", "1e7")
	if code != exitConforms || !strings.Contains(out, ": superai-outage for shop\nstep 1 of 4: event 1\n") || !strings.Contains(out, "step 4 of 4: event 4\ndone after ") {
		t.Fatalf("exit %d: %s\n%s", code, complaint, out)
	}
	id, _, _ := strings.Cut(out, ":")
	if code, out, _ := khop(t, "scenario", "watch", id, "--server", address); code != exitConforms || !strings.Contains(out, "step 4 of 4") {
		t.Errorf("watch: exit %d\n%s", code, out)
	}
	NewWithT(t).Eventually(requests.Load).Should(BeEquivalentTo(3), "of 4 events one is refused on purpose")
}

func TestAServedKhopStopsAFlow(t *testing.T) {
	address, app, _ := served(t)
	server, err := client.New(address, "")
	if err != nil {
		t.Fatal(err)
	}
	run, err := server.StartRun(t.Context(), "superai-outage", app, 1)
	if err != nil {
		t.Fatal(err)
	}
	if code, out, complaint := khop(t, "scenario", "stop", run.ID, "--server", address); code != exitConforms || out+complaint != "" {
		t.Errorf("stop: exit %d: %s%s", code, out, complaint)
	}
	if code, out, _ := khop(t, "scenario", "watch", run.ID, "--server", address); code != exitFailed || !strings.Contains(out, "stopped after ") {
		t.Errorf("watch: exit %d\n%s", code, out)
	}
	for want, args := range map[string][]string{
		`there is no run "run_x"`:     {"watch", "run_x"},
		"is over already":             {"stop", run.ID},
		`did you mean "abaha-outage"`: {"run", "abaha-outrage", "--app", app},
		"the app is of superai":       {"run", "abaha-outage", "--app", app},
	} {
		if code, out, complaint := khop(t, append(append([]string{"scenario"}, args...), "--server", address)...); code != exitUsage || !strings.Contains(complaint, want) {
			t.Errorf("%v: exit %d: %s%s\nwant %s", args, code, complaint, out, want)
		}
	}
}

func TestNobodyServes(t *testing.T) {
	dead := httptest.NewServer(nil)
	dead.Close()
	t.Setenv("KHOP_SERVER", dead.URL)
	for _, args := range [][]string{{"watch", "run_x"}, {"stop", "run_x"}, {"run", "abaha-outage", "--app", "app_1"}} {
		if code, _, complaint := khop(t, append([]string{"scenario"}, args...)...); code != exitError || !strings.Contains(complaint, "no khop answers at "+dead.URL) {
			t.Errorf("%v: exit %d: %s", args, code, complaint)
		}
	}
}

func TestScenarioRefusesWhatItCannotDo(t *testing.T) {
	withoutSecretsInTheEnvironment(t)
	for want, args := range map[string][]string{
		"wants one scenario":            {"show"},
		`did you mean "abaha-outage"?`:  {"show", "abaha-outrage"},
		"no such file":                  {"show", "flows/x.yaml"},
		"--scenarios: reading":          {"list", "--scenarios", "nowhere"},
		"at least one of the flags":     {"run", "abaha-outage"},
		"--target":                      {"run", "abaha-outage", "-t", "localhost"},
		"needs its secret partner_code": {"run", "superai-outage", "-t", "http://127.0.0.1:9"},
		"a number above 0":              {"run", "abaha-outage", "-t", "http://127.0.0.1:9", "--speed", "-3"},
		"has to be https":               {"run", "abaha-outage", "-t", "http://shop.example.vn/hook"},
		"do not go together":            {"run", "abaha-outage", "-t", "http://127.0.0.1:9", "--app", "app_1"},
		"start it with --scenarios":     {"run", "mine.yaml", "--app", "app_1"},
		"wants one run":                 {"watch"},
		"--server: ":                    {"stop", "run_x", "--server", "localhost"},
	} {
		if code, out, complaint := khop(t, append([]string{"scenario"}, args...)...); code != exitUsage || !strings.Contains(complaint, want) {
			t.Errorf("%v: exit %d: %s%s\nwant %s", args, code, complaint, out, want)
		}
	}
}
