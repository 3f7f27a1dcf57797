package kubernetes_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// readmeWait is how the README waits for a burst's end.
var readmeWait = regexp.MustCompile(`(?m)^ {8}(until kubectl .*)$`)

// The README's wait ends with the Job, well or not, and neither before nor never: the
// real kubectl asks an API server whose Job goes through the conditions of a real one.
func TestWaitingEndsWithTheJob(t *testing.T) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("SKIPPED: kubectl is not installed")
	}
	found := readmeWait.FindSubmatch(contents(t, "README.md"))
	if found == nil {
		t.Fatal("the README waits for nothing")
	}
	for name, c := range map[string]struct {
		then []batchv1.JobConditionType // one more each time it is asked
		want string
	}{
		"well":            {[]batchv1.JobConditionType{batchv1.JobSuccessCriteriaMet, batchv1.JobComplete}, "Complete"},
		"a shard failed":  {[]batchv1.JobConditionType{batchv1.JobFailureTarget, batchv1.JobFailed}, "Failed"},
		"it was held up":  {[]batchv1.JobConditionType{batchv1.JobSuspended, batchv1.JobComplete}, "Complete"},
		"nothing happens": {[]batchv1.JobConditionType{"", "", "", batchv1.JobComplete}, "Complete"},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := &cluster{job: object[*batchv1.Job](t), then: c.then}
			out, err := cluster.run(t, string(found[1]))
			if err != nil || strings.TrimSpace(out) != c.want {
				t.Errorf("%v: %q, want %q", err, out, c.want)
			}
			if want := len(c.then) + 1; cluster.asked != want {
				t.Errorf("it was asked %d times, want %d", cluster.asked, want)
			}
		})
	}
}

// cluster is an API server that has one Job, and tells of one condition more each time
// it is asked for it.
type cluster struct {
	job   *batchv1.Job
	then  []batchv1.JobConditionType
	asked int
}

// run runs a line of the shell that talks to the cluster, and in which nobody sleeps.
func (c *cluster) run(t *testing.T, line string) (string, error) {
	t.Helper()
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	folder := t.TempDir()
	kubeconfig := `{"apiVersion": "v1", "kind": "Config", "current-context": "c", "clusters": [{"name": "c", "cluster": {"server": "` + server.URL + `"}}],
		"contexts": [{"name": "c", "context": {"cluster": "c", "user": ""}}]}`
	for name, text := range map[string]string{"config": kubeconfig, "sleep": "#!/bin/sh\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
	cmd.Env = []string{"PATH=" + folder + ":" + os.Getenv("PATH"), "HOME=" + folder, "KUBECONFIG=" + filepath.Join(folder, "config")}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (c *cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var answer any
	switch r.URL.Path {
	case "/api":
		answer = shape{"kind": "APIVersions", "versions": []string{"v1"}}
	case "/api/v1":
		answer = shape{"kind": "APIResourceList", "groupVersion": "v1", "resources": []shape{}}
	case "/apis":
		batch := shape{"groupVersion": "batch/v1", "version": "v1"}
		answer = shape{"kind": "APIGroupList", "apiVersion": "v1", "groups": []shape{{"name": "batch", "versions": []shape{batch}, "preferredVersion": batch}}}
	case "/apis/batch/v1":
		jobs := shape{"name": "jobs", "singularName": "job", "namespaced": true, "kind": "Job", "verbs": []string{"get"}}
		answer = shape{"kind": "APIResourceList", "groupVersion": "batch/v1", "resources": []shape{jobs}}
	case "/apis/batch/v1/namespaces/khop/jobs/" + c.job.Name:
		answer = c.next()
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// shape is what an API server says about itself.
type shape = map[string]any

// next is the Job as it is now.
func (c *cluster) next() *batchv1.Job {
	job := c.job.DeepCopy()
	job.APIVersion, job.Kind = "batch/v1", "Job"
	for _, condition := range c.then[:min(c.asked, len(c.then))] {
		if condition != "" {
			job.Status.Conditions = append(job.Status.Conditions, batchv1.JobCondition{Type: condition, Status: corev1.ConditionTrue})
		}
	}
	c.asked++
	return job
}
