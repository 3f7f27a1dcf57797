package burst

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"
)

// noted is an answer that came so many shortest moments after 1970 began.
type noted struct {
	at   int64
	took uint64
}

func timelineOf(all []noted) *timeline {
	t := &timeline{}
	for _, n := range all {
		m := t.at(n.at)
		*m = m.plus(Moment{Answered: 1, LatencySum: n.took, Slowest: n.took})
	}
	return t
}

func someNoted() *rapid.Generator[[]noted] {
	return rapid.Custom(func(t *rapid.T) []noted {
		from := rapid.Int64Range(17_000_000_000, 18_000_000_000).Draw(t, "from")
		within := rapid.Int64Range(0, 1<<rapid.IntRange(1, 22).Draw(t, "bits"))
		return rapid.SliceOf(rapid.Custom(func(t *rapid.T) noted {
			return noted{from + within.Draw(t, "at"), rapid.Uint64Range(0, 1e9).Draw(t, "took")}
		})).Draw(t, "answers")
	})
}

// Whoever noted what, in whatever order: the timeline is the same, and has everything.
func TestTimelinesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := someNoted().Draw(t, "all")
		whole := timelineOf(all).tell()
		var parts []Result
		for _, part := range [][]noted{all[:len(all)/3], all[len(all)/3 : len(all)/2], all[len(all)/2:]} {
			slices.Reverse(part)
			parts = append(parts, Result{Timeline: timelineOf(part).tell()})
		}
		var sum Result
		for _, i := range rapid.Permutation([]int{0, 1, 2}).Draw(t, "order") {
			if err := sum.mergeTimeline(parts[i]); err != nil {
				t.Fatal(err)
			}
		}
		g := NewWithT(t)
		g.Expect(sum.Timeline).To(Equal(whole))
		if whole == nil {
			g.Expect(all).To(BeEmpty())
			return
		}
		g.Expect(len(whole.Moments)).To(BeNumerically("<=", maxMoments))
		var together Moment
		for _, m := range whole.Moments {
			together = together.plus(m)
		}
		want := Moment{Answered: uint64(len(all))}
		for _, n := range all {
			want.LatencySum += n.took
			want.Slowest = max(want.Slowest, n.took)
		}
		g.Expect(together).To(Equal(want))
		last, _ := whole.LastAnswer()
		latest := slices.MaxFunc(all, func(a, b noted) int { return int(a.at - b.at) }).at
		g.Expect(last.UnixMilli()).To(And(BeNumerically(">", latest*100), BeNumerically("<=", latest*100+whole.Length().Milliseconds())))
	})
}

func TestATimelineIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		told := timelineOf(someNoted().Filter(func(all []noted) bool { return len(all) > 0 }).Draw(t, "all")).tell()
		doc, err := json.Marshal(told)
		if err != nil {
			t.Fatal(err)
		}
		var again Timeline
		if err := json.Unmarshal(doc, &again); err != nil {
			t.Fatal(err)
		}
		read, err := again.read()
		if err != nil {
			t.Fatal(err)
		}
		NewWithT(t).Expect(read.tell()).To(Equal(told))
	})
}

func TestATimelineOfOtherMomentsIsRefused(t *testing.T) {
	t.Parallel()
	good := *timelineOf([]noted{{17_000_000_001, 5}}).tell()
	for name, change := range map[string]func(*Timeline){
		"no length":             func(t *Timeline) { t.Seconds = 0 },
		"a length below 0":      func(t *Timeline) { t.Seconds = -0.1 },
		"three shortest":        func(t *Timeline) { t.Seconds = 0.3 },
		"half of the shortest":  func(t *Timeline) { t.Seconds = 0.05 },
		"another beginning":     func(t *Timeline) { t.From = t.From.Add(time.Millisecond) },
		"more than there may":   func(t *Timeline) { t.Moments = make([]Moment, maxMoments+1) },
		"a longer one, shifted": func(t *Timeline) { t.Seconds = 0.2 },
	} {
		bad := good
		change(&bad)
		if _, err := bad.read(); err == nil {
			t.Errorf("%s: it was read", name)
		}
	}
}

// Forgeries that are refused are no trouble, and what failed did not answer.
func TestTheTimelineTellsWhatWentWrong(t *testing.T) {
	t.Parallel()
	told := newTally()
	told.began = time.Unix(1_700_000_000, 0)
	told.note(outcome{kind: BadSignature, status: 401, objection: "not 401", at: time.Second, latency: time.Millisecond})
	told.note(outcome{kind: Genuine, status: 503, objection: "not 503", at: time.Second, latency: 3 * time.Millisecond})
	told.note(outcome{kind: Genuine, fault: errSilent, at: 1200 * time.Millisecond})
	var result Result
	told.tell(&result)
	NewWithT(t).Expect(*result.Timeline).To(Equal(Timeline{
		From: time.Unix(1_700_000_001, 0).UTC(), Seconds: 0.1,
		Moments: []Moment{{Answered: 2, Refused: 1, LatencySum: 4000, Slowest: 3000}, {}, {Failed: 1}},
	}))
}
