package target

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/khop-dev/khop/mocks"
)

// patience is how long a target that got half a delivery may take to say so. Many
// servers say nothing at all, which is fine.
const patience = 2 * time.Second

// sendByHand writes the request over a connection of its own, for what a well-bred
// HTTP client refuses to do.
func (t *Target) sendByHand(ctx context.Context, request mocks.Request, manner Manner) Answer {
	conn, err := t.dial(ctx)
	if err != nil {
		return Answer{Failure: failed(err)}
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	_ = conn.SetDeadline(deadline)

	if _, err := conn.Write(t.head(request)); err != nil {
		return Answer{Failure: failed(err)}
	}
	if manner.CutAfter > 0 {
		return cut(conn, request.Body[:min(manner.CutAfter, len(request.Body))])
	}
	if _, err := conn.Write(request.Body); err != nil {
		return Answer{Failure: failed(err)}
	}
	return lose(conn)
}

// dial opens a connection, with TLS where the address asks for it.
func (t *Target) dial(ctx context.Context) (net.Conn, error) {
	conn, err := t.dialTCP(ctx)
	if err != nil || t.config.URL.Scheme != "https" {
		return conn, err
	}
	config := &tls.Config{}
	if t.config.TLS != nil {
		config = t.config.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = t.config.URL.Hostname()
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("TLS handshake: %w", err)
	}
	return secure, nil
}

// head is everything before the body; it promises the whole body.
func (t *Target) head(request mocks.Request) []byte {
	var head bytes.Buffer
	fmt.Fprintf(&head, "%s %s HTTP/1.1\r\nHost: %s\r\n", request.Method, t.config.URL.RequestURI(), t.config.URL.Host)
	header := request.Header.Clone()
	for name, values := range t.config.Header {
		header[name] = values
	}
	header["Content-Length"] = []string{strconv.Itoa(len(request.Body))}
	_ = header.Write(&head) // a buffer takes everything
	head.WriteString("\r\n")
	return head.Bytes()
}

// cut sends a part of the body, says that no more comes, and listens.
func cut(conn net.Conn, part []byte) Answer {
	if _, err := conn.Write(part); err != nil {
		return Answer{Failure: failed(err)}
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite() // a target that hung up already is heard below
	}
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return Answer{Failure: failed(err)}
	}
	return read(response)
}

// lose waits until the answer begins, so that the target has done its work, and
// resets the connection.
func lose(conn net.Conn) Answer {
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		return Answer{Failure: failed(err)}
	}
	if plain, ok := conn.(*net.TCPConn); ok {
		_ = plain.SetLinger(0) // close with a reset instead of a farewell
	}
	return Answer{Failure: &Failure{Kind: Lost, Err: fmt.Errorf("khop threw the answer away")}}
}
