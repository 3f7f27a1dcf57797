package inspect_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks/inspect"
)

// manyEvents is how many Mobio events the benchmark judges.
const manyEvents = 200_000

// mobioEvents are n generated Mobio events, a line each. Drawing one takes long, so that a few hundred take turns.
func mobioEvents(tb testing.TB, n int) []byte {
	tb.Helper()
	g, err := generate.For("mobio")
	if err != nil {
		tb.Fatal(err)
	}
	examples := rapid.Custom(g)
	var all bytes.Buffer
	lines := make([][]byte, 500)
	for seed := range lines {
		if err := json.Compact(&all, examples.Example(seed).Body); err != nil {
			tb.Fatal(err)
		}
		lines[seed] = append(bytes.Clone(all.Bytes()), '\n')
		all.Reset()
	}
	for i := range n {
		all.Write(lines[i*7%len(lines)])
	}
	return all.Bytes()
}

// BenchmarkValidateNDJSON judges 200,000 Mobio events, and in the same run decodes the same bytes with json.Unmarshal,
// on one goroutine and on as many as judge: the ratios say what judging costs beside merely reading.
func BenchmarkValidateNDJSON(b *testing.B) {
	text := mobioEvents(b, manyEvents)
	workers := runtime.GOMAXPROCS(0)
	var judged, alone, together time.Duration
	var peak uint64
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		judged += peakOf(&peak, func() { judgeAll(b, text, workers) })
		b.StopTimer()
		alone += took(func() { decodeAll(b, text, 1) })
		together += took(func() { decodeAll(b, text, workers) })
		b.StartTimer()
	}
	megabytes := float64(len(text)) * float64(b.N) / 1e6
	b.ReportMetric(megabytes/judged.Seconds(), "judged-MB/s")
	b.ReportMetric(megabytes/alone.Seconds(), "unmarshal-MB/s")
	b.ReportMetric(megabytes/together.Seconds(), "unmarshal-all-cores-MB/s")
	b.ReportMetric(alone.Seconds()/judged.Seconds(), "x-unmarshal")
	b.ReportMetric(together.Seconds()/judged.Seconds(), "x-unmarshal-all-cores")
	b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
}

func judgeAll(tb testing.TB, text []byte, workers int) {
	source := inspect.Source{Name: "events.ndjson", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }}
	s, err := inspect.Inspect(context.Background(), []inspect.Source{source}, inspect.Options{Workers: workers}, &findings{})
	if err != nil || s.Valid != manyEvents || !s.Good() {
		tb.Fatal(s, err)
	}
}

// decodeAll decodes every line, in as many parts as there are workers.
func decodeAll(tb testing.TB, text []byte, workers int) {
	var running sync.WaitGroup
	for w := range workers {
		part := text[from(text, w, workers):from(text, w+1, workers)]
		running.Go(func() {
			for len(part) > 0 {
				end := bytes.IndexByte(part, '\n')
				var value any
				if err := json.Unmarshal(part[:end], &value); err != nil {
					tb.Error(err)
				}
				part = part[end+1:]
			}
		})
	}
	running.Wait()
}

// from is where the n-th of several parts begins, at the beginning of a line.
func from(text []byte, n, of int) int {
	at := len(text) / of * n
	if n == 0 || n == of {
		return n / of * len(text)
	}
	return at + bytes.IndexByte(text[at:], '\n') + 1
}

func took(do func()) time.Duration {
	start := time.Now()
	do()
	return time.Since(start)
}

// peakOf runs do and raises peak to the most heap that was in use meanwhile, beyond what was before.
func peakOf(peak *uint64, do func()) time.Duration {
	runtime.GC()
	before := heap()
	var stop atomic.Bool
	var watching sync.WaitGroup
	watching.Go(func() {
		for !stop.Load() {
			if now := heap(); now > before {
				*peak = max(*peak, now-before)
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
	spent := took(do)
	stop.Store(true)
	watching.Wait()
	return spent
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
