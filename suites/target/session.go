package target

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"time"

	"github.com/khop-dev/khop/mocks"
)

// Session delivers over one connection for as long as the target's answers allow
// it. Unlike an HTTP client it never repeats a request over a new connection in
// secret: a connection that dies without a word is part of the answer. Not safe for
// concurrent use.
type Session struct {
	target *Target
	conn   net.Conn
	reader *bufio.Reader
}

// Session opens nothing yet; Close it after use.
func (t *Target) Session() *Session { return &Session{target: t} }

// Send delivers one request in the ordinary manner, with or without the agreed
// headers.
func (s *Session) Send(ctx context.Context, request mocks.Request, manner Manner) Answer {
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, s.target.config.Timeout)
	defer cancel()
	answer := s.exchange(ctx, request, manner)
	answer.Took, answer.Within = time.Since(start), s.target.config.Timeout
	return answer
}

func (s *Session) exchange(ctx context.Context, request mocks.Request, manner Manner) Answer {
	if s.conn == nil {
		conn, err := s.target.dial(ctx)
		if err != nil {
			return Answer{Failure: failed(ctx, err)}
		}
		s.conn, s.reader = conn, bufio.NewReader(conn)
	}
	defer heed(ctx, s.conn)()
	if _, err := s.conn.Write(append(s.target.head(request, manner), request.Body...)); err != nil {
		s.Close()
		return Answer{Failure: failed(ctx, err)}
	}
	response, err := http.ReadResponse(s.reader, &http.Request{Method: request.Method})
	if err != nil {
		s.Close()
		return Answer{Failure: failed(ctx, err)}
	}
	answer := read(response)
	if response.Close || !response.ProtoAtLeast(1, 1) {
		s.Close()
	}
	return answer
}

// Close ends the connection.
func (s *Session) Close() {
	if s.conn != nil {
		_ = s.conn.Close()
		s.conn = nil
	}
}
