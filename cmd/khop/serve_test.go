package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

var greeting = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startServe starts the built khop serve over a file and returns its address.
func startServe(t *testing.T, file string, more ...string) (*exec.Cmd, string) {
	t.Helper()
	child := process(t.Context(), nil, append([]string{"serve", "--listen", "127.0.0.1:0", "--data", file}, more...)...)
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
		"give --token":                 {"--listen", "0.0.0.0:0"},
		"too short to be safe":         {"--token", "short"},
		"wants host:port":              {"--listen", "8700"},
		"--at-once 0":                  {"--at-once", "0"},
		"is no network":                {"--allow-target", "10.0.0.0/99"},
		"--data and --database do not": {"--data", "x.db", "--database", "postgres://x"},
		"--scenarios":                  {"--scenarios", "no/such/folder"},
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
