package stencil_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/burst/stencil"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// A courier is what khop sends single events with.
func TestTheBytesAreThoseThatACourierSends(t *testing.T) {
	t.Parallel()
	address, sent := wiretap(t)
	courier := outbox.NewCourier(outbox.CourierOptions{})
	defer courier.Close()
	for _, name := range mocks.Names() {
		if !provider(t, name).SendsEvents() {
			continue // a courier has none of it
		}
		app := outbox.App{
			ID: name, Provider: name, Target: "http://khop:secret@" + address + "/hook?tenant=1",
			Secrets: map[string]string{}, Headers: map[string]string{"X-Partner": "42"},
		}
		for _, s := range provider(t, name).Secrets {
			app.Secrets[s.Name] = "secret-" + s.Name
		}
		p, account, err := app.Account()
		if err != nil {
			t.Fatal(err)
		}
		target, err := url.Parse(app.Target)
		if err != nil {
			t.Fatal(err)
		}
		sender := stencil.Sender{Provider: p, Account: account, URL: target, Header: http.Header{"X-Partner": {"42"}}}
		for _, event := range p.Events() {
			s, now := cut(t, sender, event, 1), time.Now()
			want := s.Append(nil, 3, now, sender.Pen())
			body := p.Write(p.Fresh(event.Payload, s.Birth(3, now)), rawjson.Compact)
			if _, err := courier.Deliver(t.Context(), app, outbox.Event{Body: body}); err != nil {
				t.Fatal(err)
			}
			select {
			case got := <-sent:
				if !bytes.Equal(got, want) {
					t.Errorf("%s %s: a courier sends\n%s\nnot\n%s", name, event, got, want)
				}
			default:
				t.Errorf("%s %s: a courier sends nothing", name, event)
			}
		}
	}
}

// wiretap answers every request on an address, and tells its bytes.
func wiretap(t *testing.T) (address string, sent <-chan []byte) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	requests := make(chan []byte, 1)
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })}
	go func() { _ = server.Serve(&tap{listener, requests}) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener.Addr().String(), requests
}

// tap accepts connections that tell what comes in.
type tap struct {
	net.Listener
	requests chan<- []byte
}

func (l *tap) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return &tapped{Conn: conn, requests: l.requests}, err
}

// tapped tells what was read until the answer begins.
type tapped struct {
	net.Conn
	read     []byte
	requests chan<- []byte
}

func (c *tapped) Read(into []byte) (int, error) {
	n, err := c.Conn.Read(into)
	c.read = append(c.read, into[:n]...)
	return n, err
}

func (c *tapped) Write(answer []byte) (int, error) {
	c.requests <- c.read
	c.read = nil
	return c.Conn.Write(answer)
}

func provider(t testing.TB, name string) *mocks.Provider {
	t.Helper()
	p, err := mocks.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
