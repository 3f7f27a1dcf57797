package burst

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks/superai"
)

// BenchmarkBurst sends b.N signed events as fast as possible to a bare handler in the
// same process: what is measured is both.
func BenchmarkBurst(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer server.Close()
	provider := superai.Provider()
	account, err := provider.Account(map[string]string{superai.PartnerCode: "P-1"}, nil)
	if err != nil {
		b.Fatal(err)
	}
	o := options(server.URL, func(o *Options) {
		o.Provider, o.Account, o.Events, o.For, o.Connections = provider, account, nil, 0, 16
		o.MaxRequests = uint64(b.N)
	})
	b.ReportAllocs()
	r, err := Run(context.Background(), o)
	if err != nil {
		b.Fatal(err)
	}
	if r.Success != 1 {
		b.Fatalf("not all were taken: %+v", r.Kinds)
	}
	b.ReportMetric(r.Throughput, "requests/s")
}

// BenchmarkConnection is the engine's part alone: writing, reading, judging and counting
// one event against a target in memory that answers at once.
func BenchmarkConnection(b *testing.B) {
	e, err := newEngine(options("http://target", func(o *Options) { o.MaxRequests = uint64(b.N) }), slips{}, newTimerAlarm)
	if err != nil {
		b.Fatal(err)
	}
	e.clock = clock{time.Now()}
	memory := echo{text: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 32\r\n\r\n" + `{"status":true,"message":"Done"}`}
	c := connection{engine: e, tally: e.tallies[0], judge: judge{objection: fair.Objection}}
	c.line = &line{Conn: &patience{Conn: memory}, release: func() bool { return true }}
	c.line.patience = c.line.Conn.(*patience)
	c.answers.reset(c.line)
	b.ReportAllocs()
	for number := range uint64(b.N) {
		c.tally.note(c.carry(context.Background(), turn{number: number, due: unpaced}))
	}
}

// echo is a connection on which the same answer always waits.
type echo struct {
	net.Conn
	text string
}

func (e echo) Read(b []byte) (int, error)  { return copy(b, e.text), nil }
func (e echo) Write(b []byte) (int, error) { return len(b), nil }
