package report

import (
	"time"
)

// Version is the edition of report.json's shape.
const Version = 1

// Status is the result of one check.
type Status string

// The results. Only Pass is good news; Skip and NotObservable never count as it.
const (
	Pass          Status = "pass"
	Fail          Status = "fail"           // a MUST is broken
	Warn          Status = "warn"           // a SHOULD is broken
	Skip          Status = "skip"           // not judged; the message says why
	NotObservable Status = "not-observable" // needs an observer
	Known         Status = "known"          // fails as the known-failures file says
	Error         Status = "error"          // khop's own fault, or the target is gone
)

// Statuses lists all results, worst first.
var Statuses = []Status{Error, Fail, Warn, Known, NotObservable, Skip, Pass}

// Verdict is the result of a whole run.
type Verdict string

// The verdicts.
const (
	Passed Verdict = "pass"  // every MUST that could be judged holds
	Failed Verdict = "fail"  // at least one MUST is broken, or what the run counts like one
	Broken Verdict = "error" // the run says nothing about the target's code
)

// Report is everything that one run found out about one target.
type Report struct {
	Schema     int               `json:"schema"`
	Khop       string            `json:"khop"`
	Provider   string            `json:"provider"`
	Target     string            `json:"target"`
	Verdict    Verdict           `json:"verdict"`
	Reason     string            `json:"reason,omitempty"` // why the verdict is error
	Seed       uint64            `json:"seed"`
	Started    time.Time         `json:"started"`
	DurationMS float64           `json:"duration_ms"`
	Settings   map[string]string `json:"settings,omitempty"`
	Edition    int               `json:"edition,omitempty"`   // of the checks that were run
	Selection  []string          `json:"selection,omitempty"` // what narrowed the run, as flags; empty: everything was run
	Strict     bool              `json:"strict,omitempty"`    // a broken SHOULD fails the run
	Stale      []string          `json:"stale,omitempty"`     // what is wrong with the known failures; fails the run
	Counts     map[Status]int    `json:"counts"`
	Deliveries int               `json:"deliveries"`     // requests sent
	AnswerMS   float64           `json:"answer_ms"`      // sum of the target's own answer times
	Runs       []Run             `json:"runs,omitempty"` // of several providers side by side
	Checks     []Check           `json:"checks"`
}

// Check is one check's result.
type Check struct {
	ID         string     `json:"id"`
	Area       string     `json:"area"`
	Level      string     `json:"level"` // MUST or SHOULD
	Status     Status     `json:"status"`
	Title      string     `json:"title"`
	Source     string     `json:"source"`
	Why        string     `json:"why,omitempty"`
	Fix        string     `json:"fix,omitempty"`
	Message    string     `json:"message,omitempty"`
	Known      *Excuse    `json:"known,omitempty"` // why a check of status known may fail
	Expected   string     `json:"expected,omitempty"`
	Actual     string     `json:"actual,omitempty"`
	DurationMS float64    `json:"duration_ms"`
	Sent       int        `json:"sent"` // deliveries of this check, of which Exchanges keeps some
	Exchanges  []Exchange `json:"exchanges"`
	Log        string     `json:"log,omitempty"` // what the target wrote meanwhile, where khop runs it
	Repeat     string     `json:"repeat"`
}

// Excuse is why a failure is known, as the known-failures file says.
type Excuse struct {
	Reason string `json:"reason"`
	Until  string `json:"until,omitempty"` // the last day on which it excuses: 2026-12-31
}

// Exchange is one request and what came back.
type Exchange struct {
	Note    string `json:"note"` // what was special about it: "update_weight without Signature"
	Failing bool   `json:"failing,omitempty"`
	// When the request was begun.
	Started  time.Time `json:"started,omitzero"`
	Request  Message   `json:"request"`
	Answer   *Answer   `json:"answer,omitempty"`
	Failure  string    `json:"failure,omitempty"` // why there is no answer
	AnswerMS float64   `json:"answer_ms"`
	// Where it is part of a retry schedule: which attempt it is, from 1, and when
	// the provider would make it, counted from the first. Runs compress the waits.
	Attempt int     `json:"attempt,omitempty"`
	DueMS   float64 `json:"due_ms,omitempty"`
}

// Message is a request as it was sent.
type Message struct {
	Method string      `json:"method"`
	URL    string      `json:"url"`
	Header [][2]string `json:"header"`
	Body
}

// Answer is a response as it was received.
type Answer struct {
	Status int         `json:"status"`
	Header [][2]string `json:"header"`
	Body
}

// Body is text where the bytes are text, base64 where they are not.
type Body struct {
	Text      string `json:"body,omitempty"`
	Base64    string `json:"body_base64,omitempty"`
	Size      int    `json:"body_size"`
	Truncated bool   `json:"body_truncated,omitempty"` // only the beginning is here
}

// Conclude counts the results and draws the verdict from them. A reason, where one
// was set before, stands for a run that could not be finished.
func (r *Report) Conclude() {
	r.Counts = map[Status]int{}
	for _, s := range Statuses {
		r.Counts[s] = 0
	}
	for _, c := range r.Checks {
		r.Counts[c.Status]++
	}
	switch {
	case r.Reason != "":
		r.Verdict = Broken
	case r.Counts[Fail] > 0, r.Strict && r.Counts[Warn] > 0, len(r.Stale) > 0:
		r.Verdict = Failed // whatever else could not be judged
	case r.Counts[Error] > 0:
		r.Verdict = Broken
	default:
		r.Verdict = Passed
	}
	if r.Verdict == Broken && r.Reason == "" {
		for _, c := range r.Checks {
			if c.Status == Error {
				r.Reason = c.Message
				break
			}
		}
	}
}

// With lists the checks of one status, in the order in which they ran.
func (r *Report) With(status Status) []Check {
	var found []Check
	for _, c := range r.Checks {
		if c.Status == status {
			found = append(found, c)
		}
	}
	return found
}
