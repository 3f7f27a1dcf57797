package target

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
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

// password finds what stands before the host, which errors do not repeat.
var password = regexp.MustCompile(`(^|//)[^/?#]*@`)

// bare is an address that begins with its host and port.
var bare = regexp.MustCompile(`^[^/?#]+:\d`)

// ParseURL reads a target's address. Its errors name what is wrong with it.
func ParseURL(address string) (*url.URL, error) {
	if address == "" {
		return nil, errors.New("no address; one looks like http://host:port/path")
	}
	u, err := url.Parse(address)
	address = password.ReplaceAllString(address, "$1***@")
	var wrapped *url.Error
	switch {
	case bare.MatchString(address), err == nil && u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%q needs http:// or https:// in front", address)
	case errors.As(err, &wrapped):
		return nil, fmt.Errorf("%q is not a URL: %w", address, wrapped.Err)
	case u.Port() != "" && !isPort(u.Port()):
		return nil, fmt.Errorf("%q has no port from 1 to 65535", u.Redacted())
	case u.Hostname() == "":
		return nil, fmt.Errorf("%q names no host", address)
	}
	u.Fragment = ""
	return u, nil
}

func isPort(digits string) bool {
	n, err := strconv.ParseUint(digits, 10, 16)
	return err == nil && n > 0
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
			Protocols:             http1(),
			// Each delivery has a connection of its own, so that what a target
			// leaves behind on one is no other check's business. See Session.
			DisableKeepAlives: true,
		},
		// Providers do not follow redirects; what a target answers is the answer.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Address is where a request goes: the target's own address, with the path and the
// query that the request adds to it.
func (t *Target) Address(request mocks.Request) *url.URL { return request.To(t.config.URL) }

// agreed are the headers that come with every delivery, unless its manner is to
// leave them out.
func (t *Target) agreed(manner Manner) http.Header {
	if manner.WithoutHeaders {
		return nil
	}
	return t.config.Header
}

// http1 is HTTP/1.1 alone: it is what the providers speak, and what the manners of a
// request are about.
func http1() *http.Protocols {
	var only http.Protocols
	only.SetHTTP1(true)
	return &only
}

// Headers are those that come with every delivery.
func (t *Target) Headers() http.Header { return t.config.Header }

// forACrowd is how long an answer may take at least when many deliveries come at
// once: a server that serves one after the other, behind a short queue of
// connections, is asked again by the kernel after 1, 3, 7 and 15 seconds.
const forACrowd = 30 * time.Second

// Patient is the same target with more time for an answer, for many deliveries at
// once.
func (t *Target) Patient() *Target {
	config := t.config
	config.Timeout = max(config.Timeout, forACrowd)
	return New(config)
}

// At is the same target under another path, given as it goes over the wire: what is
// percent-encoded stays so. A path that no URL can have is an error.
func (t *Target) At(path string) (*Target, error) {
	decoded, err := url.PathUnescape(path)
	if err != nil {
		return nil, fmt.Errorf("reading the path %q: %w", path, err)
	}
	config, address := t.config, *t.config.URL
	address.Path, address.RawPath = decoded, path
	config.URL = &address
	return New(config), nil
}

// Config is how the target was made.
func (t *Target) Config() Config { return t.config }

// URL is the target's address.
func (t *Target) URL() *url.URL { return t.config.URL }

// Manner is how a request travels. The zero Manner is the ordinary one.
type Manner struct {
	Chunked        bool          // chunked transfer coding, no Content-Length
	Pause          time.Duration // the body goes out in four pieces with this pause between
	SplitAt        int           // with Pause: it goes out in two pieces, the first this long
	ExpectContinue bool          // Expect: 100-continue before the body
	CutAfter       int           // only that many bytes of the body go out, then the sending side closes; 0: all
	LoseAnswer     bool          // the connection is reset when the answer begins
	Fault          Fault         // the network fails in this way
	WithoutHeaders bool          // the headers of Config are left out
}

// Send delivers one request and waits for what comes back.
func (t *Target) Send(ctx context.Context, request mocks.Request, manner Manner) Answer {
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, t.config.Timeout)
	defer cancel()
	var answer Answer
	switch {
	case manner.Fault != NoFault:
		answer = t.fail(ctx, request, manner.Fault)
	case manner.CutAfter > 0 || manner.LoseAnswer:
		answer = t.sendByHand(ctx, request, manner)
	default:
		answer = t.sendByClient(ctx, request, manner)
	}
	answer.Took, answer.Within = time.Since(start), t.config.Timeout
	return answer
}

func (t *Target) sendByClient(ctx context.Context, request mocks.Request, manner Manner) Answer {
	var way progress
	r, err := t.newRequest(way.watch(ctx), request, manner)
	if err != nil {
		return Answer{Failure: failed(ctx, err)}
	}
	response, err := t.client.Do(r)
	if err != nil {
		return Answer{Failure: failed(ctx, way.explain(err))}
	}
	return read(response)
}

func (t *Target) newRequest(ctx context.Context, request mocks.Request, manner Manner) (*http.Request, error) {
	var body io.Reader = bytes.NewReader(request.Body)
	if manner.Pause > 0 {
		piece := len(request.Body)/4 + 1
		if manner.SplitAt > 0 {
			piece = manner.SplitAt
		}
		body = &trickle{ctx: ctx, rest: request.Body, piece: piece, split: manner.SplitAt > 0, pause: manner.Pause}
	}
	r, err := http.NewRequestWithContext(ctx, request.Method, t.Address(request).String(), body)
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
	for name, values := range t.agreed(manner) {
		r.Header[name] = values
	}
	if host := cmp.Or(request.Header.Get("Host"), t.config.Header.Get("Host")); host != "" {
		r.Host = host // the client reads it from here alone
	}
	if manner.ExpectContinue {
		r.Header.Set("Expect", "100-continue")
	}
	return r, nil
}

// Alive tells whether somebody still listens at the target's address. A process that is
// being restarted has that long to come back.
func (t *Target) Alive(ctx context.Context, within time.Duration) error {
	const pause = 150 * time.Millisecond
	for start := time.Now(); ; {
		conn, err := t.dialTCP(ctx)
		if err == nil {
			return conn.Close()
		}
		if time.Since(start)+pause > within {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
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
	piece int  // how much goes out at once
	split bool // after the first piece, all the rest
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
	if b.begun && b.split {
		b.piece = len(b.rest)
	}
	b.begun = true
	n := copy(into, b.rest[:min(b.piece, len(b.rest))])
	b.rest = b.rest[n:]
	return n, nil
}
