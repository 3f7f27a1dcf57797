package load_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/load"
)

func TestLiveTellsTheRateOfNow(t *testing.T) {
	t.Parallel()
	live := load.Live{Rate: 1000, For: 30 * time.Second}
	for i, sent := range []uint64{250, 500, 1000, 3000} { // at 0.25, 0.5, 1 and 2 seconds
		live.Take(burst.Progress{Elapsed: []time.Duration{250, 500, 1000, 2000}[i] * time.Millisecond, Sent: sent})
	}
	now := burst.Progress{Elapsed: 2 * time.Second, Sent: 3000, Succeeded: 2999, Failed: 1, Underway: 64, Behind: 12_345, P50: 800 * time.Microsecond, P99: 12345 * time.Microsecond}
	want := "2 s of 30 s  2000/s of 1000/s wanted  taken: 99.97%  p50 800 µs  p99 12.3 ms  no answer: 1  under way: 64  behind: 12 345"
	if got := live.Line(now); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	lines := live.Lines(now, 100)
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "  ━━─") {
		t.Errorf("%q", lines)
	}
}

// The lines stay as many, and each stays one, however narrow the terminal is.
func TestLiveFits(t *testing.T) {
	t.Parallel()
	for _, language := range lang.Languages {
		live := load.Live{MaxRequests: 100, For: time.Hour, Language: language}
		for _, p := range []burst.Progress{{}, {Elapsed: 2 * time.Hour, Sent: 1 << 60, P99: time.Hour}} {
			live.Take(p)
			for width, want := range map[int]int{1: 7, 10: 7, 40: 7, 79: 3, 200: 3} {
				lines := live.Lines(p, width)
				for _, line := range lines {
					if utf8.RuneCountInString(line) > width || strings.ContainsAny(line, "\n\u00a0") {
						t.Errorf("at width %d: %q", width, line)
					}
				}
				if len(lines) != want {
					t.Errorf("at width %d: %d lines, want %d", width, len(lines), want)
				}
			}
		}
	}
}
