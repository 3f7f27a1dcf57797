package burst

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/khop-dev/khop/mocks"
)

// Options says what a burst is to be.
type Options struct {
	Provider *mocks.Provider
	Account  mocks.Account
	Events   []mocks.Event // sent in turns; empty: all that the provider sends

	URL    *url.URL    // where to
	Header http.Header // sent besides what the provider sends
	TLS    *tls.Config // nil: the system's authorities
	// Dial opens connections, as net.Dialer.DialContext does, which is what nil stands
	// for. Who has checked where the target lies goes by it to the address that was
	// checked. TLS is put on top, for the URL's host.
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
	Timeout time.Duration

	Rate        float64       // events a second, of this shard; 0: as many as the target takes
	For         time.Duration // how long events come due
	MaxRequests uint64        // an end before that; 0: none
	Connections int
	Shares      Shares
	Shard       Shard
	Seed        uint64 // identities are drawn from it: the same for all shards of one burst

	// Mask takes secrets out of what the target says, before any of it is kept; nil
	// leaves it as it is.
	Mask func(string) string

	// Watch is told how far the burst is, a few times a second; it must not block.
	Watch func(Progress)
}

// Shard is one part of a burst that several processes share. The events of different
// shards of one seed are disjoint.
type Shard struct {
	Index int `json:"index"` // from 0
	Of    int `json:"of"`
}

// ParseShard reads "0/4": the first of four.
func ParseShard(text string) (Shard, error) {
	index, of, ok := strings.Cut(text, "/")
	i, err := strconv.Atoi(index)
	n, err2 := strconv.Atoi(of)
	if !ok || err != nil || err2 != nil || n < 1 || i < 0 || i >= n {
		return Shard{}, fmt.Errorf("shard %q: wants i/n with i from 0 to n-1, such as 0/4", text)
	}
	return Shard{i, n}, nil
}

// Number is that of the shard's kth event among those of all shards.
func (s Shard) Number(k uint64) uint64 {
	return k*uint64(max(1, s.Of)) + uint64(s.Index)
}

// Progress is how far a burst is.
type Progress struct {
	Elapsed   time.Duration
	Sent      uint64 // requests that were answered, or failed
	Succeeded uint64 // answers that the provider would take for success
	Failed    uint64 // requests without an answer
	Behind    uint64 // events that are due and wait for a free connection
	Underway  uint64 // requests that are sent and wait for their answer
	Waited    uint64 // events so far that had to wait because no connection was free
	P50, P99  time.Duration
}
