package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/delivery"
)

const (
	maxRead = 1 << 20 // how much of an answer is read for what the provider makes of it
	maxKept = 4 << 10 // how much of it is put on record
	// idle is how long a connection waits for the next request. Receivers close theirs
	// after some seconds, and a request that crosses with that would look like a failure.
	idle = time.Second
)

// answer is what came back for one request.
type answer struct {
	status    int
	header    http.Header
	body      []byte // the beginning of it
	objection string // what the provider would complain about
	failure   *failure
}

// failure is the way in which no answer came.
type failure struct {
	outcome delivery.Outcome
	what    string
}

func (f *failure) Error() string { return f.what }

// newTransport speaks HTTP/1.1 as the providers do, keeps connections for the next
// delivery, and leaves the answer as it comes.
func newTransport(options CourierOptions) *http.Transport {
	var http1 http.Protocols
	http1.SetHTTP1(true)
	dialer := net.Dialer{}
	if options.AllowAddress != nil {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return fmt.Errorf("reading the address %s: %w", address, err)
			}
			return options.AllowAddress(to.Addr())
		}
	}
	return &http.Transport{
		DialContext:         dialer.DialContext,
		TLSClientConfig:     options.TLS,
		Protocols:           &http1,
		DisableCompression:  true,
		MaxIdleConnsPerHost: 512,
		IdleConnTimeout:     idle,
	}
}

// send carries one request and waits, as long as the provider would, for what comes back.
// It follows no redirect: providers do not.
func (c *Courier) send(ctx context.Context, r *route, request mocks.Request) answer {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	var connected bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected = true },
	})
	response, err := c.transport.RoundTrip(r.prepare(request).WithContext(traced))
	if err != nil {
		return answer{failure: r.failed(err, connected)}
	}
	defer response.Body.Close()
	return r.receive(response)
}

// prepare is a request as the transport takes it.
func (r *route) prepare(request mocks.Request) *http.Request {
	prepared := &http.Request{
		Method: request.Method, URL: request.To(r.target), Host: r.header.Get("Host"), Header: request.Header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if len(request.Body) > 0 {
		prepared.Body = io.NopCloser(bytes.NewReader(request.Body))
		prepared.ContentLength = int64(len(request.Body))
	}
	return prepared
}

// failed says how far a request came that got no answer.
func (r *route) failed(err error, connected bool) *failure {
	late := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)
	switch {
	case !connected && late:
		return &failure{delivery.Unopened, fmt.Sprintf("no connection within %s", r.timeout)}
	case !connected:
		return &failure{delivery.Unopened, fmt.Sprintf("no connection: %s", err)}
	case late:
		return &failure{delivery.TimedOut, fmt.Sprintf("no answer within %s", r.timeout)}
	default:
		return &failure{delivery.Broken, fmt.Sprintf("the connection ended without an answer: %s", err)}
	}
}

// buffers hold answers while they are read.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// receive takes an answer off its connection. A body that breaks off still has its
// status, which is what providers read; one that never ends keeps them waiting until
// they give up.
func (r *route) receive(response *http.Response) answer {
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	_, err := buffer.ReadFrom(io.LimitReader(response.Body, maxRead))
	got := answer{status: response.StatusCode, header: response.Header}
	got.body = bytes.Clone(buffer.Bytes()[:min(buffer.Len(), maxKept)])
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		got.failure = &failure{delivery.TimedOut, fmt.Sprintf("no whole answer within %s", r.timeout)}
		return got
	}
	got.objection = r.provider.Objection(got.status, buffer.Bytes())
	return got
}
