package kubernetes_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/schemas/rawjson"
)

const partnerCode = "PARTNER-42"

// witness is a correct receiver that remembers how often each event came.
type witness struct {
	mu   sync.Mutex
	seen map[string]int
}

// receive starts a correct receiver, and returns its address.
func (w *witness) receive(t *testing.T, provider *mocks.Provider) string {
	t.Helper()
	correct, err := receivers.New(provider.Name, receivers.Config{Secrets: map[string]string{"partner_code": partnerCode}})
	if err != nil {
		t.Fatal(err)
	}
	w.seen = map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(answer, err.Error(), http.StatusBadRequest)
			return
		}
		if payload, err := rawjson.Parse(body); err == nil {
			w.mu.Lock()
			w.seen[provider.Identity(payload)]++
			w.mu.Unlock()
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		correct.ServeHTTP(answer, r)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/hook"
}

// TestTheJobsShardsAreOneBurst runs what the Job's pods would run, side by side on this
// machine: no event is sent twice, and the sum of what the logs say is what the target
// has seen.
func TestTheJobsShardsAreOneBurst(t *testing.T) {
	const events = 1000 // and so not the same number for each shard
	job := object[*batchv1.Job](t)
	args := slices.Clone(job.Spec.Template.Spec.Containers[0].Args)
	provider, err := mocks.Lookup(args[1])
	if err != nil {
		t.Fatal(err)
	}
	shards := int(*job.Spec.Completions)
	var target witness
	args = append(args, "--target="+target.receive(t, provider), "--rate=4000", "--connections=4", "--for=1m", fmt.Sprintf("--max-requests=%d", events-1))

	logs := runSideBySide(t, shards, args)
	var parts []burst.Result
	sum := burst.NewLatency()
	for i, log := range logs {
		part := read(t, log)
		if len(part.Shards) != 1 || part.Shards[0] != (burst.Shard{Index: i, Of: shards}) {
			t.Errorf("%s says that it is of %v", log, part.Shards)
		}
		sum.Merge(part.Latency.Histogram)
		parts = append(parts, part)
	}
	total := uint64(0)
	for _, part := range parts {
		total += part.Requests
	}
	if total != events-1 || len(target.seen) != events-1 {
		t.Errorf("the shards sent %d events, the target saw %d, and there were %d", total, len(target.seen), events-1)
	}
	for id, times := range target.seen {
		if times != 1 {
			t.Errorf("%s came %d times", id, times)
		}
	}

	merged := merge(t, logs)
	if merged.Requests != total || merged.Success != 1 || len(merged.Shards) != shards {
		t.Errorf("merged: %d requests, success %g, shards %v", merged.Requests, merged.Success, merged.Shards)
	}
	if !merged.Latency.Equals(sum.Histogram) || merged.Latency.TotalCount() != int64(total) {
		t.Errorf("the merged histogram is not the sum of the shards' histograms")
	}
	if counted := merged.Kinds["genuine"]; counted.Sent != total || counted.Succeeded != total {
		t.Errorf("merged: %+v", counted)
	}
	if statuses := (map[string]uint64{"200": total}); !maps.Equal(merged.Statuses, statuses) {
		t.Errorf("merged: %v, want %v", merged.Statuses, statuses)
	}
}

// A burst that misses a shard is not passed off as whole.
func TestAMissingShardIsNoticed(t *testing.T) {
	job := object[*batchv1.Job](t)
	args := slices.Clone(job.Spec.Template.Spec.Containers[0].Args)
	provider, err := mocks.Lookup(args[1])
	if err != nil {
		t.Fatal(err)
	}
	var target witness
	args = append(args, "--target="+target.receive(t, provider), "--rate=4000", "--connections=2", "--for=1m", "--max-requests=40")
	logs := runSideBySide(t, int(*job.Spec.Completions), args)
	for _, wrong := range [][]string{logs[1:], append(logs[:1:1], logs...)} {
		cmd := exec.CommandContext(t.Context(), khop, append([]string{"merge", "--format=json"}, wrong...)...)
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("%v were merged without a word:\n%s", wrong, out)
		}
	}
}

// What a pod that does not reach the receiver logs is a report of that, which the sum
// leaves out and misses.
func TestAPodThatFoundNothingOutSaysSo(t *testing.T) {
	job := object[*batchv1.Job](t)
	args := slices.Clone(job.Spec.Template.Spec.Containers[0].Args)
	provider, err := mocks.Lookup(args[1])
	if err != nil {
		t.Fatal(err)
	}
	var target witness
	args = append(args, "--rate=4000", "--connections=2", "--for=1m", "--max-requests=40")
	logs := runSideBySide(t, int(*job.Spec.Completions), append(slices.Clone(args), "--target="+target.receive(t, provider)))
	lost := container(t.Context(), t.TempDir(), append(slices.Clone(args), "--target=http://127.0.0.1:1/"), map[string]string{
		"JOB_COMPLETION_INDEX": "1", "KHOP_SUPERAI_PARTNER_CODE": partnerCode,
	})
	log, err := lost.CombinedOutput()
	if err == nil || lost.ProcessState.ExitCode() != 3 {
		t.Fatalf("%v:\n%s", err, log)
	}
	if err := os.WriteFile(logs[1], log, 0o600); err != nil {
		t.Fatal(err)
	}
	if part := read(t, logs[1]); part.Reason == "" || part.Requests != 0 {
		t.Errorf("its log holds %q and %d requests", part.Reason, part.Requests)
	}
	sum := exec.CommandContext(t.Context(), khop, append([]string{"merge"}, logs...)...)
	out, err := sum.CombinedOutput()
	for _, want := range []string{logs[1] + ": this shard found nothing out: http://127.0.0.1:1/ cannot be reached", "the first of them 1/4", "PARTIAL"} {
		if err == nil || sum.ProcessState.ExitCode() != 3 || !strings.Contains(string(out), want) {
			t.Errorf("%v, want exit code 3 and %q:\n%s", err, want, out)
		}
	}
}

// runSideBySide runs one process for each index, and returns the files in which their
// logs are: all that they write, on both channels, as `kubectl logs` shows it.
func runSideBySide(t *testing.T, shards int, args []string) []string {
	t.Helper()
	folder := t.TempDir()
	logs := make([]string, shards)
	var all sync.WaitGroup
	for i := range shards {
		logs[i] = filepath.Join(folder, fmt.Sprintf("shard-%d.json", i))
		work := t.TempDir()
		all.Go(func() {
			out, err := container(t.Context(), work, args, map[string]string{
				"JOB_COMPLETION_INDEX": strconv.Itoa(i), "KHOP_SUPERAI_PARTNER_CODE": partnerCode,
			}).CombinedOutput()
			if err != nil {
				t.Errorf("shard %d: %v\n%s", i, err, out)
			}
			if strings.Contains(string(out), partnerCode) {
				t.Errorf("shard %d tells its secret:\n%s", i, out)
			}
			if err := os.WriteFile(logs[i], out, 0o600); err != nil {
				t.Error(err)
			}
			if left, err := os.ReadDir(work); err != nil || len(left) > 0 {
				t.Errorf("shard %d wrote %v into a file system that it may only read, %v", i, left, err)
			}
		})
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return logs
}

func read(t *testing.T, file string) burst.Result {
	t.Helper()
	var result burst.Result
	if err := json.Unmarshal(contents(t, file), &result); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return result
}

func merge(t *testing.T, logs []string) burst.Result {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), khop, append([]string{"merge", "--format=json"}, logs...)...).Output()
	if err != nil {
		t.Fatalf("khop merge: %v\n%s", err, out)
	}
	file := filepath.Join(t.TempDir(), "merged.json")
	if err := os.WriteFile(file, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return read(t, file)
}
