package target

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/base64"
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
		return Answer{Failure: failed(ctx, err)}
	}
	defer conn.Close()
	defer heed(ctx, conn)()
	if _, err := conn.Write(t.head(request, manner)); err != nil {
		return Answer{Failure: failed(ctx, err)}
	}
	if manner.CutAfter > 0 {
		return cut(ctx, conn, request.Body[:min(manner.CutAfter, len(request.Body))])
	}
	if _, err := conn.Write(request.Body); err != nil {
		return Answer{Failure: failed(ctx, err)}
	}
	return lose(ctx, conn)
}

// heed ends what is going on over a connection when the context ends, until the
// function that it returns is called.
func heed(ctx context.Context, conn net.Conn) func() bool {
	_ = conn.SetDeadline(deadline(ctx))
	return context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
}

// deadline is when the context ends; never, for a connection, is the zero time.
func deadline(ctx context.Context) time.Time {
	at, _ := ctx.Deadline()
	return at
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
		return nil, fmt.Errorf("%w: %w", errHandshake, err)
	}
	return secure, nil
}

// head is everything before the body; it promises the whole body.
func (t *Target) head(request mocks.Request, manner Manner) []byte {
	header := request.Header.Clone()
	if user := t.config.URL.User; user != nil {
		password, _ := user.Password()
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
	for name, values := range t.agreed(manner) {
		header[name] = values
	}
	host := cmp.Or(header.Get("Host"), t.config.URL.Host)
	header.Del("Host")
	var head bytes.Buffer
	fmt.Fprintf(&head, "%s %s HTTP/1.1\r\nHost: %s\r\n", request.Method, t.Address(request).RequestURI(), host)
	header["Content-Length"] = []string{strconv.Itoa(len(request.Body))}
	_ = header.Write(&head) // a buffer takes everything
	head.WriteString("\r\n")
	return head.Bytes()
}

// cut sends a part of the body, says that no more comes, and listens.
func cut(ctx context.Context, conn net.Conn, part []byte) Answer {
	if _, err := conn.Write(part); err != nil {
		return Answer{Failure: failed(ctx, err)}
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite() // a target that hung up already is heard below
	}
	if soon := time.Now().Add(patience); soon.Before(deadline(ctx)) {
		_ = conn.SetReadDeadline(soon)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return Answer{Failure: failed(ctx, err)}
	}
	return read(response)
}

// lose waits until the answer begins, so that the target has done its work, and
// resets the connection.
func lose(ctx context.Context, conn net.Conn) Answer {
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		return Answer{Failure: failed(ctx, err)}
	}
	reset(conn)
	return lostTo(Lost, "khop threw the answer away")
}
