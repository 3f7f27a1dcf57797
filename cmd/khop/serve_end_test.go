package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks/outbox/postgres/postgrestest"
)

// stores are the flags of a khop serve that keeps everything in a new place, by its kind.
var stores = map[string]func(*testing.T) []string{
	"SQLite":     func(t *testing.T) []string { return []string{"--data", filepath.Join(t.TempDir(), "khop.db")} },
	"PostgreSQL": func(t *testing.T) []string { return []string{"--database", postgrestest.New(t)} },
}

// stalling is a receiver that keeps requests waiting until it is told to answer.
func stalling(t *testing.T) (address string, came <-chan struct{}, answer chan<- struct{}) {
	t.Helper()
	asked, goOn := make(chan struct{}, 100), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		asked <- struct{}{}
		select {
		case <-goOn:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/hook", asked, goOn
}

// transcript is what a process says while others read it.
type transcript struct {
	mu   sync.Mutex
	said bytes.Buffer
}

func (s *transcript) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Write(text)
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.String()
}

// startTold starts the built khop serve, and returns what it tells on standard error too.
func startTold(t *testing.T, flags ...string) (child *exec.Cmd, address string, told *transcript) {
	t.Helper()
	told = &transcript{}
	child, address = startServing(t, told, flags...)
	return child, address, told
}

// superaiApp adds an app to a served khop and returns its ID.
func superaiApp(t *testing.T, address, target string) string {
	t.Helper()
	status, app := call(t, "POST", address+"/api/v1/apps", map[string]any{
		"provider": "superai", "target": target, "secrets": map[string]string{"partner_code": secret},
	})
	if status != http.StatusCreated {
		t.Fatal(status, app)
	}
	return app["id"].(string)
}

func TestWhatIsUnderWayComesToItsEnd(t *testing.T) {
	for name, flags := range stores {
		t.Run(name, func(t *testing.T) {
			target, came, answer := stalling(t)
			store := flags(t)
			first, address, told := startTold(t, store...)
			app := superaiApp(t, address, target)
			if status, said := call(t, "POST", address+"/api/v1/apps/"+app+"/events", map[string]any{"event": "update_status", "count": 3}); status != http.StatusAccepted {
				t.Fatal(status, said)
			}
			if status, said := call(t, "POST", address+"/api/v1/scenarios/superai-outage/runs", map[string]any{"app": app, "speed": 0.001}); status != http.StatusCreated && status != http.StatusAccepted {
				t.Fatal(status, said)
			}
			for range 3 {
				<-came
			}
			if err := first.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			eventually(t, "khop does not say that it waits", func() bool { return strings.Contains(told.String(), "deliveries that are under way") })
			close(answer)
			_ = first.Wait()
			if !strings.Contains(told.String(), "khop: the scenario superai-outage for app "+app+" ends after step") {
				t.Errorf("the scenario's end is not told: %s", told)
			}
			_, address, _ = startTold(t, store...)
			_, listed := call(t, "GET", address+"/api/v1/events?limit=1000", nil)
			delivered := 0
			for _, one := range listed["events"].([]any) {
				if event := one.(map[string]any); event["state"] == "delivered" && event["times"] == 1.0 {
					delivered++
				}
			}
			if delivered < 3 {
				t.Errorf("%d of 3 deliveries are on record: %v", delivered, listed)
			}
		})
	}
}

func TestASecondCtrlCDoesNotWait(t *testing.T) {
	target, came, _ := stalling(t)
	child, address, told := startTold(t, "--data", filepath.Join(t.TempDir(), "khop.db"))
	app := superaiApp(t, address, target)
	call(t, "POST", address+"/api/v1/apps/"+app+"/events", map[string]any{"event": "update_status"})
	<-came
	for _, sign := range []string{"1 delivery that is under way", ""} {
		if err := child.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		eventually(t, "nothing is said", func() bool { return strings.Contains(told.String(), sign) })
	}
	begun := time.Now()
	_ = child.Wait()
	if took := time.Since(begun); took > stopWithin/2 {
		t.Errorf("it went on for %s", took)
	}
}

func TestAnIdleKhopStopsAtOnce(t *testing.T) {
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			child, address, _ := startTold(t, store(t)...)
			silent, err := net.Dial("tcp", strings.TrimPrefix(address, "http://")) // as browsers keep some
			if err != nil {
				t.Fatal(err)
			}
			defer silent.Close()
			stream, err := http.Get(address + "/api/v1/stream")
			if err != nil {
				t.Fatal(err)
			}
			defer stream.Body.Close()
			begun := time.Now()
			if err := child.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			_ = child.Wait()
			took := time.Since(begun)
			t.Logf("stopped after %s", took.Round(time.Millisecond))
			if took > 2*time.Second || child.ProcessState.ExitCode() != exitConforms {
				t.Errorf("it took %s and ended with %d", took, child.ProcessState.ExitCode())
			}
		})
	}
}

func TestServeWantsAFolderThatIsThere(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "mistyped")
	code, _, complaint := khop(t, "serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(folder, "x.db"))
	if code != exitUsage || !strings.Contains(complaint, "there is no folder "+folder) {
		t.Errorf("exit code %d: %s", code, complaint)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("it was made")
	}
}

func TestDamagedOrdersAreRefusedByName(t *testing.T) {
	folder := t.TempDir()
	orders := filepath.Join(folder, "khop-accesstrade.db")
	if err := os.WriteFile(orders, bytes.Repeat([]byte("no orders\n"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, complaint := khop(t, "serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(folder, "khop.db"))
	if want := fmt.Sprintf("the database %s: it is not a database of khop's: give another file", orders); code != exitError || !strings.Contains(complaint, want) {
		t.Errorf("exit code %d: %s", code, complaint)
	}
}

func TestTheStartSaysWhereEverythingIs(t *testing.T) {
	var out strings.Builder
	s := serving{data: "/srv/desk.db", accessKey: "K"}
	s.greet(&out, &net.TCPAddr{IP: net.IPv6unspecified, Port: 8700})
	for _, want := range []string{"http://127.0.0.1:8700 and on every other", "/srv/desk.db and /srv/desk-accesstrade.db", "scenarios and verifications: they end"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in %s", want, out.String())
		}
	}
}
