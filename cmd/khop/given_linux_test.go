package main

import (
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminals are the two ends of a terminal: the one that a program has, and the one at
// which somebody types.
func terminals(t *testing.T) (program, somebody *os.File) {
	t.Helper()
	somebody, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there is no terminal: %v; what is said at one was not tried", err)
	}
	t.Cleanup(func() { _ = somebody.Close() })
	if err := unix.IoctlSetPointerInt(int(somebody.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(somebody.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there is no terminal: %v; what is said at one was not tried", err)
	}
	t.Cleanup(func() { _ = program.Close() })
	return program, somebody
}

// Ctrl-C ends a command that waits for its input, which nobody may ever write.
func TestCtrlCEndsTheWaitForInput(t *testing.T) {
	t.Parallel()
	address, _, requests := served(t)
	for name, args := range awaiting(address) {
		t.Run(name, func(t *testing.T) {
			terminal, keyboard := terminals(t)
			child := process(t.Context(), nil, args...)
			child.Stdin = terminal
			said, err := child.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			line := make([]byte, 200)
			n, _ := said.Read(line)
			if want := "khop: reading the payload from the terminal, until Ctrl-D; Ctrl-C gives up\n"; string(line[:n]) != want {
				t.Errorf("said %q, want %q", line[:n], want)
			}
			_, _ = io.WriteString(keyboard, "{}\n")
			if err := child.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			late := time.AfterFunc(10*time.Second, func() { _ = child.Process.Kill() })
			defer late.Stop()
			more, _ := io.ReadAll(said)
			_ = child.Wait()
			if code := child.ProcessState.ExitCode(); code != exitInterrupted || len(more) > 0 {
				t.Errorf("exit code %d: %s", code, more)
			}
		})
	}
	if requests.Load() != 0 {
		t.Error("something was sent")
	}
}
