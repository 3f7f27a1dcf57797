package load

import (
	"strings"
	"time"

	"github.com/khop-dev/khop/mocks/burst"
)

// course is a burst from its beginning to its end, in stretches of the same length.
type course []stretch

// stretch is what happened within a part of a burst's time, counted from its beginning.
type stretch struct {
	From, To time.Duration
	burst.Moment
}

// courseOf is a burst in so many stretches at most; nothing where it was too short to
// have a course.
func courseOf(r burst.Result, most int) course {
	t := r.Timeline
	if t == nil || t.Length() <= 0 {
		return nil
	}
	first := t.From.Sub(r.Started) // mostly in the middle of a moment
	last := max(seconds(r.Seconds), first+time.Duration(len(t.Moments))*t.Length())
	before := max(0, int((first+t.Length()-1)/t.Length())) // moments in which nothing had happened yet
	count := before + max(len(t.Moments), int((last-first+t.Length()-1)/t.Length()))
	if count < fewest || count > 100*most { // a burst of months is none of khop's
		return nil
	}
	joined := (count + most - 1) / most
	begin := first - time.Duration(before)*t.Length()
	all := make(course, (count+joined-1)/joined)
	for i := range all {
		length := time.Duration(joined) * t.Length()
		all[i].From = max(0, begin+time.Duration(i)*length)
		all[i].To = min(last, begin+time.Duration(i+1)*length)
	}
	for i, m := range t.Moments {
		all[(before+i)/joined].add(m)
	}
	return all.rounded()
}

// rounded joins a first or last stretch that lasted next to no time with its neighbour:
// a few counts in it say little about a second.
func (c course) rounded() course {
	long := c[len(c)/2].To - c[len(c)/2].From
	if head := c[0]; head.To-head.From < long/4 {
		c = c[1:]
		c[0].From = head.From
		c[0].add(head.Moment)
	}
	if tail := c[len(c)-1]; tail.To-tail.From < long/4 {
		c = c[:len(c)-1]
		c[len(c)-1].To = tail.To
		c[len(c)-1].add(tail.Moment)
	}
	return c
}

// fewest is how many moments a burst has at least for its course to say something.
const fewest = 5

func (s *stretch) add(m burst.Moment) {
	s.Answered += m.Answered
	s.Refused += m.Refused
	s.Failed += m.Failed
	s.LatencySum += m.LatencySum
	s.Slowest = max(s.Slowest, m.Slowest)
}

// perSecond is how many a count of the stretch would be in a second.
func (s stretch) perSecond(count uint64) float64 {
	return float64(count) / (s.To - s.From).Seconds()
}

// lost is how many events came to nothing in the stretch.
func (s stretch) lost() uint64 { return s.Refused + s.Failed }

// mean is how long its answers took on average; 0 where there was none.
func (s stretch) mean() time.Duration {
	if s.Answered == 0 {
		return 0
	}
	return time.Duration(s.LatencySum/s.Answered) * time.Microsecond
}

func (s stretch) slowest() time.Duration { return time.Duration(s.Slowest) * time.Microsecond }

// highest is the greatest value of any stretch.
func (c course) highest(value func(stretch) float64) float64 {
	highest := 0.0
	for _, s := range c {
		highest = max(highest, value(s))
	}
	return highest
}

// The values that a course is drawn by.
func answersPerSecond(s stretch) float64 { return s.perSecond(s.Answered) }
func lostPerSecond(s stretch) float64    { return s.perSecond(s.lost()) }
func slowestAnswer(s stretch) float64    { return float64(s.Slowest) }

// sparks are heights that fit into a line of text.
var sparks = []rune("▁▂▃▄▅▆▇█")

// sparkline draws a value over time in one line: a character each stretch, a dot where
// it is 0.
func (c course) sparkline(value func(stretch) float64) string {
	highest := c.highest(value)
	var line strings.Builder
	for _, s := range c {
		switch v := value(s); {
		case v == 0:
			line.WriteRune('·')
		default:
			line.WriteRune(sparks[min(len(sparks)-1, int(v/highest*float64(len(sparks))))])
		}
	}
	return line.String()
}

// stopped tells whether the target gave no answer any more from some time on, and for how
// long after the beginning it had.
func stopped(r burst.Result) (after time.Duration, is bool) {
	if r.Timeline == nil {
		return 0, false
	}
	last, answered := r.Timeline.LastAnswer()
	if !answered {
		return 0, false
	}
	inVain := uint64(0)
	for _, m := range r.Timeline.Moments[int(last.Sub(r.Timeline.From)/r.Timeline.Length()):] {
		inVain += m.Failed
	}
	after = last.Sub(r.Started)
	end := max(seconds(r.Seconds), r.Timeline.From.Sub(r.Started)+time.Duration(len(r.Timeline.Moments))*r.Timeline.Length())
	return after, inVain > 0 && end-after >= max(end/10, 2*r.Timeline.Length())
}
