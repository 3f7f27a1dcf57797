package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/khop-dev/khop/mocks/burst"
)

// Shards send disjoint events, and their reports add up to one.
func TestBurstInShards(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var event struct{ Code string }
		_ = json.Unmarshal(body, &event)
		mu.Lock()
		defer mu.Unlock()
		seen[event.Code]++
	}))
	defer server.Close()
	folder := t.TempDir()
	var shards []string
	var all sync.WaitGroup
	for i := range 3 {
		shard := filepath.Join(folder, fmt.Sprint(i))
		shards = append(shards, shard)
		all.Go(func() {
			code, out, complaint := start(t, nil, bursts(server.URL, "--shard", fmt.Sprintf("%d/3", i), "--seed", "5", "--report", shard)...)
			if code != exitConforms {
				t.Errorf("shard %d: exit code %d:\n%s%s", i, code, out, complaint)
			}
		})
	}
	all.Wait()
	if len(seen) != 200 {
		t.Errorf("%d different events of 200", len(seen))
	}

	sum := filepath.Join(folder, "sum")
	code, out, complaint := start(t, nil, "merge", shards[2], filepath.Join(shards[0], "report.json"), shards[1], "--p99", "1m", "--report", sum)
	if code != exitConforms || !strings.Contains(out, "PASS  superai: Every limit was kept") {
		t.Errorf("merge: exit code %d:\n%s%s", code, out, complaint)
	}
	r := foundOut(t, sum)
	if r.Requests != 200 || r.Latency.TotalCount() != 200 || len(r.Shards) != 3 || r.Connections != 3*burst.DefaultConnections {
		t.Errorf("the sum: %d requests, %d answers, shards %v, %d connections", r.Requests, r.Latency.TotalCount(), r.Shards, r.Connections)
	}
	failed, complaint := filepath.Join(folder, "failed"), filepath.Join(folder, "log")
	if code, _, _ := start(t, nil, bursts("http://127.0.0.1:1/", "--shard", "0/3", "--seed", "5", "--report", failed)...); code != exitError {
		t.Errorf("of nobody: exit code %d", code)
	}
	if err := os.WriteFile(complaint, []byte("khop: the burst is not to be\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, one := range map[string]struct {
		args []string
		code int
		want string
	}{
		"one alone is left":  {[]string{shards[1]}, exitError, "PARTIAL"},
		"one has failed":     {append([]string{failed}, shards[1:]...), exitError, "1 of 3 shards are missing, the first of them 0/3"},
		"all have failed":    {[]string{failed}, exitError, "this shard found nothing out: http://127.0.0.1:1/ cannot be reached"},
		"a pod's complaint":  {append([]string{complaint}, shards...), exitUsage, `a text: "khop: the burst is not to be"`},
		"a rate to reach":    {append([]string{"--reached", "99%"}, shards...), exitUsage, "--reached wants a rate"},
		"one is missing":     {[]string{shards[0], shards[2]}, exitError, "1 of 3 shards are missing, the first of them 1/3"},
		"one is there twice": {[]string{shards[0], shards[1], shards[0]}, exitUsage, shards[0] + " does not go with " + shards[0] + ": the shard 0/3 is there twice"},
		"a limit is broken":  {append([]string{"--max", "1us"}, shards...), exitFailed, "✗ max"},
		"no report":          {[]string{folder}, exitUsage, "holds no report.json; `khop burst"},
		"nothing":            {nil, exitUsage, "wants the reports"},
		"not a result":       {[]string{filepath.Join(shards[0], "junit.xml")}, exitUsage, "this is no result of a burst"},
	} {
		code, out, complaint := start(t, nil, append([]string{"merge"}, one.args...)...)
		if code != one.code || !strings.Contains(out+complaint, one.want) {
			t.Errorf("%s: exit code %d, want %d and %q:\n%s%s", name, code, one.code, one.want, out, complaint)
		}
	}
}
