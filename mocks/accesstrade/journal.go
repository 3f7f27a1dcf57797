package accesstrade

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Verdict is what the endpoint decided about a call.
type Verdict string

// The verdicts.
const (
	Accepted     Verdict = "accepted"      // done
	Refused      Verdict = "refused"       // wrong, and nothing changed
	NotProcessed Verdict = "not-processed" // a fault came before anything was done
	Failed       Verdict = "failed"        // the store failed, not the merchant
)

// Entry is one call in the journal. No key is in it.
type Entry struct {
	Number  int       `json:"number"` // from 1, of all calls since the journal began
	Time    time.Time `json:"time"`   // when it arrived
	Call    Call      `json:"call"`
	Verdict Verdict   `json:"verdict"`
	// Message is the answer's message; for a listing, which has none, empty.
	Message string `json:"message,omitempty"`
	// Problems is what is wrong with the request, whatever the verdict; at most 20.
	Problems []Problem `json:"problems,omitempty"`
	// Formulas names the signature formulas that matched.
	Formulas []string `json:"formulas,omitempty"`
	// Transactions are the orders that the call is about, at most 100, each cut at
	// 1024 bytes, and Count how many there were.
	Transactions []string `json:"transactions,omitempty"`
	Count        int      `json:"count"`
	// Repeated tells that a postback's order was known already.
	Repeated bool `json:"repeated,omitempty"`
	// Unknown are the orders of a bulk update that the endpoint does not know, at
	// most 100.
	Unknown []string `json:"unknown,omitempty"`
	// SecretSent tells where in the request the secret key travelled, where it never
	// should: "body", "query", "path", "header X-Key".
	SecretSent []string `json:"secret_sent,omitempty"`
	// Fault is the name of the fault that was played.
	Fault string `json:"fault,omitempty"`
	// Status is the HTTP status of the answer; 0 when none went out.
	Status  int      `json:"status"`
	Request Received `json:"request"`
}

// Received is a request as it came, its keys hidden.
type Received struct {
	Method string      `json:"method"`
	Path   string      `json:"path"`
	Query  string      `json:"query,omitempty"`
	Header http.Header `json:"header,omitempty"`
	// Body is the body's beginning, at most 64 KiB, and Size its whole length in
	// bytes; a body over the limit of 1 MiB is not read further.
	Body string `json:"body,omitempty"`
	Size int    `json:"size"`
}

// What an entry may hold at most, in pieces or bytes, so that a journal's memory is
// bounded whatever comes in.
const (
	mostIDs     = 100
	longestID   = 1024
	mostHeaders = 64
	longestLine = 1024
	longestBody = 64 << 10
)

// Journal returns the calls that are kept, oldest first.
func (e *Endpoint) Journal() []Entry {
	entries, _ := e.journal.since(0)
	return entries
}

// ring keeps the newest entries.
type ring struct {
	mu      sync.Mutex
	entries []Entry // grows up to its capacity and is then written round
	oldest  int     // where the oldest is
	keep    int
	total   int
}

// begin fills the ring with the calls of an earlier life, oldest first.
func (r *ring) begin(past []Entry) {
	r.entries = slices.Clone(past[max(0, len(past)-r.keep):])
	if len(past) > 0 {
		r.total = past[len(past)-1].Number
	}
}

// add numbers an entry and keeps it.
func (r *ring) add(entry Entry) Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total++
	entry.Number = r.total
	if len(r.entries) < r.keep {
		r.entries = append(r.entries, entry)
	} else {
		r.entries[r.oldest] = entry
		r.oldest = (r.oldest + 1) % r.keep
	}
	return entry
}

// since returns the entries that are kept and have a higher number, oldest first,
// and how many calls there were in all.
func (r *ring) since(number int) (newer []Entry, total int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	newer = []Entry{}
	for i := range r.entries {
		if entry := r.entries[(r.oldest+i)%len(r.entries)]; entry.Number > number {
			newer = append(newer, entry)
		}
	}
	return newer, r.total
}

// received writes a request down without its keys. Method, path and query are copied: they
// are parts of the request's first line, which is not to stay.
func (k keyring) received(r *http.Request, body string) Received {
	return Received{
		Method: strings.Clone(cut(r.Method, longestLine)),
		Path:   strings.Clone(cut(k.mask(r.URL.Path), longestLine)),
		Query:  strings.Clone(cut(k.mask(r.URL.RawQuery), longestBody)),
		Header: k.headers(r.Header),
		Body:   cut(k.mask(body), longestBody),
		Size:   len(body),
	}
}

func (k keyring) headers(sent http.Header) http.Header {
	kept := http.Header{}
	for name, values := range sent {
		if len(kept) == mostHeaders {
			break
		}
		name = cut(name, longestLine)
		switch name {
		case "Authorization", "Cookie", "Proxy-Authorization":
			kept[name] = []string{veil}
		default:
			kept[name] = []string{cut(k.mask(strings.Join(values, ", ")), longestLine)}
		}
	}
	return kept
}

// ids copies what a journal keeps of a list of orders.
func (k keyring) ids(all []string) []string {
	var kept []string
	for _, id := range all[:min(mostIDs, len(all))] {
		kept = append(kept, cut(k.mask(id), longestID))
	}
	return kept
}

// cut is the beginning of text, and a copy where there is a rest, so that the rest can be
// forgotten.
func cut(text string, longest int) string {
	if len(text) <= longest {
		return text
	}
	return strings.Clone(text[:longest])
}
