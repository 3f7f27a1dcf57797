package testcontainer_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/testcontainers/testcontainers-go"
)

func TestMain(m *testing.M) {
	// The tests clean up after themselves, and an image to do it for them would have
	// to be pulled.
	unlessSet("TESTCONTAINERS_RYUK_DISABLED", "true")
	// An engine on this machine publishes its ports here, also where the machine is
	// itself a container, whose gateway testcontainers-go would ask.
	if _, err := net.InterfaceByName("docker0"); err == nil {
		unlessSet("TESTCONTAINERS_HOST_OVERRIDE", "localhost")
	}
	os.Exit(m.Run())
}

func unlessSet(variable, value string) {
	if _, set := os.LookupEnv(variable); set {
		return
	}
	if err := os.Setenv(variable, value); err != nil {
		panic(err)
	}
}

// ready is the image that the tests are about: the one that KHOP_IMAGE names, or what
// `make image` builds. It needs an engine and nothing from the network.
func ready(t *testing.T) string {
	t.Helper()
	for _, program := range []string{"docker", "make"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("WITHOUT %s: khop's image is not tested", program)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "docker", "version").CombinedOutput(); err != nil {
		t.Skipf("WITHOUT an engine that answers docker: khop's image is not tested: %s", out)
	}
	testcontainers.SkipIfProviderIsNotHealthy(t)
	image, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return image
}

var built = sync.OnceValues(func() (string, error) {
	if image := os.Getenv("KHOP_IMAGE"); image != "" {
		return image, nil
	}
	build := exec.Command("make", "--directory", "../..", "image", "IMAGE=khop:test")
	build.Env = append(os.Environ(), "MAKEFLAGS=") // a make above this one has flags of its own
	if out, err := build.CombinedOutput(); err != nil {
		return "", errors.New("make image: " + err.Error() + "\n" + string(out))
	}
	return "khop:test", nil
})

// docker runs one command and returns what it prints.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "docker", args...)
	var complaint bytes.Buffer
	command.Stderr = &complaint
	out, err := command.Output()
	if err != nil {
		t.Fatalf("docker %s: %v: %s", strings.Join(args, " "), err, complaint.String())
	}
	return string(out)
}

// inspected is what an engine says of an image.
type inspected struct {
	Size   int
	Config struct {
		User, WorkingDir string
		Entrypoint       []string
		Labels           map[string]string
		Healthcheck      struct{ Test []string }
	}
}

func TestContainerImageIsSmallAndUnprivileged(t *testing.T) {
	var images []inspected
	if err := json.Unmarshal([]byte(docker(t, "image", "inspect", ready(t))), &images); err != nil {
		t.Fatal(err)
	}
	g, image := NewWithT(t), images[0]
	g.Expect(image.Size).To(BeNumerically("<", 40_000_000))
	g.Expect(image.Config.User).To(Equal("65532:65532"))
	g.Expect(image.Config.WorkingDir).To(Equal("/work"))
	g.Expect(image.Config.Entrypoint).To(Equal([]string{"khop"}))
	g.Expect(image.Config.Healthcheck.Test).To(HaveExactElements("CMD", "khop", "healthcheck", HavePrefix("http://127.0.0.1:8700/")))
	for label, value := range map[string]any{
		"title": Equal("khop"), "description": Not(BeEmpty()), "licenses": Equal("Apache-2.0"),
		"source": HavePrefix("https://github.com/khop-dev/khop"), "version": Not(BeEmpty()),
	} {
		g.Expect(image.Config.Labels).To(HaveKeyWithValue("org.opencontainers.image."+label, value))
	}
}

func TestContainerImageSaysTheVersionOfItsLabel(t *testing.T) {
	image := ready(t)
	label := docker(t, "image", "inspect", "--format", `{{index .Config.Labels "org.opencontainers.image.version"}}`, image)
	if said := docker(t, "run", "--rm", image, "--version"); said != "khop version "+label {
		t.Errorf("the image says %q, its label %q", said, label)
	}
}

// What is not there can't be attacked.
func TestContainerImageHoldsNothingElse(t *testing.T) {
	id := strings.TrimSpace(docker(t, "create", ready(t)))
	t.Cleanup(func() { _ = exec.Command("docker", "rm", id).Run() })
	files := tar.NewReader(strings.NewReader(docker(t, "export", id)))
	var programs []string
	modes := map[string]int64{}
	for {
		file, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		modes[path.Clean(file.Name)] = file.Mode & 0o7777
		if file.Typeflag == tar.TypeReg && file.Size > 0 {
			programs = append(programs, file.Name)
		}
	}
	g := NewWithT(t)
	g.Expect(programs).To(ConsistOf("etc/ssl/certs/ca-certificates.crt", "usr/local/bin/khop"))
	for _, folder := range []string{"tmp", "work"} {
		g.Expect(modes).To(HaveKeyWithValue(folder, int64(0o1777)), folder)
	}
}
