package burst

import "time"

// WantedRate is the rate that was wanted of the shards that the result holds, events a
// second; 0: as many as possible.
func (r Result) WantedRate() float64 {
	held, missing := len(r.Shards), len(r.Missing())
	if held == 0 {
		return r.Rate
	}
	return r.Rate * float64(held) / float64(held+missing)
}

// SentRate is how many events went out a second, while they were due.
func (r Result) SentRate() float64 {
	if seconds := r.sending(); seconds > 0 {
		return float64(r.Requests) / seconds
	}
	return 0
}

// Overdue is how many events count as late beyond any limit: they were due, and the
// burst ended in its own time without having sent them.
func (r Result) Overdue() uint64 {
	if r.Rate == 0 || r.Interrupted {
		return 0
	}
	return r.Unsent
}

// grace is how much later than due the last event may go out, as any event may on a
// busy machine, without the rate having suffered.
const grace = 100 * time.Millisecond

// Reached is which part of the wanted rate went out, from 0 to 1: of the events that
// were due, or, where all of them were sent because a number of requests was the end, of
// the time that this should have taken. Without a rate all of it did.
func (r Result) Reached() float64 {
	due := r.Requests + r.Unsent
	switch {
	case r.Rate == 0 || due == 0:
		return 1
	case r.Unsent > 0 || r.MaxRequests == 0 || r.Interrupted:
		return float64(r.Requests) / float64(due)
	}
	wanted := float64(r.Requests) / r.WantedRate()
	// The last answer came so late; its request went out no earlier than this.
	took := r.Seconds - (r.Service.longest() + r.Connect.longest() + grace).Seconds()
	return min(1, wanted/max(took, wanted))
}

// SuccessInTime is Success where genuine events that are overdue count as ones without
// it. Which of those would have been genuine is not known; it is taken to be the same
// part as of all.
func (r Result) SuccessInTime() float64 {
	if r.Overdue() == 0 {
		return r.Success
	}
	genuine := r.Kinds[Genuine.String()]
	known := float64(genuine.Succeeded + genuine.Refused + genuine.Failed)
	return r.Success * known / (known + float64(r.Overdue())*r.Shares.genuine())
}

// genuine is the part that is left for genuine events.
func (s Shares) genuine() float64 { return 1 - s.Duplicates - s.Stale - s.BadSignature }

// longest is the maximum of a distribution, which may be none.
func (l Latency) longest() time.Duration {
	if l.Histogram == nil {
		return 0
	}
	return time.Duration(l.Max()) * time.Microsecond
}
