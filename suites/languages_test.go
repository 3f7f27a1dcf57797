package suites_test

import (
	"bufio"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
)

// The correct receivers in other languages pass every check too: what khop demands is
// not a habit of Go's HTTP server.
func TestCorrectReceiversInOtherLanguagesPassEveryCheck(t *testing.T) {
	t.Parallel()
	const folder = "../fixtures/receivers/"
	dependOn(t, folder+"node")
	dependOn(t, folder+"python")
	for _, program := range [][]string{{"node", folder + "node/receiver.mjs"}, {"python3", folder + "python/receiver.py"}} {
		for _, provider := range mocks.Names() {
			if provider != "accesstrade" {
				passes(t, provider, append(program, "--provider", provider, "--listen", "127.0.0.1:0"))
			}
		}
	}
	passes(t, "accesstrade", []string{"node", folder + "node/endpoint.mjs", "--listen", "127.0.0.1:0"})
}

// passes runs a program and verifies what it serves.
func passes(t *testing.T, provider string, program []string) {
	t.Helper()
	t.Run(program[0]+"/"+provider, func(t *testing.T) {
		t.Parallel()
		if _, err := exec.LookPath(program[0]); err != nil {
			t.Skip(program[0] + " is not installed")
		}
		c := config(t, provider, strings.TrimSuffix(start(t, program), "/hook"))
		if provider == "mobio" {
			c.Account = c.Account.With("answer_within", "5s") // the machine is shared
		}
		r, err := suites.RunPlain(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != report.Passed || r.Counts[report.Pass]+unjudged(r) != len(r.Checks) {
			t.Errorf("verdict %s, %v:\n%s", r.Verdict, r.Counts, complaints(r))
		}
	})
}

// dependOn makes a test depend on every file of a folder that a child process of it
// reads: `go test` keeps a result for as long as the files are the same that the test
// itself has read.
func dependOn(t *testing.T, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			_, err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

var printed = regexp.MustCompile(`http://\S+`)

// start runs a program until the test ends and returns the address that it prints.
func start(t *testing.T, program []string) string {
	t.Helper()
	command := exec.Command(program[0], program[1:]...)
	command.Stderr = os.Stderr
	command.Env = append(os.Environ(),
		"KHOP_SUPERAI_PARTNER_CODE="+secrets["superai"]["partner_code"],
		"KHOP_MOBIO_APP_ID="+secrets["mobio"]["app_id"],
		"KHOP_MOBIO_APP_SECRET="+secrets["mobio"]["app_secret"],
		"KHOP_ABAHA_HEADER=X-Abaha-Token: "+agreed.Get("X-Abaha-Token"),
		"KHOP_ACCESSTRADE_ACCESS_KEY="+secrets["accesstrade"]["access_key"],
		"KHOP_ACCESSTRADE_SECRET_KEY="+secrets["accesstrade"]["secret_key"],
	)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%s printed no address: %v", strings.Join(program, " "), err)
	}
	return printed.FindString(line)
}
