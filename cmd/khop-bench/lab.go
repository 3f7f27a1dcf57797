package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// lab is where measurements are taken: khop as it is shipped, and a folder.
type lab struct {
	root    string // of the checkout
	khop    string // the built binary
	version string // what it says of itself
	self    string // this program
	folder  string // for files; gone in the end
	quick   bool
}

// openLab builds khop as `make build` does. Close the lab.
func openLab(ctx context.Context, quick bool) (*lab, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	module, err := output(ctx, ".", "go", "env", "GOMOD")
	if err != nil {
		return nil, err
	}
	if filepath.Base(module) != "go.mod" {
		return nil, fmt.Errorf("there is no go.mod here: run it in a checkout of khop")
	}
	folder, err := os.MkdirTemp("", "khop-bench-")
	if err != nil {
		return nil, err
	}
	l := &lab{root: filepath.Dir(module), khop: filepath.Join(folder, "khop"), self: self, folder: folder, quick: quick}
	if err := l.build(ctx); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *lab) build(ctx context.Context) error {
	version, err := output(ctx, l.root, "git", "describe", "--tags", "--always", "--dirty")
	if err != nil {
		version = "dev" // an export of the sources
	}
	l.version = version
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w -X main.version="+version, "-o", l.khop, "./cmd/khop")
	build.Dir, build.Env = l.root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building khop: %w\n%s", err, out)
	}
	return nil
}

func (l *lab) close() { _ = os.RemoveAll(l.folder) }

// rounds is how often turns are taken.
func (l *lab) rounds(wanted int) int {
	if l.quick {
		return 1
	}
	return wanted
}

// seconds is how long one round of a load lasts.
func (l *lab) seconds() time.Duration {
	if l.quick {
		return time.Second
	}
	return 5 * time.Second
}

// scratch is a new empty folder.
func (l *lab) scratch() (string, error) { return os.MkdirTemp(l.folder, "") }

// installed finds a program of the system.
func installed(program string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", absent{program + " is not installed"}
	}
	return path, nil
}

// output runs a command to its end, and returns what it has printed.
func output(ctx context.Context, folder, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = folder
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(program), strings.Join(args, " "), err, out, complaint.String())
	}
	return strings.TrimSpace(string(out)), nil
}
