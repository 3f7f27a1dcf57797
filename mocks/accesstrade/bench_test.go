package accesstrade_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// BenchmarkEndpoint is a postback of a new order each, against a handler that only reads it: called as a function, which
// shows what khop itself takes, and over a connection, as a merchant's requests come.
func BenchmarkEndpoint(b *testing.B) {
	for _, way := range []struct {
		name string
		run  func(*testing.B, http.Handler, [][]byte)
	}{{"call", benchmarkCall}, {"socket", benchmarkSocket}} {
		b.Run(way.name+"/bare", func(b *testing.B) { way.run(b, http.HandlerFunc(bare), orders(b)) })
		b.Run(way.name+"/khop", func(b *testing.B) {
			endpoint, err := accesstrade.New(accesstrade.Config{AccessKey: accessKey, SecretKey: secretKey})
			if err != nil {
				b.Fatal(err)
			}
			way.run(b, endpoint, orders(b))
		})
	}
}

// bare is the least that a server can do with a postback.
func bare(w http.ResponseWriter, r *http.Request) {
	_, _ = io.ReadAll(r.Body)
	_, _ = io.WriteString(w, taken+"\n")
}

// orders are more postbacks than an endpoint keeps orders.
func orders(b *testing.B) [][]byte {
	all := make([][]byte, 12_000)
	for n := range all {
		all[n] = merchant.Postback(sample(fmt.Sprintf("DH-%06d", n))).Body
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(all[0])))
	b.ResetTimer()
	return all
}

// benchmarkCall calls a handler.
func benchmarkCall(b *testing.B, handler http.Handler, bodies [][]byte) {
	r := httptest.NewRequest(http.MethodPost, accesstrade.PostbackPath, nil)
	r.Header = http.Header{"Content-Type": {"application/json"}, "Content-Length": {"600"}}
	for n := range b.N {
		r.Body = io.NopCloser(bytes.NewReader(bodies[n%len(bodies)]))
		answer := &kept{header: http.Header{}}
		if handler.ServeHTTP(answer, r); answer.body != taken+"\n" {
			b.Fatalf("answered %q", answer.body)
		}
	}
}

// kept is the least of an answer.
type kept struct {
	header http.Header
	body   string
}

func (k *kept) Header() http.Header { return k.header }
func (k *kept) WriteHeader(int)     {}
func (k *kept) Write(text []byte) (int, error) {
	k.body = string(text)
	return len(text), nil
}

// benchmarkSocket asks over one connection, with requests that are made before and answers of which little is read, so
// that the server's share is as large as can be.
func benchmarkSocket(b *testing.B, handler http.Handler, bodies [][]byte) {
	server := httptest.NewServer(handler)
	defer server.Close()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer connection.Close()
	for n, body := range bodies {
		bodies[n] = fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: khop\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", accesstrade.PostbackPath, len(body), body)
	}
	answers := bufio.NewReader(connection)
	b.ResetTimer()
	for n := range b.N {
		if _, err := connection.Write(bodies[n%len(bodies)]); err != nil {
			b.Fatal(err)
		}
		if err := readAnswer(answers); err != nil {
			b.Fatal(err)
		}
	}
}

// readAnswer reads up to the end of an answer that is the documented success.
func readAnswer(answers *bufio.Reader) error {
	for {
		line, err := answers.ReadSlice('\n')
		if err != nil || string(line) == taken+"\n" {
			return err
		}
		if line[0] == '{' {
			return fmt.Errorf("answered %s", line)
		}
	}
}
