package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/load"
)

// bursts are the arguments of a short burst.
func bursts(target string, more ...string) []string {
	return append([]string{"burst", "superai", "--target", target, "--secret", "partner_code=" + secret, "--rate", "max", "--max-requests", "200"}, more...)
}

// foundOut reads the result in a report folder, none of whose files shows the secret.
func foundOut(t *testing.T, folder string) burst.Result {
	t.Helper()
	for _, name := range load.Files() {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || len(text) == 0 || bytes.Contains(text, []byte(secret)) {
			t.Errorf("%s: %d bytes, %v; the secret is in it: %t", name, len(text), err, bytes.Contains(text, []byte(secret)))
		}
	}
	file, err := os.Open(filepath.Join(folder, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	result, err := burst.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestBurstExitCodes(t *testing.T) {
	t.Parallel()
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = nobody.Close()
	plain, open := receiver(t), yes(t)
	for name, one := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no limit":           {bursts(plain), exitConforms, "DONE  superai: Measured, "},
		"a rate too high":    {slowly(t), exitConforms, "DONE  superai: The rate was not held; there was no limit to keep"},
		"reached":            {slowly(t, "--reached", "99%"), exitFailed, "✗ reached"},
		"due and not sent":   {slowly(t, "--success", "99%"), exitFailed, "✗ success"},
		"late and not sent":  {slowly(t, "--p99", "1m"), exitFailed, "✗ p99              not sent"},
		"limits kept":        {bursts(plain, "--p99", "1m", "--success", "99.9%", "--errors", "0%", "--bad-signature", "5%"), exitConforms, "PASS  superai: Every limit was kept"},
		"too slow":           {bursts(plain, "--max", "1us"), exitFailed, "✗ max"},
		"forgeries accepted": {bursts(open, "--bad-signature", "10%"), exitFailed, "events with a bad signature were accepted"},
		"nothing accepted":   {bursts(refusing(t)), exitFailed, "Not one genuine event was taken"},
		"nobody there":       {bursts("http://" + nobody.Addr().String() + "/"), exitError, "connection refused"},
		"not trusted":        {bursts(encrypted(t)), exitError, "--ca, or take any certificate with"},
		"no answer":          {bursts(silent(t), "--timeout", "100ms", "--connections", "2", "--for", "300ms"), exitError, "answered none of"},
		"no such host":       {bursts("http://khop-no-such-host.invalid/"), exitError, "the target cannot be reached"},
		"remote":             {bursts("http://192.0.2.1/"), exitUsage, "add --allow-remote"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, complaint := start(t, nil, one.args...)
			said := strings.Join(strings.Fields(out+complaint), " ")
			if code != one.code || !strings.Contains(said, strings.Join(strings.Fields(one.want), " ")) || strings.Contains(out+complaint, secret) {
				t.Errorf("exit code %d, want %d and %q:\n%s%s", code, one.code, one.want, out, complaint)
			}
			if strings.Contains(out+complaint, "\x1b") {
				t.Error("coloured, into a pipe")
			}
		})
	}
}

// slowly are the arguments of a burst at a rate that its target is far from holding.
func slowly(t *testing.T, more ...string) []string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(50 * time.Millisecond) }))
	t.Cleanup(server.Close)
	return append([]string{
		"burst", "superai", "--target", server.URL, "--secret", "partner_code=" + secret,
		"--rate", "400", "--for", "300ms", "--connections", "1",
	}, more...)
}

// encrypted is a target whose certificate nobody has signed.
func encrypted(t *testing.T) string {
	t.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

// refusing is a target that takes nothing and gives away what it was sent.
func refusing(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the partner code "+secret+" is not ours", http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// silent is a target that takes connections and never says anything.
func silent(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, conn) }()
		}
	}()
	return "http://" + listener.Addr().String() + "/"
}

func TestBurstReports(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "out")
	code, out, complaint := start(t, nil, bursts(receiver(t), "--seed", "9", "--bad-signature", "10%", "--duplicates", "10%", "--event", "update_weight",
		"--p99", "1m", "--report", folder, "--format", "json")...)
	if code != exitConforms || complaint != "" {
		t.Errorf("exit code %d: %s", code, complaint)
	}
	r := foundOut(t, folder)
	if r.Requests != 200 || r.Seed != 9 || r.Khop != "dev" || strings.Join(r.Events, " ") != "update_weight" || r.Success != 1 || r.Shares.Duplicates != 0.1 {
		t.Errorf("the report: %d requests, seed %d, khop %s, %v, success %v, %+v", r.Requests, r.Seed, r.Khop, r.Events, r.Success, r.Shares)
	}
	if forged := r.Kinds["bad-signature"]; forged.Sent == 0 || forged.Refused != forged.Sent {
		t.Errorf("of bad signatures: %+v", forged)
	}
	var printed map[string]any
	if err := json.Unmarshal([]byte(out), &printed); err != nil || printed["requests"] != 200.0 {
		t.Errorf("printed: %v, %v requests", err, printed["requests"])
	}
}

// A target that echoes the secret does not put it into a report.
func TestBurstHidesSecrets(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "out")
	if code, out, _ := start(t, nil, bursts(refusing(t), "--report", folder)...); code != exitFailed || strings.Contains(out, secret) {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	if r := foundOut(t, folder); r.Held() || len(r.Objections) == 0 {
		t.Errorf("%+v, %v", r.Thresholds, r.Objections)
	}
}

// Where nothing was found out, the reports say so, and nothing is left of earlier ones.
func TestBurstReportsThatNothingWasFoundOut(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, target := range []string{"http://127.0.0.1:1/", "http://khop-no-such-host.invalid/"} {
		if code, out, complaint := start(t, nil, bursts(receiver(t), "--p99", "1m", "--report", folder)...); code != exitConforms {
			t.Fatalf("exit code %d:\n%s%s", code, out, complaint)
		}
		code, out, complaint := start(t, nil, bursts(target, "--p99", "1m", "--connections", "8", "--seed", "9", "--report", folder, "--format", "json", "--quiet")...)
		if code != exitError || complaint != "" {
			t.Errorf("exit code %d: %s", code, complaint)
		}
		printed, err := burst.Read(strings.NewReader(out))
		if err != nil {
			t.Fatalf("%v:\n%s", err, out)
		}
		written := foundOut(t, folder)
		if printed.Reason == "" || printed.Reason != written.Reason || printed.Target != target || printed.MaxRequests != 200 || printed.Connections != 8 || printed.Seed != 9 || printed.Requests != 0 {
			t.Errorf("printed %+v\nwritten %+v", printed, written)
		}
		for _, name := range load.Files() {
			text, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil || bytes.Contains(text, []byte("Every limit")) || bytes.Contains(text, []byte(`"met"`)) || !bytes.Contains(text, []byte("reached")) && !bytes.Contains(text, []byte("no such host")) {
				t.Errorf("%s, %v:\n%s", name, err, text)
			}
		}
	}
}

func TestBurstIsInterrupted(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	reached := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if requests.Add(1) == 50 {
			close(reached)
		}
	}))
	defer server.Close()
	folder := t.TempDir()
	child := process(t.Context(), nil, "burst", "superai", "-t", server.URL, "--secret", "partner_code="+secret, "--rate", "500", "--for", "1h", "--report", folder)
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
	if code := child.ProcessState.ExitCode(); code != exitInterrupted || !strings.Contains(out.String(), "STOPPED") {
		t.Errorf("exit code %d:\n%s", code, out.String())
	}
	if r := foundOut(t, folder); !r.Interrupted || r.Requests < 40 {
		t.Errorf("interrupted: %t, after %d requests", r.Interrupted, r.Requests)
	}
}

// What a target did before it went away, and that it went away, are both in the result.
func TestBurstOutlivesItsTarget(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	var requests atomic.Int32
	server.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if requests.Add(1) == 100 {
			_ = server.Listener.Close()
			go server.CloseClientConnections()
		}
	})
	server.Start()
	defer server.Close()
	folder := filepath.Join(t.TempDir(), "out")
	code, out, _ := start(t, nil, "burst", "superai", "-t", server.URL, "--secret", "partner_code="+secret,
		"--rate", "400", "--for", "1s", "--connections", "4", "--success", "99%", "--report", folder)
	r := foundOut(t, folder)
	if code != exitFailed || !strings.Contains(out, "got no answer") || r.Answered() < 90 || r.Failed() == 0 {
		t.Errorf("exit code %d, %d answered, %d not:\n%s", code, r.Answered(), r.Failed(), out)
	}
}

func TestBurstRefusesWhatMakesNoSense(t *testing.T) {
	withoutSecretsInTheEnvironment(t)
	address, requests := countedTarget(t)
	for name, one := range map[string]struct {
		flags []string
		want  string
	}{
		"no rate":                  {nil, "--rate wants events a second, such as --rate 2000, or max"},
		"a rate of words":          {[]string{"--rate", "5k"}, `--rate "5k": wants events a second`},
		"no rate at all":           {[]string{"--rate", "0"}, "above 0"},
		"an endless rate":          {[]string{"--rate", "Inf"}, "wants events a second"},
		"no time":                  {[]string{"--rate", "5", "--for", "0s"}, "--for 0s"},
		"no connection":            {[]string{"--rate", "5", "--connections", "0"}, "--connections 0: at least one"},
		"a share without sign":     {[]string{"--rate", "5", "--duplicates", "1"}, `--duplicates "1" wants a percent sign: 1%, or 100% for all`},
		"shares of everything":     {[]string{"--rate", "5", "--duplicates", "50%", "--stale", "50%"}, "leave nothing for genuine events"},
		"a limit without unit":     {[]string{"--rate", "5", "--p99", "100"}, `--p99 "100" is not a length of time such as 100ms`},
		"a success without sign":   {[]string{"--rate", "5", "--success", "0.999"}, `--success "0.999" wants a percent sign; 0.999 as a part of 1 would be 99.9%`},
		"a rate to reach":          {[]string{"--rate", "max", "--reached", "99%"}, "--reached wants a rate that can be reached"},
		"an unknown event":         {[]string{"--rate", "5", "--event", "update_statu"}, `did you mean "update_status"?`},
		"a shard without seed":     {[]string{"--rate", "5", "--shard", "0/2"}, "--shard 0/2 wants --seed"},
		"a shard beyond":           {[]string{"--rate", "5", "--shard", "2/2", "--seed", "1"}, "i from 0 to n-1"},
		"fewer requests than four": {[]string{"--rate", "5", "--shard", "0/4", "--seed", "1", "--max-requests", "3"}, "--max-requests 3 is less than one for each of 4 shards"},
		"an unknown format":        {[]string{"--rate", "5", "--format", "xml"}, `--format: no "xml"; there are: text, json, markdown`},
		"nowhere to report":        {[]string{"--rate", "5", "--report", "burst_test.go"}, "--report burst_test.go: "},
		"the provider's header":    {[]string{"--rate", "5", "--header", "Signature: x"}, "leave it out"},
		"a configuration, too":     {[]string{"--rate", "5", "--config", "khop.yaml"}, "does not go with a configuration"},
	} {
		args := append([]string{"burst", "superai", "-t", address, "--secret", "partner_code=hush-hush"}, one.flags...)
		code, out, complaint := khop(t, args...)
		if code != exitUsage || !strings.Contains(complaint, one.want) || strings.Contains(out+complaint, "hush-hush") {
			t.Errorf("%s: exit code %d, %q, want %q", name, code, complaint, one.want)
		}
	}
	if code, _, complaint := khop(t, "burst", "esms", "-t", address, "--rate", "5", "--bad-signature", "1%"); code != exitUsage || !strings.Contains(complaint, "does not sign") {
		t.Errorf("a bad signature of eSMS: exit code %d, %s", code, complaint)
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// What was agreed on with the provider is how long an answer may take, unless --timeout says
// otherwise.
func TestBurstWaitsAsLongAsWasAgreed(t *testing.T) {
	t.Parallel()
	mobio := []string{"burst", "mobio", "-t", yes(t), "--secret", "app_id=A", "--secret", "app_secret=S", "--rate", "max", "--max-requests", "10", "--format", "json"}
	for want, flags := range map[float64][]string{
		10:  {},
		0.9: {"--set", "answer_within=900ms"},
		5:   {"--set", "answer_within=900ms", "--timeout", "5s"},
	} {
		code, out, complaint := start(t, nil, append(mobio[:len(mobio):len(mobio)], flags...)...)
		result, err := burst.Read(strings.NewReader(out))
		if code != exitConforms || err != nil || result.Timeout != want {
			t.Errorf("%v: exit code %d, %v, a timeout of %v s; %s", flags, code, err, result.Timeout, complaint)
		}
	}
}

// One line says what is wrong, though no limit was set.
func TestQuietBurstSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"FAIL  superai: Not one genuine event was accepted\n":        bursts(refusing(t), "-q"),
		"FAIL  superai: Events with a bad signature were accepted\n": bursts(yes(t), "-q", "--bad-signature", "10%"),
		"FAIL  superai: Not every limit was kept\n":                  bursts(receiver(t), "-q", "--max", "1us"),
	} {
		if code, out, _ := start(t, nil, args...); code != exitFailed || out != want {
			t.Errorf("exit code %d: %q, want %q", code, out, want)
		}
	}
}

func TestBurstIsConfigured(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "khop.yaml")
	text := "providers:\n  superai:\n    target: " + receiver(t) + "\n    secrets: {partner_code: \"${PARTNER}\"}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	environment := []string{"PARTNER=" + secret}
	if code, out, complaint := start(t, environment, "burst", "superai", "--config", file, "--rate", "max", "--max-requests", "20", "--success", "100%", "-q"); code != exitConforms || out != "PASS  superai: Every limit was kept\n" || complaint != "" {
		t.Errorf("exit code %d: %q %q", code, out, complaint)
	}
	if code, _, complaint := start(t, environment, "burst", "mobio", "--config", file, "--rate", "max"); code != exitUsage || !strings.Contains(complaint, "does not name mobio") {
		t.Errorf("exit code %d: %q", code, complaint)
	}
}

// Only loopback addresses count as this machine, and connections go to the addresses
// that were looked at, whatever they are asked for.
func TestBurstGoesWhereItLooked(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"192.0.2.1", "::ffff:192.0.2.1", "0.0.0.0", "::", "10.1.2.3", "fe80::1", "169.254.169.254"} {
		if _, err := (&bursting{}).reach(t.Context(), host); err == nil || !strings.Contains(err.Error(), "--allow-remote") {
			t.Errorf("%s: %v", host, err)
		}
		if _, err := (&bursting{anywhere: true}).reach(t.Context(), host); err != nil {
			t.Errorf("%s with --allow-remote: %v", host, err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	for _, host := range []string{"127.0.0.1", "localhost", "::ffff:127.0.0.1"} {
		dial, err := (&bursting{}).reach(t.Context(), host)
		if err != nil {
			t.Errorf("%s: %v", host, err)
			continue
		}
		for range 3 { // of localhost's addresses one may have nobody who listens
			conn, err := dial(t.Context(), "tcp", net.JoinHostPort("elsewhere.invalid", port))
			if err != nil {
				t.Errorf("%s: %v", host, err)
				continue
			}
			_ = conn.Close()
		}
	}
}

// Away from a terminal a long burst says in a line now and then how far it is.
func TestBurstProgressInALog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	follower := &follower{live: load.Live{Rate: 100, For: time.Minute}, to: &log}
	for _, at := range []time.Duration{0, 9, 10, 11, 19, 20, 25} {
		follower.show(burst.Progress{Elapsed: at * time.Second, Sent: uint64(at) * 100, Succeeded: uint64(at) * 100})
	}
	var begins []string
	for line := range strings.Lines(log.String()) {
		begins = append(begins, line[:4])
	}
	if got := strings.Join(begins, "|"); got != "10 s|20 s" {
		t.Errorf("%s\nof\n%s", got, log.String())
	}
}
