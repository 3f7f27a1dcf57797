package container_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/target/container"
)

// needEngine skips where no container engine answers.
func needEngine(t *testing.T) {
	t.Helper()
	if _, err := container.Clean(t.Context(), false); err != nil {
		t.Skipf("WITHOUT a container engine: %v", err)
	}
}

// folder holds khop's own receiver as an image that can be built from nothing.
func folder(t *testing.T, command string) string {
	t.Helper()
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "khop"), "../../../cmd/khop")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building khop: %v\n%s", err, out)
	}
	write(t, dir, "FROM scratch\nCOPY khop /khop\nENV KHOP_SUPERAI_PARTNER_CODE=P\nCMD "+command+"\n")
	return dir
}

func write(t *testing.T, dir, dockerfile string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o644); err != nil {
		t.Fatal(err)
	}
}

const receiver = `["/khop", "receiver", "superai", "--listen", "0.0.0.0:8080"]`

func TestContainerLivesThroughOutages(t *testing.T) {
	needEngine(t)
	g := NewWithT(t)
	c, err := container.Start(t.Context(), container.Spec{Build: folder(t, receiver), Port: 8080, WaitHTTP: "/applied", Run: "test-of-outages"})
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { _ = c.Remove(context.WithoutCancel(t.Context())) })
	address := c.URL("/applied").String()
	g.Expect(address).To(HavePrefix("http://127.0.0.1:"))
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	ask := func() error {
		response, err := client.Get(address)
		if err == nil {
			_ = response.Body.Close()
		}
		return err
	}
	g.Expect(ask()).To(Succeed())
	g.Expect(c.Log(t.Context(), time.Time{})).To(ContainSubstring("SuperAI receiver on"))
	g.Expect(c.Log(t.Context(), time.Now())).To(BeEmpty())

	g.Expect(c.Pause(t.Context())).To(Succeed())
	g.Expect(ask()).To(MatchError(ContainSubstring("Client.Timeout")))
	g.Expect(c.Resume(t.Context())).To(Succeed())
	g.Expect(ask()).To(Succeed())

	g.Expect(c.Kill(t.Context())).To(Succeed())
	g.Expect(ask()).NotTo(Succeed())
	g.Eventually(func() error { return c.Ended(t.Context()) }).Should(MatchError(ContainSubstring("exit code 137")))
	g.Expect(c.Start(t.Context())).To(Succeed())
	g.Expect(ask()).To(Succeed(), "the port is the same after a restart")

	g.Expect(c.Remove(t.Context())).To(Succeed())
	g.Expect(ask()).NotTo(Succeed())
	left, err := exec.CommandContext(t.Context(), "docker", "ps", "-aq", "--filter", "label=dev.khop.run=test-of-outages").Output()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(bytes.TrimSpace(left)).To(BeEmpty())
}

func TestContainerThatDoesNotComeUp(t *testing.T) {
	needEngine(t)
	dir := folder(t, receiver)
	for name, one := range map[string]struct {
		dockerfile string
		spec       container.Spec
		want       []string
	}{
		"ends at once":    {"CMD [\"/khop\", \"receiver\", \"nobody\"]\n", container.Spec{Port: 8080}, []string{"ended with exit code 2", "its last lines:", `unknown provider "nobody"`}},
		"another port":    {"CMD " + receiver + "\n", container.Spec{Port: 9090, Within: time.Second}, []string{"not ready after 1s", "port 9090 of the container does not answer"}},
		"never healthy":   {"CMD " + receiver + "\n", container.Spec{Port: 8080, WaitHTTP: "/healthy", Within: 5 * time.Second}, []string{"not ready after 5s", "GET /healthy answers"}},
		"no such program": {"CMD [\"/nothing\"]\n", container.Spec{Port: 8080}, []string{"running the image built from"}},
		"no Dockerfile":   {"FROM nothing-that-there-is\n", container.Spec{Port: 8080}, []string{"running the image built from"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			text := one.dockerfile
			if !strings.HasPrefix(text, "FROM") {
				text = "FROM scratch\nCOPY khop /khop\nENV KHOP_SUPERAI_PARTNER_CODE=P\n" + text
			}
			write(t, dir, text)
			one.spec.Build = dir
			_, err := container.Start(t.Context(), one.spec)
			g.Expect(err).To(HaveOccurred())
			for _, want := range one.want {
				g.Expect(err.Error()).To(ContainSubstring(want))
			}
		})
	}
	t.Run("no image", func(t *testing.T) {
		_, err := container.Start(t.Context(), container.Spec{Image: "khop.invalid/nobody/nothing:1", Port: 8080})
		NewWithT(t).Expect(err).To(MatchError(ContainSubstring("the engine has no image khop.invalid/nobody/nothing:1: build or pull it first")))
	})
}

func TestWithoutAnEngine(t *testing.T) {
	if _, err := container.Clean(t.Context(), false); err == nil {
		t.Skip("an engine answers")
	}
	_, err := container.Start(t.Context(), container.Spec{Image: "x", Port: 1})
	NewWithT(t).Expect(err).To(MatchError(container.ErrNoEngine))
}

func TestSpecCheck(t *testing.T) {
	for want, spec := range map[string]container.Spec{
		"neither an image":      {Port: 1},
		"one of them is enough": {Image: "a", Build: "b", Port: 1},
		"port 0":                {Image: "a"},
		`"health" is no path`:   {Image: "a", Port: 1, WaitHTTP: "health"},
		"nothing to build in":   {Build: t.TempDir(), Port: 1},
		"no time to get ready":  {Image: "a", Port: 1, Within: -1},
	} {
		if err := spec.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", spec, err, want)
		}
	}
	if err := (container.Spec{Image: "a", Port: 8080}).Check(); err != nil {
		t.Error(err)
	}
}
