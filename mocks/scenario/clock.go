package scenario

import "time"

// clock tells when the steps of a run are due, and what time their payloads tell.
type clock struct {
	start  time.Time
	length time.Duration // of the whole flow, uncompressed
	speed  float64
}

// due is when a step is made, which lies so far into the flow.
func (c clock) due(offset time.Duration) time.Time { return c.start.Add(c.compressed(offset)) }

// told is the time of what happens so far into the flow. Differences are those of the
// provider's time; the last step's time is its true one, and none lies in the future.
func (c clock) told(offset time.Duration) time.Time {
	end := c.due(c.length)
	told := end.Add(offset - c.length)
	if due := c.due(offset); told.After(due) { // a run slower than the provider
		return due
	}
	return told
}

// compressed is how long a wait lasts at the run's speed, rounded up.
func (c clock) compressed(wait time.Duration) time.Duration {
	if c.speed == 1 {
		return wait
	}
	short := float64(wait) / c.speed
	if short >= float64(longest) {
		return longest
	}
	lasts := time.Duration(short)
	if float64(lasts) < short {
		lasts++
	}
	return lasts
}

// longest is how long a run may take.
const longest = 100 * 365 * 24 * time.Hour
