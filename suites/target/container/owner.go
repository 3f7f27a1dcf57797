package container

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// owner names this process so that it can be told from a later one with the same id.
func owner() string {
	return fmt.Sprintf("%s/%d/%s", hostname(), os.Getpid(), begun(os.Getpid()))
}

// alive tells whether the khop that a label names may still be at work. One on
// another machine, where engines are shared, counts as alive.
func alive(owner string) bool {
	parts := strings.Split(owner, "/")
	if len(parts) != 3 || parts[0] != hostname() {
		return true
	}
	pid, err := strconv.Atoi(parts[1])
	return err == nil && running(pid) && begun(pid) == parts[2]
}

// running tells whether there is a process of that id. Unix finds every process and
// tells by a signal that is none; Windows finds only those that run, and knows no signals.
func running(pid int) bool {
	process, err := os.FindProcess(pid)
	return err == nil && !errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "unknown"
	}
	return name
}

// begun is when a process began, in the kernel's own count; empty where the system
// does not tell.
func begun(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// The fields after the command's name in parentheses, which may hold anything:
	// the twentieth is the start time (proc_pid_stat(5)).
	_, rest, _ := strings.Cut(string(stat[strings.LastIndexByte(string(stat), ')')+1:]), " ")
	if fields := strings.Fields(rest); len(fields) >= 20 {
		return fields[19]
	}
	return ""
}
