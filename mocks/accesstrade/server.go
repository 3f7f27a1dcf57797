package accesstrade

import (
	"context"
	"net"
	"net/http"
	"time"
)

// TB is what a Server needs of a test: *testing.T, *testing.B and GinkgoT() have it.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Server is an Endpoint that listens on a loopback port for as long as a test takes.
type Server struct {
	// URL is where it listens, "http://127.0.0.1:41673": the documented paths come
	// behind it.
	URL string
	// AccessKey and SecretKey are what the code under test has to be set up with.
	AccessKey, SecretKey string

	endpoint *Endpoint
	store    Store
	test     TB
}

// The keys of a Server that is not given others.
const (
	testAccessKey = "khop-access-key"
	testSecretKey = "khop-secret-key"
)

// WithKeys gives a Server keys of your own.
func WithKeys(accessKey, secretKey string) func(*Config) {
	return func(c *Config) { c.AccessKey, c.SecretKey = accessKey, secretKey }
}

// NewServer starts an AccessTrade endpoint for a test and stops it when the test is
// over. Options change its Config: WithKeys, or a function of your own. A Config that
// cannot be used ends the test.
func NewServer(t TB, options ...func(*Config)) *Server {
	t.Helper()
	config := Config{AccessKey: testAccessKey, SecretKey: testSecretKey, Store: NewMemory(0)}
	for _, change := range options {
		change(&config)
	}
	endpoint, err := New(config)
	if err != nil {
		t.Fatalf("start the AccessTrade endpoint: %v", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("start the AccessTrade endpoint: %v", err)
	}
	t.Cleanup(listen(listener, endpoint))
	return &Server{
		URL:       "http://" + listener.Addr().String(),
		AccessKey: config.AccessKey,
		SecretKey: config.SecretKey,
		endpoint:  endpoint,
		store:     endpoint.config.Store,
		test:      t,
	}
}

// Calls are the calls that came in so far, oldest first. No key is in them.
func (s *Server) Calls() []Entry { return s.endpoint.Journal() }

// Orders are the orders that were reported, in the order in which they first were.
func (s *Server) Orders() []Order {
	s.test.Helper()
	orders, err := s.store.List(context.Background(), Filter{})
	if err != nil {
		s.test.Fatalf("list the orders of the AccessTrade endpoint: %v", err)
	}
	return orders
}

// Fail lets the next postbacks go wrong, so many of them, by the name of a fault: "503",
// "refuse", "timeout-after" and the others of Faults. It replaces what was set
// before; 0 times clears it. An unknown fault ends the test.
func (s *Server) Fail(fault string, times int) {
	s.test.Helper()
	known, err := ParseFault(fault)
	if err != nil {
		s.test.Fatalf("let postbacks fail: %v", err)
	}
	s.endpoint.SetFault(known, times)
}

// Merchant is one that signs with the server's keys.
func (s *Server) Merchant() Merchant {
	return Merchant{AccessKey: s.AccessKey, SecretKey: s.SecretKey}
}

// farewell is how long calls that are under way may take when the test is over.
const farewell = time.Second

// listen serves on a listener. What it returns stops that: faults that hang end at
// once, and calls under way get a moment.
func listen(listener net.Listener, handler http.Handler) (stop func()) {
	lifetime, end := context.WithCancel(context.Background())
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return lifetime },
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		_ = server.Serve(listener) // it ends because stop was called
	}()
	return func() {
		end()
		moment, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		if err := server.Shutdown(moment); err != nil {
			_ = server.Close()
		}
		<-stopped
	}
}
