package pages

import (
	"fmt"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// single is a listener to which one client comes.
type single struct {
	clients chan net.Conn
	closed  chan struct{}
}

func (s single) Accept() (net.Conn, error) {
	select {
	case client := <-s.clients:
		return client, nil
	case <-s.closed:
		return nil, net.ErrClosed
	}
}

func (s single) Close() error {
	close(s.closed)
	return nil
}

func (s single) Addr() net.Addr { return &net.TCPAddr{} }

// A browser that stays connected and reads nothing would be waited for without an end.
func TestABrowserThatReadsNothingIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		browser, ours := net.Pipe()
		listener := single{make(chan net.Conn, 1), make(chan struct{})}
		listener.clients <- ours
		given := make(chan time.Duration, 1)
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			from, stream := time.Now(), newStream(w)
			for stream.begin(); stream.err == nil; {
				stream.tell("events")
			}
			given <- time.Since(from)
		})}
		go func() { _ = server.Serve(listener) }() // it ends with Close, below
		if _, err := fmt.Fprint(browser, "GET /live HTTP/1.1\r\nHost: khop.localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if took := <-given; took != stuck {
			t.Errorf("it is given up after %s, and not after %s", took, stuck)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
}
