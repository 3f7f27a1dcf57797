package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/khop-dev/khop/suites/report"
	"github.com/khop-dev/khop/suites/target/container"
)

// needEngine skips where no container engine answers.
func needEngine(t *testing.T) {
	t.Helper()
	if err := container.Alone(); err != nil {
		t.Fatal(err)
	}
	if _, err := container.Clean(t.Context(), false); err != nil {
		t.Skipf("WITHOUT a container engine: %v", err)
	}
}

// image is a folder from which an image with khop's own receiver is built.
func image(t *testing.T, defects ...string) string {
	t.Helper()
	folder := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(folder, "khop"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building khop: %v\n%s", err, out)
	}
	command := []string{"/khop", "receiver", "superai", "--listen", "0.0.0.0:8080", "--state", "/state"}
	for _, name := range defects {
		command = append(command, "--defect", name)
	}
	words, _ := json.Marshal(command)
	text := fmt.Sprintf("FROM scratch\nCOPY khop /khop\nCMD %s\n", words)
	if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

var theSecret = []string{"KHOP_SUPERAI_PARTNER_CODE=" + secret}

// boxedRun are the arguments of a verification in a container.
func boxedRun(folder string, more ...string) []string {
	return append([]string{
		"verify", "superai", "--build", folder, "--port", "8080", "--path", "/hook",
		"--env", "KHOP_SUPERAI_PARTNER_CODE", "--observe", "{target}/applied/{key}",
	}, more...)
}

// containersOf counts the containers that were built from a folder's image.
func containersOf(t *testing.T) int {
	t.Helper()
	out, err := exec.Command("docker", "ps", "-aq", "--filter", "label=dev.khop").Output()
	if err != nil {
		t.Fatal(err)
	}
	return len(strings.Fields(string(out)))
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 600 {
		if holds() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal(what)
}

func TestContainerIsVerifiedThroughOutages(t *testing.T) {
	needEngine(t)
	folder := t.TempDir()
	child := process(t.Context(), theSecret, boxedRun(image(t), "--wait-http", "/applied", "--report", folder)...)
	said, _ := child.CombinedOutput()
	r := read(t, folder)
	if code := child.ProcessState.ExitCode(); code != exitConforms || r.Counts[report.Pass] != len(r.Checks) {
		t.Errorf("exit code %d, %v:\n%s", code, r.Counts, said)
	}
	if n := containersOf(t); n != 0 {
		t.Errorf("%d containers are left", n)
	}
}

func TestContainerByConfiguration(t *testing.T) {
	needEngine(t)
	folder := t.TempDir()
	file := filepath.Join(t.TempDir(), "khop.yaml")
	text := fmt.Sprintf(`providers:
  superai:
    container:
      build: %s
      port: 8080
      path: /hook
      env:
        KHOP_SUPERAI_PARTNER_CODE: ${KHOP_SUPERAI_PARTNER_CODE}
    observe: "{target}/applied/{key}"
`, image(t, "dedupe-in-memory"))
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	child := process(t.Context(), theSecret, "verify", "all", "--config", file, "--area", "outage", "--report", folder, "--logs")
	said, _ := child.CombinedOutput()
	r := read(t, folder)
	failed := r.With(report.Fail)
	if code := child.ProcessState.ExitCode(); code != exitFailed || len(failed) == 0 || failed[0].ID != "superai.outage.killed-between" {
		t.Fatalf("exit code %d, %v:\n%s", code, r.Counts, said)
	}
	if !strings.Contains(failed[0].Log, "SuperAI receiver on") || !strings.Contains(failed[0].Message, "applied 2 times") {
		t.Errorf("%s; log: %q", failed[0].Message, failed[0].Log)
	}
}

func TestContainerIsRemovedWhateverHappens(t *testing.T) {
	needEngine(t)
	built := image(t)
	for name, one := range map[string]struct {
		signal syscall.Signal
		code   int
	}{"Ctrl-C": {syscall.SIGINT, exitInterrupted}, "kill -9": {syscall.SIGKILL, -1}} {
		t.Run(name, func(t *testing.T) {
			child := process(t.Context(), theSecret, boxedRun(built)...)
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "no container comes up", func() bool { return containersOf(t) > 0 })
			if err := child.Process.Signal(one.signal); err != nil {
				t.Fatal(err)
			}
			_ = child.Wait()
			if code := child.ProcessState.ExitCode(); code != one.code {
				t.Errorf("exit code %d, want %d", code, one.code)
			}
			eventually(t, "the container is left behind", func() bool { return containersOf(t) == 0 })
		})
	}
}

func TestContainerThatDiesHalfWay(t *testing.T) {
	needEngine(t)
	folder := t.TempDir()
	child := process(t.Context(), theSecret, boxedRun(image(t), "--report", folder, "--skip", "outage.*")...)
	var said bytes.Buffer
	child.Stdout, child.Stderr = &said, &said
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "no check runs", func() bool {
		return exec.Command("sh", "-c", `docker kill $(docker ps -q --filter label=dev.khop)`).Run() == nil
	})
	_ = child.Wait()
	if code := child.ProcessState.ExitCode(); code != exitError || !strings.Contains(said.String(), "ended with exit code 137") {
		t.Errorf("exit code %d:\n%s", code, said.String())
	}
}

func TestFlagsOfAContainerThatDoNotFit(t *testing.T) {
	superai := func(more ...string) []string {
		return append([]string{"verify", "superai", "--secret", "partner_code=hush-hush"}, more...)
	}
	for want, args := range map[string][]string{
		"--port goes with --image or --build":               superai("--target", "http://127.0.0.1:1/hook", "--port", "80"),
		"--target and a container: one of them is verified": superai("--target", "http://127.0.0.1:1/hook", "--image", "x", "--port", "80"),
		"port 0: say on which port":                         superai("--image", "x"),
		"one of them is enough":                             superai("--image", "x", "--build", ".", "--port", "80"),
		"nothing to build in":                               superai("--build", t.TempDir(), "--port", "80"),
		"--env wants NAME=value":                            superai("--image", "x", "--port", "80", "--env", "KHOP_NO_SUCH_VARIABLE"),
		`"health" is no path: it begins with /`:             superai("--image", "x", "--port", "80", "--wait-http", "health"),
	} {
		code, _, complaint := khop(t, args...)
		if code != exitUsage || !strings.Contains(complaint, want) || strings.Contains(complaint, "hush-hush") {
			t.Errorf("%v: exit code %d, %s, want %q", args, code, complaint, want)
		}
	}
}
