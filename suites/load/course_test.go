package load

import (
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
)

var began = time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC)

// countedOver is a result of so many answers in each moment of 100 ms.
func countedOver(seconds float64, late time.Duration, answers ...uint64) burst.Result {
	r := burst.Result{Started: began.Add(late), Seconds: seconds, Timeline: &burst.Timeline{From: began, Seconds: 0.1}}
	for _, n := range answers {
		r.Timeline.Moments = append(r.Timeline.Moments, burst.Moment{Answered: n, LatencySum: 1000 * n, Slowest: 2000})
	}
	return r
}

// However many stretches: they lie end to end from the beginning to the end, and hold
// everything that happened.
func TestACourseHoldsEverything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		answers := rapid.SliceOfN(rapid.Uint64Range(0, 1000), 1, 256).Draw(t, "answers")
		r := countedOver(rapid.Float64Range(0, 30).Draw(t, "seconds"), time.Duration(rapid.Int64Range(-5e9, 99e6).Draw(t, "late")), answers...)
		most := rapid.IntRange(5, 120).Draw(t, "most")
		all := courseOf(r, most)
		g := NewWithT(t)
		if all == nil {
			g.Expect(len(answers)).To(BeNumerically("<", 5))
			return
		}
		g.Expect(len(all)).To(BeNumerically("<=", most))
		var want, got uint64
		for _, n := range answers {
			want += n
		}
		for i, s := range all {
			got += s.Answered
			if i > 0 {
				g.Expect(s.From).To(Equal(all[i-1].To))
			}
			g.Expect(s.To).To(BeNumerically(">", s.From))
		}
		g.Expect(got).To(Equal(want))
		g.Expect(all[0].From).To(BeZero())
		g.Expect(all[len(all)-1].To).To(BeNumerically(">=", seconds(r.Seconds)))
		g.Expect([]rune(all.sparkline(answersPerSecond))).To(HaveLen(len(all)))
	})
}

func TestASparklineHasAHeightForEachStretch(t *testing.T) {
	t.Parallel()
	all := courseOf(countedOver(0.8, 0, 0, 1, 500, 1000, 1000, 250, 0, 8), 30)
	if got := all.sparkline(answersPerSecond); got != "·▁▅██▃·▁" {
		t.Error(got)
	}
	if got := courseOf(countedOver(0.4, 0, 1, 2, 3), 30); got != nil {
		t.Errorf("a burst of a moment has a course: %v", got)
	}
}

func TestATargetThatStopped(t *testing.T) {
	t.Parallel()
	failing := func(r burst.Result, at ...int) burst.Result {
		for _, i := range at {
			r.Timeline.Moments[i].Failed = 3
		}
		return r
	}
	for name, c := range map[string]struct {
		result burst.Result
		after  time.Duration // 0: it did not stop
	}{
		"it answered to the end":      {countedOver(0.8, 0, 9, 9, 9, 9, 9, 9, 9, 9), 0},
		"it stopped":                  {failing(countedOver(0.8, 0, 9, 9, 9, 0, 0, 0, 0, 0), 3, 5, 7), 300 * time.Millisecond},
		"timeouts came late":          {failing(countedOver(0.4, 0, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 12), 300 * time.Millisecond},
		"it failed and went on":       {failing(countedOver(0.8, 0, 9, 9, 0, 0, 0, 0, 0, 9), 3), 0},
		"the last one failed":         {failing(countedOver(0.8, 0, 9, 9, 9, 9, 9, 9, 9, 0), 7), 0},
		"nothing was due any more":    {countedOver(0.8, 0, 9, 9, 9), 0},
		"it never answered":           {failing(countedOver(0.8, 0, 0, 0, 0), 1, 2), 0},
		"a report without a timeline": {burst.Result{Seconds: 10}, 0},
	} {
		after, is := stopped(c.result)
		if is != (c.after > 0) || is && after != c.after {
			t.Errorf("%s: stopped %t after %s", name, is, after)
		}
	}
}

// The chart's columns stay within their panel.
func TestTheCourseIsDrawnWithinItsFrame(t *testing.T) {
	t.Parallel()
	r := countedOver(0.9, 0, 9, 900, 9, 0, 0, 3, 9, 1, 1)
	r.Timeline.Moments[3].Failed, r.Timeline.Moments[1].Refused = 5000, 450
	chart := courseChartOf(r, lang.English)
	g := NewWithT(t)
	g.Expect(chart.Panels).To(HaveLen(2))
	classes := map[string]int{}
	for _, panel := range chart.Panels {
		for _, b := range panel.Bars {
			classes[b.Class]++
			y, height := number(t, b.Y), number(t, b.Height)
			g.Expect(y).To(BeNumerically(">=", courseTop-0.2))
			g.Expect(y + height).To(BeNumerically("<=", courseTop+barArea+0.2))
			g.Expect(number(t, b.X) + number(t, b.Width)).To(BeNumerically("<=", 100.02))
		}
	}
	g.Expect(classes).To(Equal(map[string]int{"taken": 7, "refused": 1, "failed": 1, "mean": 7, "slowest": 7}))
	g.Expect(strings.ReplaceAll(chart.Panels[0].Bars[1].Title, blank, " ")).To(Equal("100 ms – 200 ms: 9000/s answered, 4500/s of them refused, 0/s without an answer"))
	g.Expect(chart.Ticks[0].Label).To(Equal("0"))
	g.Expect(len(chart.Ticks)).To(BeNumerically("<=", 9))
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
