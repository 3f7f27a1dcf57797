package load

import (
	"math"
	"strconv"
	"time"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
)

// chart draws distributions below each other on one logarithmic axis of time, so that
// what lies between them shows: the waiting that a closed loop would have hidden.
//
// Places across are parts of the width, in percent, and places down are pixels: the
// chart is as wide as the screen, and its letters stay as large as the text.
type chart struct {
	Panels []panel
	Ticks  []tick
}

// panel is one distribution.
type panel struct {
	Class string
	Name  string
	From  string
	Bars  []bar
	Marks []pin
}

// bar is how many answers lay between two times.
type bar struct {
	X, Width  string
	Y, Height string
	Title     string
}

// pin is where a percentile lies.
type pin struct {
	Name string
	Time string
	X    string
	Row  int  // its label's height, so that none lies over another
	Left bool // the label stands on the left of the line
}

// tick is a time on the axis.
type tick struct {
	X, Label string
	End      string // how the label lies beside its place: start, middle or end
}

// The measures of a panel, in pixels.
const (
	labelRow  = 16
	labelArea = 5*labelRow + 4 // a row each percentile
	barArea   = 88
	leastBar  = 1.5 // whatever was measured is to be seen
	bins      = 80
)

// chartOf draws what a result knows of its answers; nothing where there was none.
func chartOf(r burst.Result, language lang.Language) *chart {
	all := distributionsOf(r, language)[:2]
	axis, ok := axisOf(all)
	if !ok {
		return nil
	}
	c := &chart{Ticks: axis.ticks()}
	for i, d := range all {
		c.Panels = append(c.Panels, panel{
			Class: []string{"latency", "service"}[i], Name: d.Name, From: d.From, Bars: axis.bars(d.Latency), Marks: axis.marks(d.Latency),
		})
	}
	return c
}

// axis is a logarithmic scale of microseconds.
type axis struct{ low, high float64 }

// axisOf is the scale that holds all values, from one round number to another.
func axisOf(all []distribution) (axis, bool) {
	low, high := math.Inf(1), 0.0
	for _, d := range all {
		if empty(d.Latency) {
			continue
		}
		low, high = min(low, float64(max(1, d.Min()))), max(high, float64(d.Max()))
	}
	if high == 0 {
		return axis{}, false
	}
	a := axis{roundDown(low), roundUp(high)}
	for a.high < 10*a.low { // of nearly the same values, not only their noise
		a = axis{roundDown(a.low * 0.99), roundUp(a.high * 1.01)}
		if a.low <= 1 {
			a.low, a.high = 1, max(10, a.high)
		}
	}
	return a, true
}

// steps are the round numbers of a decade.
var steps = []float64{1, 2, 5}

// roundDown is the greatest round number that is not above a value.
func roundDown(value float64) float64 {
	decade := math.Pow(10, math.Floor(math.Log10(value)+1e-9))
	found := decade
	for _, step := range steps {
		if step*decade <= value*(1+1e-9) {
			found = step * decade
		}
	}
	return found
}

// roundUp is the smallest round number that is above a value.
func roundUp(value float64) float64 {
	down := roundDown(value)
	decade := math.Pow(10, math.Floor(math.Log10(down)+1e-9))
	for _, step := range steps {
		if step*decade > value {
			return step * decade
		}
	}
	return 10 * decade
}

// at is a value's place, from 0 to 1.
func (a axis) at(value float64) float64 {
	part := math.Log(max(value, a.low)/a.low) / math.Log(a.high/a.low)
	return min(max(part, 0), 1)
}

// value is what lies at a place.
func (a axis) value(part float64) float64 { return a.low * math.Pow(a.high/a.low, part) }

// ticks are the decades; where there are few of them, more.
func (a axis) ticks() []tick {
	use := steps[:1]
	if a.high/a.low <= 300 {
		use = steps
	}
	var all []tick
	for decade := math.Pow(10, math.Floor(math.Log10(a.low)+1e-9)); decade <= a.high*(1+1e-9); decade *= 10 {
		for _, step := range use {
			value := step * decade
			if value < a.low*(1-1e-9) || value > a.high*(1+1e-9) {
				continue
			}
			t := tick{X: percent(a.at(value)), Label: span(micro(value)), End: "middle"}
			switch at := a.at(value); {
			case at < 0.02:
				t.End = "start"
			case at > 0.98:
				t.End = "end"
			}
			all = append(all, t)
		}
	}
	return all
}

// bars count a distribution's values in bins of the same width on the axis.
func (a axis) bars(l burst.Latency) []bar {
	if empty(l) {
		return nil
	}
	var counts [bins]int64
	for _, bucket := range l.Distribution() {
		if bucket.Count > 0 {
			middle := float64(bucket.From+bucket.To) / 2
			counts[min(bins-1, int(a.at(middle)*bins))] += bucket.Count
		}
	}
	var most int64
	for _, count := range counts {
		most = max(most, count)
	}
	var all []bar
	for i, count := range counts {
		if count == 0 {
			continue
		}
		height := max(leastBar, barArea*float64(count)/float64(most))
		from, to := a.value(float64(i)/bins), a.value(float64(i+1)/bins)
		all = append(all, bar{
			X: percent(float64(i) / bins), Width: percent(1.0 / bins),
			Y: pixels(labelArea + barArea - height), Height: pixels(height),
			Title: span(micro(from)) + " – " + span(micro(to)) + ": " + amount(uint64(count)),
		})
	}
	return all
}

// crowded is from where on a label has no room on its right.
const crowded = 0.7

// marks place the percentiles, each with its label in a row of its own. Labels on the
// right of their lines go down the rows, and those on the left of theirs go up, so that
// no line comes down through the label of its neighbour.
func (a axis) marks(l burst.Latency) []pin {
	if empty(l) {
		return nil
	}
	var all []pin
	first := len(percentiles) // of those on the left
	for i, p := range percentiles {
		took := l.At(p.Part)
		part := a.at(float64(took.Microseconds()))
		all = append(all, pin{Name: p.Name, Time: span(took), X: percent(part), Left: part > crowded})
		if part > crowded {
			first = min(first, i)
		}
	}
	for i := range all {
		row := i
		if i >= first {
			row = first + len(all) - 1 - i
		}
		all[i].Row = row*labelRow + 12
	}
	return all
}

func micro(value float64) time.Duration { return time.Duration(value * float64(time.Microsecond)) }

func percent(part float64) string { return strconv.FormatFloat(part*100, 'f', 2, 64) + "%" }

func pixels(n float64) string { return strconv.FormatFloat(n, 'f', 1, 64) }
