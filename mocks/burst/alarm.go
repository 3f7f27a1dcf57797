package burst

import "time"

// alarm lets one goroutine sleep for short times, exactly.
type alarm interface {
	wait(time.Duration)
	interrupt() // ends this wait and all others
	close()
}

// timerAlarm is as exact as Go's timers: to a millisecond or so on Linux, where a
// program that waits for its connections waits in whole milliseconds.
type timerAlarm struct {
	timer *time.Timer
	over  chan struct{}
}

func newTimerAlarm() alarm {
	return timerAlarm{time.NewTimer(0), make(chan struct{})}
}

func (t timerAlarm) wait(d time.Duration) {
	t.timer.Reset(d)
	select {
	case <-t.timer.C:
	case <-t.over:
	}
}

func (t timerAlarm) interrupt() { close(t.over) }

func (t timerAlarm) close() { t.timer.Stop() }
