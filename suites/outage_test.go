package suites_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
)

// The outage matrix: what the kill matrix is to receivers that only answer, this is to
// receivers that are paused, killed and started again. Here a process of its own
// stands for the container.

func TestCorrectReceiversLiveThroughOutages(t *testing.T) {
	t.Parallel()
	for _, provider := range senders() {
		t.Run(provider, func(t *testing.T) {
			t.Parallel()
			r := disturbed(t, provider)
			if r.Verdict != report.Passed || r.Counts[report.Pass] != len(r.Checks) {
				t.Errorf("verdict %s, %v:\n%s", r.Verdict, r.Counts, complaints(r))
			}
		})
	}
}

func TestEveryOutageDefectTripsExactlyItsChecks(t *testing.T) {
	t.Parallel()
	for _, defect := range receivers.Defects("") {
		if !ofOutages(defect) {
			continue
		}
		t.Run(defect.Provider+"/"+defect.Name, func(t *testing.T) {
			t.Parallel()
			r := disturbed(t, defect.Provider, defect.Name)
			if wrong := mistripped(defect, r); wrong != "" {
				t.Errorf("%s\n%s\n%s", defect.Title, wrong, complaints(r))
			}
		})
	}
}

// ofOutages tells whether a defect shows in outages alone.
func ofOutages(defect receivers.Defect) bool {
	return !slices.ContainsFunc(defect.Trips, func(rule string) bool { return !strings.HasPrefix(rule, "outage.") })
}

// senders are the providers that send, and whose receivers may be out.
func senders() []string {
	return slices.DeleteFunc(mocks.Names(), func(name string) bool { return name == "accesstrade" })
}

// disturbed runs the checks of outages over a receiver in a process of its own.
func disturbed(t *testing.T, provider string, defects ...string) *report.Report {
	t.Helper()
	machine := newProcess(t, provider, defects...)
	c := config(t, provider, "http://"+machine.address)
	c.Machine = machine
	c.Selection.Areas = []suites.Area{suites.Outage}
	if provider == "mobio" {
		c.Account = c.Account.With("answer_within", "5s") // many runs share the machine
	}
	r, err := suites.RunPlain(t.Context(), c)
	if r == nil {
		t.Fatal(err)
	}
	return r
}

// process is a machine: a process that can be stopped, killed and started again on
// the same address and the same file.
type process struct {
	address string
	args    []string
	command *exec.Cmd
}

// built is khop as it is shipped, which has the receivers in it.
var built = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "khop-test-")
	if err != nil {
		return "", err
	}
	program := filepath.Join(folder, "khop")
	if out, err := exec.Command("go", "build", "-o", program, "../cmd/khop").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building khop: %w\n%s", err, out)
	}
	return program, nil
})

func newProcess(t *testing.T, provider string, defects ...string) *process {
	t.Helper()
	dependOn(t, "../cmd/khop") // the packages below it are this test's own
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &process{address: listener.Addr().String()}
	_ = listener.Close()
	p.args = []string{program, "receiver", provider, "--listen", p.address, "--state", filepath.Join(t.TempDir(), "state")}
	for name, value := range secrets[provider] {
		p.args = append(p.args, "--secret", name+"="+value)
	}
	if provider == "abaha" {
		p.args = append(p.args, "--header", "X-Abaha-Token: "+agreed.Get("X-Abaha-Token"))
	}
	for _, name := range defects {
		p.args = append(p.args, "--defect", name)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Kill(context.Background()) })
	return p
}

// Pause returns when the process stands still: the first of its threads to notice the
// signal stops the others, and until then they go on.
func (p *process) Pause(context.Context) error {
	if err := p.command.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	var status syscall.WaitStatus
	_, err := syscall.Wait4(p.command.Process.Pid, &status, syscall.WUNTRACED, nil)
	if err == nil && !status.Stopped() {
		err = fmt.Errorf("the receiver ended instead of stopping: %v", status)
	}
	return err
}

func (p *process) Resume(context.Context) error { return p.command.Process.Signal(syscall.SIGCONT) }

func (p *process) Kill(context.Context) error {
	if p.command.ProcessState != nil {
		return nil
	}
	_ = p.command.Process.Kill()
	_ = p.command.Wait() // that it was killed is no news
	return nil
}

func (p *process) Start(ctx context.Context) error {
	p.command = exec.Command(p.args[0], p.args[1:]...)
	if err := p.command.Start(); err != nil {
		return err
	}
	for range 1000 {
		if response, err := http.Get("http://" + p.address + "/applied"); err == nil {
			return response.Body.Close()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return fmt.Errorf("the receiver at %s does not come up", p.address)
}

func (p *process) Ended(context.Context) error { return nil }

func (p *process) Log(context.Context, time.Time) string { return "" }
