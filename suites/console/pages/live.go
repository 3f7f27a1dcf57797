package pages

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// The stream: news of events is told at once and then not again for a moment, however
// many there are; the others are looked at every pulse. A silent stream shows that it
// is alive.
const (
	moment    = 300 * time.Millisecond
	pulse     = 500 * time.Millisecond
	heartbeat = 15 * time.Second
)

// live streams what there is news of: "event: news" with the topic as data. The page
// asks for itself again and knows what has changed.
func (v *visit) live() error {
	news := &news{visit: v, stream: newStream(v.w), topics: strings.Fields(v.r.URL.Query().Get("topics"))}
	news.app, news.event = v.r.URL.Query().Get("app"), numberOf(v.r.URL.Query().Get("event"))
	if v.r.Method == http.MethodHead { // wants no stream
		news.stream.begin()
		return nil
	}
	news.follow()
	return nil
}

// news is what one page wants to hear of.
type news struct {
	*visit
	stream *stream
	topics []string
	app    string // events of this app alone; empty: of all
	event  int64  // this event alone; 0: all
}

// follow tells the news until nobody listens any more. Whoever reads the head of the
// stream may look at once: from before it on nothing is missed.
func (n *news) follow() {
	ctx := n.r.Context()
	var changes <-chan outbox.Change
	if slices.Contains(n.topics, "events") {
		changes = n.desk.Backend.Watch(ctx)
	}
	rest, pulses, beats := time.NewTicker(moment), time.NewTicker(pulse), time.NewTicker(heartbeat)
	defer rest.Stop()
	defer pulses.Stop()
	defer beats.Stop()
	fresh, resting := false, false
	known := n.states()
	n.stream.begin()
	for n.stream.err == nil {
		select {
		case <-ctx.Done():
			return
		case change, open := <-changes:
			if !open {
				return // the backend is closed; the browser asks again later
			}
			if fresh = fresh || n.concerns(change); fresh && !resting {
				n.stream.tell("events")
				fresh, resting = false, true
				rest.Reset(moment)
			}
		case <-rest.C:
			if resting = fresh; fresh {
				n.stream.tell("events")
				fresh = false
			}
		case <-pulses.C:
			known = n.tellOthers(known)
		case <-beats.C:
			n.stream.write(": still here\n\n")
		}
	}
}

// concerns tells whether a change is about what the page shows. Where some were
// missed, it may be.
func (n *news) concerns(change outbox.Change) bool {
	return change.ID == 0 || (n.app == "" || n.app == change.App) && (n.event == 0 || n.event == change.ID)
}

// states are those of what tells no news by itself, by topic: another text means news.
func (n *news) states() map[string]string {
	states := map[string]string{}
	for _, topic := range n.topics {
		switch topic {
		case "apps":
			states[topic] = n.appsState(n.app)
		case "calls":
			states[topic] = n.callsState()
		case "runs":
			states[topic] = n.runsState()
		case "checks":
			states[topic] = n.checksState()
		}
	}
	return states
}

// tellOthers tells of every topic whose state is another than the known one.
func (n *news) tellOthers(known map[string]string) map[string]string {
	now := n.states()
	for topic, state := range now {
		if known[topic] != state {
			n.stream.tell(topic)
		}
	}
	return now
}

// stuck is how long a browser may take no more of a stream before it is given up: it
// would be waited for without an end otherwise.
const stuck = 10 * time.Second

// stream writes server-sent events until one cannot be written.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	err     error
}

func newStream(w http.ResponseWriter) *stream {
	return &stream{w: w, control: http.NewResponseController(w)}
}

// begin lifts the deadline that requests have, and sends the head.
func (s *stream) begin() {
	_ = s.control.SetReadDeadline(time.Time{}) // a connection without deadlines has none to lift
	header := s.w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no")
	s.write("retry: 2000\n\n")
}

func (s *stream) tell(topic string) { s.write("event: news\ndata: " + topic + "\n\n") }

// write sends a piece, which has a deadline of its own in place of the one for whole
// answers.
func (s *stream) write(text string) {
	_ = s.control.SetWriteDeadline(time.Now().Add(stuck)) // as above
	if _, s.err = s.w.Write([]byte(text)); s.err == nil {
		s.err = s.control.Flush()
	}
}
