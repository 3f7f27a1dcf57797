package delivery

import (
	"slices"
	"time"
)

// Policy says when a provider tries again. It is a plain value without memory: the
// same question always has the same answer.
type Policy struct {
	// Name is a word for the policy, the provider's name: "mobio".
	Name string `json:"name"`
	// Source tells where the figures come from, and how sure each is.
	Source string `json:"source"`
	// On are the failures after which it tries again.
	On []Outcome `json:"on"`
	// Waits are the pauses before the second, third, ... attempt, each counted from
	// the end of the attempt before it. There are no more retries than waits.
	Waits []time.Duration `json:"waits_ns"`
}

// Next tells whether another attempt follows the one just made (counted from 1) and
// how long to wait before it. What was accepted is never sent again.
func (p Policy) Next(attempt int, outcome Outcome) (wait time.Duration, again bool) {
	if !p.retries(outcome) || attempt < 1 || attempt > len(p.Waits) {
		return 0, false
	}
	return max(0, p.Waits[attempt-1]), true
}

// Sends is how many attempts the policy makes at most.
func (p Policy) Sends() int { return 1 + len(p.Waits) }

// Schedule is when each attempt is due, counted from the first, as if attempts took
// no time. The first is due at 0.
func (p Policy) Schedule() []time.Duration {
	due := make([]time.Duration, 1, p.Sends())
	for _, wait := range p.Waits {
		due = append(due, due[len(due)-1]+max(0, wait))
	}
	return due
}

// Total is how long after the first attempt the last one is due.
func (p Policy) Total() time.Duration {
	schedule := p.Schedule()
	return schedule[len(schedule)-1]
}

// retries tells whether the policy ever tries again after this outcome.
func (p Policy) retries(outcome Outcome) bool {
	return outcome != Accepted && slices.Contains(p.On, outcome)
}
