package burst

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"
)

// paced starts a schedule in a bubble, which ends with the test.
func paced(t *testing.T, rate float64, end time.Duration, most uint64) (s *schedule, interrupt func()) {
	ctx, cancel := context.WithCancel(t.Context())
	s = newSchedule(clock{time.Now()}, rate, end, most)
	go s.run(ctx, newTimerAlarm())
	t.Cleanup(cancel)
	return s, cancel
}

func TestScheduleKeepsItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		s, _ := paced(t, 1000, 100*time.Millisecond, math.MaxUint64)
		mine := make(seat, 1)
		for number := range uint64(100) {
			got, ok := s.next(mine)
			g.Expect(ok).To(BeTrue())
			due := time.Duration(number) * time.Millisecond
			g.Expect(got).To(Equal(turn{number, due, due}))
			g.Expect(s.clock.now()).To(Equal(due))
		}
		_, ok := s.next(mine)
		g.Expect(ok).To(BeFalse())
	})
}

func TestScheduleDoesNotWaitForAnybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		s, _ := paced(t, 1000, time.Second, math.MaxUint64)
		mine := make(seat, 1)
		_, _ = s.next(mine)
		time.Sleep(50*time.Millisecond + 500*time.Microsecond) // an answer that takes its time
		g.Expect(s.behind(s.clock.now())).To(BeEquivalentTo(50))
		for number := range uint64(50) {
			got, _ := s.next(mine)
			g.Expect(got.due).To(Equal(time.Duration(number+1) * time.Millisecond))
			g.Expect(got.ready).To(Equal(s.clock.now()), "before, there was no connection for it")
		}
		got, _ := s.next(mine)
		g.Expect(got.ready).To(Equal(51 * time.Millisecond))
	})
}

func TestScheduleHiresWhomItNeeds(t *testing.T) {
	for name, c := range map[string]struct {
		takes        time.Duration // each event
		hired, turns int
		waited       int
	}{
		"one who is always free":            {9 * time.Millisecond, 1, 100, 0},
		"some who take turns":               {35 * time.Millisecond, 4, 100, 0},
		"all there are, who do not suffice": {85 * time.Millisecond, 5, 60, 55},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := NewWithT(t)
				s := newSchedule(clock{time.Now()}, 100, time.Second, math.MaxUint64)
				var workers sync.WaitGroup
				var turns, waited, hired atomic.Int64
				s.vacant = 5
				s.hire = func(first turn) {
					hired.Add(1)
					workers.Go(func() {
						mine := make(seat, 1)
						for t, ok := first, true; ok; t, ok = s.next(mine) {
							turns.Add(1)
							waited.Add(int64(one(t.waited())))
							time.Sleep(c.takes)
						}
					})
				}
				workers.Go(func() { s.run(t.Context(), newTimerAlarm()) })
				workers.Wait()
				g.Expect(hired.Load()).To(BeEquivalentTo(c.hired))
				g.Expect(turns.Load()).To(BeEquivalentTo(c.turns))
				g.Expect(waited.Load()).To(BeEquivalentTo(c.waited))
				g.Expect(s.given()).To(BeEquivalentTo(c.turns))
			})
		})
	}
}

// lateAlarm rings late, as on a machine that has too much to do.
type lateAlarm struct{ alarm }

func (l lateAlarm) wait(d time.Duration) { l.alarm.wait(d + 70*time.Millisecond) }

func TestWhoIsLateItselfBlamesNoConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		s := newSchedule(clock{time.Now()}, 100, time.Second, math.MaxUint64)
		turns := make(chan turn, 1000)
		s.vacant, s.hire = 1000, func(t turn) { turns <- t }
		s.run(t.Context(), lateAlarm{newTimerAlarm()})
		close(turns)
		g.Expect(len(turns)).To(BeNumerically(">", 50))
		for t := range turns {
			g.Expect(t.waited()).To(BeFalse())
			g.Expect(t.ready).To(Equal(t.due))
		}
	})
}

func TestScheduleEnds(t *testing.T) {
	for name, c := range map[string]struct {
		end    time.Duration
		most   uint64
		leave  func(interrupt func())
		turns  int
		unsent int
		lasts  time.Duration
	}{
		"when all events have gone out":  {time.Minute, 5, func(func()) {}, 5, 0, 40 * time.Millisecond},
		"when the time is over":          {25 * time.Millisecond, 100, func(func()) {}, 3, 0, 20 * time.Millisecond},
		"when it is interrupted":         {time.Minute, 100, func(interrupt func()) { time.AfterFunc(35*time.Millisecond, interrupt) }, 4, 0, 35 * time.Millisecond},
		"with what nobody could take":    {95 * time.Millisecond, 100, func(func()) { time.Sleep(50 * time.Millisecond) }, 10, 0, 90 * time.Millisecond},
		"even if nobody takes any event": {95 * time.Millisecond, 100, func(func()) { time.Sleep(100 * time.Millisecond) }, 0, 10, 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := NewWithT(t)
				s, interrupt := paced(t, 100, c.end, c.most)
				c.leave(interrupt)
				turns := 0
				for mine := make(seat, 1); ; turns++ {
					if _, ok := s.next(mine); !ok {
						break
					}
				}
				g.Expect(turns).To(Equal(c.turns))
				g.Expect(s.clock.now()).To(Equal(c.lasts))
				g.Expect(s.behind(c.lasts)).To(BeEquivalentTo(c.unsent))
				_, ok := s.next(make(seat, 1))
				g.Expect(ok).To(BeFalse())
			})
		})
	}
}

func TestScheduleCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := NewWithT(t)
		end := time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "end"))
		s := newSchedule(clock{}, rapid.Float64Range(0.001, 1e6).Draw(t, "rate"), end, math.MaxUint64)
		now := time.Duration(rapid.Int64Range(0, int64(end)-1).Draw(t, "now"))
		due := s.dueBy(now)
		g.Expect(due).To(BeNumerically(">=", 1))
		g.Expect(s.due(due - 1)).To(BeNumerically("<=", now))
		if due < s.most {
			g.Expect(s.due(due)).To(BeNumerically(">", now))
		}
		g.Expect(s.due(s.most - 1)).To(BeNumerically("<", end))
		g.Expect(s.dueBy(2 * end)).To(Equal(s.most))
		g.Expect(s.dueBy(-1)).To(BeZero())
	})
}

func TestEagerPaceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		e := &eager{clock: clock{time.Now()}, end: time.Second, most: 3}
		for number := range uint64(3) {
			got, ok := e.next(nil)
			g.Expect(ok).To(BeTrue())
			g.Expect(got).To(Equal(turn{number: number, due: unpaced}))
		}
		_, ok := e.next(nil)
		g.Expect(ok).To(BeFalse())
		e = &eager{clock: clock{time.Now()}, end: time.Second, most: math.MaxUint64}
		time.Sleep(time.Second)
		_, ok = e.next(nil)
		g.Expect(ok).To(BeFalse())
	})
}

func TestAlarms(t *testing.T) {
	for name, make := range map[string]func() alarm{"of the system": newAlarm, "of Go": newTimerAlarm} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			a := make()
			defer a.close()
			for _, d := range []time.Duration{0, time.Microsecond, 3 * time.Millisecond, 200 * time.Microsecond} {
				start := time.Now()
				a.wait(d)
				g.Expect(time.Since(start)).To(BeNumerically(">=", d))
			}
			time.AfterFunc(time.Millisecond, a.interrupt)
			start := time.Now()
			a.wait(time.Hour)
			a.wait(time.Hour)
			g.Expect(time.Since(start)).To(BeNumerically("<", time.Minute))
		})
	}
}
