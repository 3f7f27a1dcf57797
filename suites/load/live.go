package load

import (
	"fmt"
	"strings"
	"time"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
)

// Live says how far a burst is, for as long as it runs.
type Live struct {
	Rate        float64 // that is wanted; 0: as many as possible
	For         time.Duration
	MaxRequests uint64
	Language    lang.Language

	before burst.Progress // a while ago, to tell the rate of now
	now    float64        // the rate of now
}

// recent is how far back the rate of now looks.
const recent = time.Second

// Take notes how far the burst is.
func (l *Live) Take(p burst.Progress) {
	switch passed := p.Elapsed - l.before.Elapsed; {
	case passed >= recent:
		l.now = float64(p.Sent-l.before.Sent) / passed.Seconds()
		l.before = p
	case l.now == 0 && p.Elapsed > 0:
		l.now = float64(p.Sent) / p.Elapsed.Seconds()
	}
}

// Line says it in one line, for a log.
func (l *Live) Line(p burst.Progress) string {
	return plain(strings.Join(append([]string{l.timed(p), l.rated(), l.taken(p), l.timings(p)}, l.trouble(p)...), "  "))
}

// Lines say it in a few lines for a terminal of that width: for the same width always
// as many.
func (l *Live) Lines(p burst.Progress, width int) []string {
	broad := [][]string{{l.bar(p), l.timed(p)}, {l.rated(), l.taken(p)}, append([]string{l.timings(p)}, l.trouble(p)...)}
	var lines []string
	for _, line := range broad {
		if width >= broadFrom {
			line = []string{strings.Join(line, "   ")}
		}
		for _, part := range line {
			lines = append(lines, fitted("  "+plain(part), width))
		}
	}
	return lines
}

const (
	barWidth  = 30
	broadFrom = 79 // columns from which on two things are said on a line
)

// bar is how much of the burst is over, to be seen.
func (l *Live) bar(p burst.Progress) string {
	done := int(barWidth * l.part(p))
	return strings.Repeat("━", done) + strings.Repeat("─", barWidth-done)
}

// part is which part of the burst is over: of its time, or of its requests, whichever
// is further.
func (l *Live) part(p burst.Progress) float64 {
	part := 0.0
	if l.For > 0 {
		part = p.Elapsed.Seconds() / l.For.Seconds()
	}
	if l.MaxRequests > 0 {
		part = max(part, float64(p.Sent)/float64(l.MaxRequests))
	}
	return min(part, 1)
}

func (l *Live) timed(p burst.Progress) string {
	return l.Language.Textf("%s of %s", whole(p.Elapsed), whole(l.For))
}

// whole is a time in whole seconds, where it is more than a few.
func whole(d time.Duration) string {
	if d > 10*time.Second {
		d = d.Truncate(time.Second)
	} else {
		d = d.Truncate(100 * time.Millisecond)
	}
	return span(d)
}

func (l *Live) rated() string {
	if l.Rate == 0 {
		return rate(l.now)
	}
	return l.Language.Textf("%s of %s wanted", rate(l.now), rate(l.Rate))
}

func (l *Live) taken(p burst.Progress) string {
	if p.Sent == 0 {
		return l.Language.Textf("taken: %s", "–")
	}
	return l.Language.Textf("taken: %s", burst.Percent(float64(p.Succeeded)/float64(p.Sent)))
}

func (l *Live) timings(p burst.Progress) string {
	if p.P99 == 0 {
		return "p50 –  p99 –"
	}
	return fmt.Sprintf("p50 %s  p99 %s", span(p.P50), span(p.P99))
}

// trouble is what has no answer, not yet or not at all.
func (l *Live) trouble(p burst.Progress) []string {
	all := []string{l.Language.Textf("no answer: %s", amount(p.Failed)), l.Language.Textf("under way: %s", amount(p.Underway))}
	if l.Rate > 0 {
		all = append(all, l.Language.Textf("behind: %s", amount(p.Behind)))
	}
	return all
}

// plain is a text for terminals and logs, whose blanks are all alike.
func plain(text string) string { return strings.ReplaceAll(text, blank, " ") }

// fitted cuts a line off at a width, so that it stays one line.
func fitted(line string, width int) string {
	if runes := []rune(line); width > 0 && len(runes) > width {
		return string(runes[:width])
	}
	return line
}
