package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is a child process that listens.
type server struct {
	name string
	url  string
	cmd  *exec.Cmd
}

var listensOn = regexp.MustCompile(`http://[0-9.:]+`)

// startServer starts a program whose first line tells where it listens; what else it writes is read and dropped.
func startServer(ctx context.Context, program string, args ...string) (*server, error) {
	name := filepath.Base(program) + " " + strings.Join(args[:min(2, len(args))], " ")
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	s := &server{name: name, cmd: cmd}
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	if s.url = listensOn.FindString(first); s.url == "" {
		s.stop()
		return nil, fmt.Errorf("start %s: its first line is %q, and tells no address (%v)", name, first, err)
	}
	go io.Copy(io.Discard, lines) // ends with the child
	return s, nil
}

// stop ends the child, kindly at first.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

// tick is the unit of the times under /proc (proc_pid_stat(5), sysconf(_SC_CLK_TCK), 100 a second on Linux).
const tick = 10 * time.Millisecond

// cpu is the time that the child has worked so far; 0 where there is no /proc.
func (s *server) cpu() time.Duration {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	fields := strings.Fields(string(stat[strings.LastIndex(string(stat), ")")+1:])) // a name may have blanks in it
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}

// memory is the child's resident memory in MB; 0 where there is no /proc.
func (s *server) memory() float64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	kilobytes, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	size, _ := strconv.ParseFloat(kilobytes, 64)
	return size / 1000
}
