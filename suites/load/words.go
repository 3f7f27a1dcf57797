package load

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
)

// blank keeps a number and its unit on one line.
const blank = "\u00a0"

// amount writes a count in groups of three digits, parted by a blank: a comma and a
// point mean one thing in English and the other in Vietnamese.
func amount(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	if len(digits) < 5 {
		return digits
	}
	var groups []string
	for ; len(digits) > 3; digits = digits[:len(digits)-3] {
		groups = append(groups, digits[len(digits)-3:])
	}
	groups = append(groups, digits)
	slices.Reverse(groups)
	return strings.Join(groups, blank)
}

// rate writes events a second.
func rate(n float64) string {
	if n > 0 && n < 10 {
		return strings.TrimSuffix(strconv.FormatFloat(n, 'f', 1, 64), ".0") + "/s"
	}
	return amount(uint64(n+0.5)) + "/s"
}

// span writes a duration to three digits, in units that mean the same in every
// language.
func span(d time.Duration) string {
	d = burst.Rounded(d)
	switch {
	case d < time.Millisecond:
		return strconv.FormatInt(d.Microseconds(), 10) + blank + "µs"
	case d < time.Second:
		return three(float64(d)/float64(time.Millisecond)) + blank + "ms"
	case d < time.Minute:
		return three(d.Seconds()) + blank + "s"
	}
	d = d.Round(time.Second)
	if d%time.Minute == 0 {
		return fmt.Sprintf("%d%smin", d/time.Minute, blank)
	}
	return fmt.Sprintf("%d%smin %d%ss", d/time.Minute, blank, d%time.Minute/time.Second, blank)
}

// three writes a number below a thousand with three digits, or fewer where they are 0.
func three(n float64) string {
	decimals := 2
	switch {
	case n >= 100:
		decimals = 0
	case n >= 10:
		decimals = 1
	}
	text := strconv.FormatFloat(n, 'f', decimals, 64)
	if decimals > 0 {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// seconds is a length of time of a result.
func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

// kindWord names the events of a kind.
func kindWord(language lang.Language, kind burst.Kind) string {
	switch kind {
	case burst.Duplicate:
		return language.Text("duplicate")
	case burst.Stale:
		return language.Text("stale")
	case burst.BadSignature:
		return language.Text("bad signature")
	}
	return language.Text("genuine")
}

// counted is how often each of some things was there, the most frequent first.
type counted struct {
	Name  string
	Count uint64
}

// ranked orders counts: the most frequent first, then by name.
func ranked(counts map[string]uint64) []counted {
	var all []counted
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		all = append(all, counted{name, counts[name]})
	}
	slices.SortStableFunc(all, func(a, b counted) int {
		switch {
		case a.Count > b.Count:
			return -1
		case a.Count < b.Count:
			return 1
		}
		return 0
	})
	return all
}

// percentiles are what is shown of a distribution.
var percentiles = []struct {
	Name string
	Part float64
}{{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"max", 1}}

// at is a percentile of a distribution, or a dash where there is none.
func at(l burst.Latency, part float64) string {
	if empty(l) {
		return "–"
	}
	return span(l.At(part))
}

func empty(l burst.Latency) bool { return l.Histogram == nil || l.TotalCount() == 0 }
