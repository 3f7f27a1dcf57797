package target

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/khop-dev/khop/mocks"
)

// maxAnswer bounds how much of an answer is read; the rest is left unread.
const maxAnswer = 1 << 20

// Config says where the target is and how to reach it.
type Config struct {
	URL     *url.URL
	Timeout time.Duration // for one request, answer included; 0 means DefaultTimeout
	TLS     *tls.Config   // nil: the system's roots
	Header  http.Header   // sent with every request, over what the provider sends
}

// DefaultTimeout is how long a target may take for one answer before it counts as
// none.
const DefaultTimeout = 10 * time.Second

// Target is one receiver under test. It is safe for concurrent use.
type Target struct {
	config Config
	client *http.Client
}

// ParseURL reads a target's address. Its errors name what is wrong with it.
func ParseURL(address string) (*url.URL, error) {
	if address == "" {
		return nil, errors.New("no address: give --target http://host:port/path")
	}
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%q is not a URL: %w", address, err)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%q needs http:// or https:// in front", address)
	case u.Hostname() == "":
		return nil, fmt.Errorf("%q names no host", address)
	}
	u.Fragment = ""
	return u, nil
}

// New prepares a target; nothing is sent yet.
func New(config Config) *Target {
	if config.Timeout == 0 {
		config.Timeout = DefaultTimeout
	}
	return &Target{config: config, client: &http.Client{
		Transport: &http.Transport{
			TLSClientConfig:       config.TLS,
			ExpectContinueTimeout: time.Second,
			DisableCompression:    true, // the body is judged as it was sent
			// Each delivery has a connection of its own, so that what a target
			// leaves behind on one is no other check's business. See Session.
			DisableKeepAlives: true,
		},
		// Providers do not follow redirects; what a target answers is the answer.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// URL is the target's address.
func (t *Target) URL() *url.URL { return t.config.URL }

// Manner is how a request travels. The zero Manner is the ordinary one.
type Manner struct {
	Chunked        bool          // chunked transfer coding, no Content-Length
	Pause          time.Duration // the body goes out in four pieces with this pause between
	ExpectContinue bool          // Expect: 100-continue before the body
	CutAfter       int           // only that many bytes of the body go out, then the sending side closes; 0: all
	LoseAnswer     bool          // the connection is reset when the answer begins
}

// Send delivers one request and waits for what comes back.
func (t *Target) Send(ctx context.Context, request mocks.Request, manner Manner) Answer {
	ctx, cancel := context.WithTimeout(ctx, t.config.Timeout)
	defer cancel()
	start := time.Now()
	var answer Answer
	if manner.CutAfter > 0 || manner.LoseAnswer {
		answer = t.sendByHand(ctx, request, manner)
	} else {
		answer = t.sendByClient(ctx, request, manner)
	}
	answer.Took = time.Since(start)
	return answer
}

func (t *Target) sendByClient(ctx context.Context, request mocks.Request, manner Manner) Answer {
	r, err := t.newRequest(ctx, request, manner)
	if err != nil {
		return Answer{Failure: failed(err)}
	}
	response, err := t.client.Do(r)
	if err != nil {
		return Answer{Failure: failed(err)}
	}
	return read(response)
}

func (t *Target) newRequest(ctx context.Context, request mocks.Request, manner Manner) (*http.Request, error) {
	var body io.Reader = bytes.NewReader(request.Body)
	if manner.Pause > 0 {
		body = &trickle{ctx: ctx, rest: request.Body, piece: len(request.Body)/4 + 1, pause: manner.Pause}
	}
	r, err := http.NewRequestWithContext(ctx, request.Method, t.config.URL.String(), body)
	if err != nil {
		return nil, err
	}
	r.ContentLength = int64(len(request.Body))
	if manner.Chunked {
		r.ContentLength = -1
		r.Body = io.NopCloser(bytes.NewReader(request.Body))
	}
	for name, values := range request.Header {
		r.Header[name] = values // as spelled: a check may send a name in another case
	}
	for name, values := range t.config.Header {
		r.Header[name] = values
	}
	if manner.ExpectContinue {
		r.Header.Set("Expect", "100-continue")
	}
	return r, nil
}

// Alive tells whether somebody still listens at the target's address. A process
// that is being restarted gets a moment.
func (t *Target) Alive(ctx context.Context) error {
	var err error
	for range 4 {
		var conn net.Conn
		if conn, err = t.dialTCP(ctx); err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(150 * time.Millisecond):
		}
	}
	return err
}

func (t *Target) dialTCP(ctx context.Context) (net.Conn, error) {
	dialer := net.Dialer{Timeout: t.config.Timeout}
	return dialer.DialContext(ctx, "tcp", t.hostPort())
}

func (t *Target) hostPort() string {
	port := t.config.URL.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[t.config.URL.Scheme]
	}
	return net.JoinHostPort(t.config.URL.Hostname(), port)
}

// trickle gives a body away piece by piece.
type trickle struct {
	ctx   context.Context
	rest  []byte
	piece int
	pause time.Duration
	begun bool
}

func (b *trickle) Read(into []byte) (int, error) {
	if len(b.rest) == 0 {
		return 0, io.EOF
	}
	if b.begun {
		select {
		case <-b.ctx.Done():
			return 0, b.ctx.Err()
		case <-time.After(b.pause):
		}
	}
	b.begun = true
	n := copy(into, b.rest[:min(b.piece, len(b.rest))])
	b.rest = b.rest[n:]
	return n, nil
}

// failed sorts a transport error into what it says about the target.
func failed(err error) *Failure {
	var dns *net.DNSError
	var dial *net.OpError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	kind := Closed
	switch {
	case errors.Is(err, context.Canceled):
		kind = Canceled
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT):
		kind = Timeout
	case errors.As(err, &certificate), errors.As(err, &record), strings.Contains(err.Error(), "tls: "),
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		kind = TLS
	case errors.As(err, &dns), errors.As(err, &dial) && dial.Op == "dial":
		kind = Unreachable
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // the address is said elsewhere, and may hold a password
	}
	return &Failure{Kind: kind, Err: err}
}
