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
	MaxRequests uint64  `json:"max_requests,omitempty"` // an end before that, of all shards; 0: none
	Connections int     `json:"connections"`
	Timeout     float64 `json:"timeout_seconds,omitempty"` // of one answer
	Shares      Shares  `json:"shares"`
	Seed        uint64  `json:"seed"`
	Shards      []Shard `json:"shards"` // those that this result holds, in order; of one process alone 0 of 1

	Requests uint64 `json:"requests"` // sent, of every kind, answered or not
	// Throughput is answers a second, of those that came while events came due, within
	// For; where all had gone out before, until the last answer. One answer that is late
	// by seconds would make it look low.
	Throughput float64 `json:"throughput"`
	// AnsweredLate is how many answers came after For.
	AnsweredLate uint64 `json:"answered_late"`
	// Success is the part of genuine events whose answer the provider would take for
	// success, from 0 to 1, of those of which it is known what became of them.
	Success float64 `json:"success"`
	// Unsent is how many events were due when the burst ended and had not gone out.
	Unsent uint64 `json:"unsent"`
	// Underway is how many were sent and without an answer when the burst was
	// interrupted. Nobody knows what would have become of them.
	Underway uint64 `json:"under_way"`
	// Waited is how many events had to wait because, when they came due, no connection
	// was free; those that are Unsent are none of them.
	Waited uint64 `json:"waited"`
	// Resent is how many requests were sent once more because the target had closed the
	// connection before it could be used: the first time they cannot have been read.
	Resent uint64 `json:"resent"`
	// Opened is how many connections were opened for events, one after another or at once.
	Opened uint64 `json:"connections_opened"`
	// Interrupted says that the burst was ended before its time.
	Interrupted bool `json:"interrupted,omitempty"`
	// Merged says that the result is a sum of shards, so that one which is not among
	// them is missed. What a single shard found has nothing to do with the others.
	Merged bool `json:"merged,omitempty"`
	// Reason is why nothing was found out; empty: something was. A result with one
	// holds no events.
	Reason string `json:"reason,omitempty"`

	Kinds    map[string]Tally  `json:"kinds"`            // by the Kind's word; only those that were sent
	Statuses map[string]uint64 `json:"statuses"`         // answers by HTTP status
	Errors   map[string]uint64 `json:"errors,omitempty"` // requests without an answer, by the error's kind: "timeout", "connection refused"
	// Objections are what the provider would complain about in answers, the most
	// frequent first, at most 10 of each shard.
	Objections []Objection `json:"objections,omitempty"`

	// Latency is that of every answer: from the moment when the event was due. It is the
	// sum of what the event waited for a free connection, of Late, of Connect where one
	// had to be opened, and of Service. As fast as possible nothing is due, and it is
	// Connect, where there was need, and Service.
	Latency Latency `json:"latency"`
	// Service is the time from when the request was written to its whole answer, without
	// waiting for a free connection or for one to be opened.
	Service Latency `json:"service"`
	// Connect is how long it took to open each connection, TLS included. An event that
	// had one opened for it has waited so long, and its Latency says so; the others used
	// a connection that was open already.
	Connect Latency `json:"connect"`
	// Late is how much later than due events went out although a connection was free:
	// the load generator's own part of the latency.
	Late Latency `json:"late"`

	// Timeline is what happened when; nil where nothing did.
	Timeline *Timeline `json:"timeline,omitempty"`

	Thresholds []Threshold `json:"thresholds,omitempty"`
}

// Tally is what became of the events of one kind.
type Tally struct {
	Sent uint64 `json:"sent"` // those that were under way when the burst was interrupted are in no other count
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
