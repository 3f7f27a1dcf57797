package burst

import "time"

// Version is the edition of the result's JSON form.
const Version = 1

// Result is what a burst, or several shards of one, found out. Its JSON form is
// described by schemas/report/burst.json.
type Result struct {
	Schema   int       `json:"schema"`
	Report   string    `json:"report"` // always "burst"
	Khop     string    `json:"khop"`
	Provider string    `json:"provider"`
	Target   string    `json:"target"` // without credentials and query
	Events   []string  `json:"events"` // the types that were sent
	Started  time.Time `json:"started"`
	// Seconds is how long it took, from the first event that came due to the last
	// answer; of several shards, the longest.
	Seconds float64 `json:"seconds"`

	Rate        float64 `json:"rate"` // that was wanted, events a second of all shards; 0: as many as possible
	For         float64 `json:"for_seconds"`
	Connections int     `json:"connections"`
	Shares      Shares  `json:"shares"`
	Seed        uint64  `json:"seed"`
	Shards      []Shard `json:"shards"` // those that this result holds, in order; of one process alone 0 of 1

	Requests   uint64  `json:"requests"`   // sent, of every kind, answered or not
	Throughput float64 `json:"throughput"` // answers a second
	// Success is the part of genuine events whose answer the provider would take for
	// success, from 0 to 1.
	Success float64 `json:"success"`
	// Unsent is how many events were due when the burst ended and had not gone out.
	Unsent uint64 `json:"unsent"`
	// Interrupted says that the burst was ended before its time.
	Interrupted bool `json:"interrupted,omitempty"`

	Kinds    map[string]Tally  `json:"kinds"`            // by the Kind's word; only those that were sent
	Statuses map[string]uint64 `json:"statuses"`         // answers by HTTP status
	Errors   map[string]uint64 `json:"errors,omitempty"` // requests without an answer, by the error's kind: "timeout", "connection refused"
	// Objections are what the provider would complain about in answers, the most
	// frequent first, at most 10 of each shard.
	Objections []Objection `json:"objections,omitempty"`

	// Latency is that of every answer: from the moment when the event was due, or,
	// as fast as possible, from when it was sent.
	Latency Latency `json:"latency"`
	// Service is the time from the last byte sent to the answer, without waiting for a
	// free connection. The two differ by what a closed loop would have hidden.
	Service Latency `json:"service"`
	// Late is how much later than due events went out although a connection was free:
	// the load generator's own part of the latency.
	Late Latency `json:"late"`

	Thresholds []Threshold `json:"thresholds,omitempty"`
}

// Tally is what became of the events of one kind.
type Tally struct {
	Sent uint64 `json:"sent"`
	// Succeeded are those with an answer that the provider would take for success: of
	// a bad signature, wrongly so.
	Succeeded uint64 `json:"succeeded"`
	Refused   uint64 `json:"refused"` // answered otherwise
	Failed    uint64 `json:"failed"`  // not answered
}

// Objection is a complaint, and how often there was reason for it.
type Objection struct {
	Text  string `json:"text"`
	Count uint64 `json:"count"`
}

// Threshold is a limit that was set, and whether the burst kept within it.
type Threshold struct {
	Name  string `json:"name"`  // the flag: "p99", "success"
	Limit string `json:"limit"` // as it was given
	Value string `json:"value"` // what was measured
	Met   bool   `json:"met"`
}
