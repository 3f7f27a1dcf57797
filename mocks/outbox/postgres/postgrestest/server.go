package postgrestest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// programs are PostgreSQL's, and who runs them: it refuses to be run by root.
type programs struct {
	initdb, postgres string
	as               *syscall.Credential // nil: ourselves
}

func find() (programs, error) {
	for _, folder := range folders() {
		p := programs{initdb: filepath.Join(folder, "initdb"), postgres: filepath.Join(folder, "postgres")}
		if executable(p.initdb) && executable(p.postgres) {
			var err error
			p.as, err = somebodyElse()
			return p, err
		}
	}
	return programs{}, errors.New("no initdb and postgres in PATH or /usr/lib/postgresql; install postgresql, or give a server's URL in " + given)
}

// folders are where the programs may be, newest version first. Debian does not put them
// into the PATH.
func folders() []string {
	versions, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	var folders []string
	for i := len(versions) - 1; i >= 0; i-- {
		folders = append(folders, versions[i])
	}
	return append(folders, filepath.SplitList(os.Getenv("PATH"))...)
}

func executable(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

func somebodyElse() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			uid, _ := strconv.ParseUint(found.Uid, 10, 32)
			gid, _ := strconv.ParseUint(found.Gid, 10, 32)
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("root cannot run it, and there is no user postgres or nobody")
}

// serve makes an empty server that listens on a socket in a folder of its own. It
// writes as durably as any.
func (p programs) serve() (address string, stop func(), err error) {
	folder, err := os.MkdirTemp("", "khop-pg-") // short: a socket's path may not be long
	if err != nil {
		return "", nil, err
	}
	cleanup := func() { os.RemoveAll(folder) }
	if p.as != nil {
		if err := os.Chown(folder, int(p.as.Uid), int(p.as.Gid)); err != nil {
			cleanup()
			return "", nil, err
		}
	}
	data := filepath.Join(folder, "data")
	if output, err := p.command(folder, p.initdb, "-D", data, "-U", "khop", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput(); err != nil {
		cleanup()
		return "", nil, fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(output))
	}
	command := p.command(folder, p.postgres, "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "max_connections=200", "-c", "fsync=on")
	if err := command.Start(); err != nil {
		cleanup()
		return "", nil, err
	}
	stop = func() {
		_ = command.Process.Signal(syscall.SIGINT) // "fast": what is going on is broken off
		_ = command.Wait()
		cleanup()
	}
	address = (&url.URL{Scheme: "postgres", User: url.User("khop"), Path: "/postgres", RawQuery: url.Values{"host": {folder}}.Encode()}).String()
	if err := ready(address); err != nil {
		stop()
		return "", nil, err
	}
	return address, stop, nil
}

func (p programs) command(folder, name string, args ...string) *exec.Cmd {
	command := exec.Command(name, args...)
	command.Dir = folder
	command.SysProcAttr = &syscall.SysProcAttr{Credential: p.as, Setpgid: true} // an interrupt in the terminal is for the tests
	return command
}

func ready(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		err := run(ctx, address, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server does not start: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
