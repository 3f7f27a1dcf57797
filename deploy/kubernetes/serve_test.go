package kubernetes_test

import (
	"bufio"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
)

// TestServeAsThePodRunsIt starts what the StatefulSet's container runs, and looks at it as
// the kubelet does (by the pod's address), and as somebody without the token.
func TestServeAsThePodRunsIt(t *testing.T) {
	c := object[*appsv1.StatefulSet](t).Spec.Template.Spec.Containers[0]
	environment := map[string]string{}
	for _, e := range c.Env {
		environment[e.Name] = "0123456789abcdef0123456789abcdef"
	}
	work, data := t.TempDir(), t.TempDir()
	args := append(slices.Clone(c.Args), "--listen=0.0.0.0:0", "--data="+filepath.Join(data, "khop.db"))
	cmd := container(t.Context(), work, args, environment)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		if left, err := os.ReadDir(work); err != nil || len(left) > 0 {
			t.Errorf("khop wrote %v into a file system that it may only read, %v", left, err)
		}
	}()
	first, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	port := regexp.MustCompile(`:(\d+) `).FindStringSubmatch(first)
	if port == nil {
		t.Fatalf("khop says %q", first)
	}
	got := map[string]int{}
	for _, path := range []string{c.ReadinessProbe.HTTPGet.Path, "/api/v1/events"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+port[1]+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "10.1.2.3:8700"
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		got[path] = answer.StatusCode
	}
	if want := (map[string]int{"/healthz": http.StatusOK, "/api/v1/events": http.StatusUnauthorized}); !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
