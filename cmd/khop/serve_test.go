package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/outbox/postgres/postgrestest"
	"github.com/khop-dev/khop/schemas/rawjson"
)

var greeting = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startServe starts the built khop serve over a file and returns its address.
func startServe(t *testing.T, file string, more ...string) (*exec.Cmd, string) {
	t.Helper()
	return startServing(t, nil, append([]string{"--data", file}, more...)...)
}

// startServing starts the built khop serve and returns its address. What it tells on
// standard error goes to told.
func startServing(t *testing.T, told io.Writer, flags ...string) (*exec.Cmd, string) {
	t.Helper()
	child := process(t.Context(), nil, append([]string{"serve", "--listen", "127.0.0.1:0"}, flags...)...)
	child.Stderr = told
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = child.Process.Kill()
		_ = child.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	address := greeting.FindString(line)
	if address == "" {
		t.Fatalf("%q: %v", line, err)
	}
	return child, address
}

// call posts or gets JSON and reads the answer into an object.
func call(t *testing.T, method, address string, body any) (int, map[string]any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer map[string]any
	_ = json.NewDecoder(response.Body).Decode(&answer) // what is no JSON is empty
	return response.StatusCode, answer
}

func TestServeDeliversAndGoesOnAfterAKill(t *testing.T) {
	file := filepath.Join(t.TempDir(), "khop.db")
	first, address := startServe(t, file)
	status, app := call(t, "POST", address+"/api/v1/apps", map[string]any{
		"provider": "superai", "target": receiver(t), "secrets": map[string]string{"partner_code": secret},
	})
	if status != http.StatusCreated {
		t.Fatal(status, app)
	}
	events := func(address string) string { return fmt.Sprintf("%s/api/v1/apps/%s/events", address, app["id"]) }
	if status, answer := call(t, "POST", events(address), map[string]any{"event": "update_status", "count": 200}); status != http.StatusAccepted || len(answer["ids"].([]any)) != 200 {
		t.Fatal(status, answer)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()

	second, address := startServe(t, file)
	eventually(t, "not everything is delivered after the kill", func() bool {
		_, answer := call(t, "GET", address+"/api/v1/events?state=delivered&limit=1000", nil)
		found, _ := answer["events"].([]any)
		return len(found) == 200
	})
	if err := second.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if _ = second.Wait(); second.ProcessState.ExitCode() != 0 {
		t.Errorf("Ctrl-C ends it with %d", second.ProcessState.ExitCode())
	}
}

func TestServeIsReadySoon(t *testing.T) {
	file := filepath.Join(t.TempDir(), "khop.db")
	begun := time.Now()
	_, address := startServe(t, file)
	if status, _ := call(t, "GET", address+"/healthz", nil); status != http.StatusOK {
		t.Error(status)
	}
	t.Logf("ready after %s", time.Since(begun).Round(time.Millisecond))
}

func TestServeRefusesWhatIsNotSafe(t *testing.T) {
	t.Setenv("KHOP_TOKEN", "")
	for want, args := range map[string][]string{
		"give --token":                  {"--listen", "0.0.0.0:0"},
		"--token: too short to be safe": {"--token", "short"},
		"--key: too short to be safe":   {"--key", "short"},
		"a pattern is empty":            {"--allow-target", ""},
		"wants host:port":               {"--listen", "8700"},
		"--at-once 0":                   {"--at-once", "0"},
		"is no network":                 {"--allow-target", "10.0.0.0/99"},
		"--data and --database do not":  {"--data", "x.db", "--database", "postgres://x"},
		"--scenarios":                   {"--scenarios", "no/such/folder"},
	} {
		args = append([]string{"serve"}, args...)
		code, _, complaint := khop(t, args...)
		if code != exitUsage || !strings.Contains(complaint, want) {
			t.Errorf("%v: exit code %d, %s, want %q", args, code, complaint, want)
		}
	}
}

func TestServeWantsTheFileForItself(t *testing.T) {
	file := filepath.Join(t.TempDir(), "khop.db")
	startServe(t, file)
	child := process(t.Context(), nil, "serve", "--listen", "127.0.0.1:0", "--data", file)
	said, _ := child.CombinedOutput()
	if code := child.ProcessState.ExitCode(); code != exitError || !strings.Contains(string(said), file) {
		t.Errorf("exit code %d: %s", code, said)
	}
}

// postBack posts an order back to a served khop, as a merchant does.
func postBack(t *testing.T, address, id string) {
	t.Helper()
	merchant := accesstrade.Merchant{AccessKey: mockAccessKey, SecretKey: mockSecretKey}
	payload := rawjson.MustParse(fixtures.Documented("accesstrade")[0].Payload).With("/transaction_id", rawjson.Text(id))
	request, err := merchant.Postback(payload).To(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || !strings.Contains(string(body), `"status":true`) {
		t.Fatalf("%s %v", body, err)
	}
}

// shownOf is the orders and how many calls a served khop shows.
func shownOf(t *testing.T, address string) (orders string, calls int) {
	t.Helper()
	_, answer := call(t, "GET", address+"/api/v1/accesstrade/transactions", nil)
	for _, order := range answer["transactions"].([]any) {
		orders += order.(map[string]any)["transaction_id"].(string) + " "
	}
	_, answer = call(t, "GET", address+"/api/v1/accesstrade/calls", nil)
	return orders, len(answer["calls"].([]any))
}

func TestServeKeepsAccessTradesOrders(t *testing.T) {
	file := filepath.Join(t.TempDir(), "khop.db")
	first, address := startServe(t, file)
	postBack(t, address, "DH-1")
	postBack(t, address, "DH-2")
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	_, address = startServe(t, file)
	postBack(t, address, "DH-1")
	if orders, calls := shownOf(t, address); orders != "DH-2 DH-1 " || calls != 3 {
		t.Errorf("%s, %d calls", orders, calls)
	}
}

func TestSlowServesShareADatabase(t *testing.T) {
	url := postgrestest.New(t)
	_, one := startServing(t, nil, "--database", url)
	_, other := startServing(t, nil, "--database", url)
	postBack(t, one, "DH-1")
	postBack(t, other, "DH-2")
	for _, address := range []string{one, other} {
		if orders, calls := shownOf(t, address); orders != "DH-2 DH-1 " || calls != 2 {
			t.Errorf("%s, %d calls", orders, calls)
		}
	}
}
