package examples_test

import (
	"bytes"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is a program and its children, in a group of their own.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	ended  chan struct{} // closed when it is gone
	output output
	once   sync.Once
}

// startProcess runs a command until it is killed or the test ends.
func startProcess(t *testing.T, command *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, cmd: command, ended: make(chan struct{})}
	command.Stdout, command.Stderr = &p.output, &p.output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.WaitDelay = 5 * time.Second
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = command.Wait() // killed in the end, so an error either way
		close(p.ended)
	}()
	t.Cleanup(p.kill)
	return p
}

// signal reaches the program and its children.
func (p *process) signal(s syscall.Signal) error { return syscall.Kill(-p.cmd.Process.Pid, s) }

// kill ends it as a power cut would: SIGKILL, nothing cleaned up.
func (p *process) kill() {
	p.once.Do(func() {
		_ = p.signal(syscall.SIGKILL) // gone already is fine too
		<-p.ended
	})
}

// awaitEnd returns what it said, and its exit code, when it has ended by itself.
func (p *process) awaitEnd() (said string, code int) {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(time.Minute):
		p.t.Fatalf("%s does not end:\n%s", p.cmd, p.output.String())
	}
	return p.output.String(), p.cmd.ProcessState.ExitCode()
}

// awaitAnswer returns when something answers at an address.
func (p *process) awaitAnswer(address string) {
	p.t.Helper()
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	deadline := time.After(time.Minute)
	for look := time.NewTicker(20 * time.Millisecond); ; {
		if answer, err := client.Get(address); err == nil {
			answer.Body.Close()
			look.Stop()
			return
		}
		select {
		case <-look.C:
		case <-p.ended:
			p.t.Fatalf("%s ended:\n%s", p.cmd, p.output.String())
		case <-deadline:
			p.t.Fatalf("%s does not answer at %s:\n%s", p.cmd, address, p.output.String())
		}
	}
}

// output is what a process has said so far.
type output struct {
	mu   sync.Mutex
	said bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.said.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.said.String()
}

// freePort is a port of this machine that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}
