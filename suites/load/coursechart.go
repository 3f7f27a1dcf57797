package load

import (
	"fmt"
	"math"
	"time"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
)

// courseChart draws what happened when: two panels below each other on one linear axis of
// time. Places are measured as in chart.
type courseChart struct {
	Panels []coursePanel
	Ticks  []tick
}

// coursePanel is one value over time.
type coursePanel struct {
	Class string
	Name  string
	Keys  []key  // what its colours stand for
	Top   string // the value that the highest column stands for
	Bars  []courseBar
}

// key says what a colour stands for.
type key struct{ Class, Name string }

// courseBar is a part of a column.
type courseBar struct {
	bar
	Class string
}

// columns is how many stretches are drawn at most.
const columns = 100

// courseChartOf draws a burst's course; nothing where it has none.
func courseChartOf(r burst.Result, language lang.Language) *courseChart {
	all := courseOf(r, columns)
	if all == nil {
		return nil
	}
	span := all[len(all)-1].To
	return &courseChart{
		Ticks:  timeTicks(span),
		Panels: []coursePanel{all.rates(span, language), all.latencies(span, language)},
	}
}

// rates draws how many events were answered in a second, and how many came to nothing.
func (c course) rates(whole time.Duration, language lang.Language) coursePanel {
	p := coursePanel{Class: "rates", Name: language.Text("Answers a second"), Keys: []key{
		{"taken", language.Text("taken")}, {"refused", language.Text("refused")}, {"failed", language.Text("no answer")},
	}}
	every := func(s stretch) float64 { return s.perSecond(s.Answered + s.Failed) }
	highest := c.highest(every)
	p.Top = rate(highest)
	for _, s := range c {
		title := language.Textf("%s: %s answered, %s of them refused, %s without an answer", s.when(), rate(answersPerSecond(s)), rate(s.perSecond(s.Refused)), rate(s.perSecond(s.Failed)))
		floor := 0.0
		for _, part := range []struct {
			class string
			count uint64
		}{{"taken", s.Answered - min(s.Refused, s.Answered)}, {"refused", s.Refused}, {"failed", s.Failed}} {
			if part.count == 0 {
				continue
			}
			height := max(leastBar, barArea*s.perSecond(part.count)/highest)
			p.Bars = append(p.Bars, courseBar{s.column(whole, floor, height, title), part.class})
			floor += height
		}
	}
	return p
}

// latencies draws how long answers took: on average, and the slowest above it.
func (c course) latencies(whole time.Duration, language lang.Language) coursePanel {
	p := coursePanel{Class: "latencies", Name: language.Text("Latency"), Keys: []key{
		{"mean", language.Text("on average")}, {"slowest", language.Text("the slowest")},
	}}
	highest := c.highest(slowestAnswer)
	p.Top = span(micro(highest))
	for _, s := range c {
		if s.Answered == 0 {
			continue
		}
		title := language.Textf("%s: %s on average, %s the slowest", s.when(), span(s.mean()), span(s.slowest()))
		mean := max(leastBar, barArea*float64(s.mean().Microseconds())/max(1, highest))
		slowest := max(mean, barArea*float64(s.Slowest)/max(1, highest))
		p.Bars = append(p.Bars, courseBar{s.column(whole, 0, mean, title), "mean"})
		if slowest-mean >= leastBar {
			p.Bars = append(p.Bars, courseBar{s.column(whole, mean, slowest-mean, title), "slowest"})
		}
	}
	return p
}

// when is the time of the stretch, for people.
func (s stretch) when() string { return fmt.Sprintf("%s – %s", span(s.From), span(s.To)) }

// column is a part of the stretch's column, from a height on.
func (s stretch) column(whole time.Duration, floor, height float64, title string) bar {
	from, to := s.From.Seconds()/whole.Seconds(), s.To.Seconds()/whole.Seconds()
	return bar{
		X: percent(from), Width: percent(to - from), Title: title,
		Y: pixels(courseTop + barArea - floor - height), Height: pixels(height),
	}
}

// courseTop is where the columns of a course end, in pixels: below the value of the
// highest.
const courseTop = 18

// timeTicks are round times from the beginning to the end, eight at most.
func timeTicks(whole time.Duration) []tick {
	step := roundUp(whole.Seconds() / 8 * 0.999)
	var all []tick
	for i := 0; float64(i)*step <= whole.Seconds()*(1+1e-9); i++ {
		at := float64(i) * step / whole.Seconds()
		t := tick{X: percent(at), Label: span(seconds(math.Round(float64(i)*step*1e6) / 1e6)), End: "middle"}
		switch {
		case at < 0.02:
			t.End, t.Label = "start", "0"
		case at > 0.98:
			t.End = "end"
		}
		all = append(all, t)
	}
	return all
}
