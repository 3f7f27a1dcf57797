package target_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"go.uber.org/goleak"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/target"
)

func TestTarget(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent(), goleak.IgnoreTopFunction(
		"github.com/onsi/ginkgo/v2/internal/interrupt_handler.(*InterruptHandler).registerForInterrupts.func2"))
	RegisterFailHandler(Fail)
	RunSpecs(t, "target")
}

const body = `{"type":"update_status","name":"Nguyễn Thị Ánh"}`

func post() mocks.Request {
	return mocks.Request{
		Method: http.MethodPost,
		Header: http.Header{"Content-Type": {"application/json"}, "X-mevent-signature": {"mac=abc"}},
		Body:   []byte(body),
	}
}

// at is a target at an address, with little patience.
func at(address string, change ...func(*target.Config)) *target.Target {
	GinkgoHelper()
	u, err := target.ParseURL(address)
	Expect(err).NotTo(HaveOccurred())
	config := target.Config{URL: u, Timeout: 5 * time.Second}
	for _, c := range change {
		c(&config)
	}
	return target.New(config)
}

// within is how long the target may take for one answer.
func within(d time.Duration) func(*target.Config) {
	return func(c *target.Config) { c.Timeout = d }
}

// answering is a server for one spec.
func answering(handler http.HandlerFunc) *httptest.Server {
	server := httptest.NewServer(handler)
	DeferCleanup(server.Close)
	return server
}

// talking is a server that does with every connection what talk says, and closes
// it afterwards. It gives its address.
func talking(talk func(net.Conn)) string {
	GinkgoHelper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	return talkingOn(listener, talk)
}

// talkingUntil is talking for one who does not hang up before the spec is over.
func talkingUntil(talk func(conn net.Conn, over <-chan struct{})) string {
	GinkgoHelper()
	over := make(chan struct{})
	address := talking(func(conn net.Conn) { talk(conn, over) })
	DeferCleanup(func() { close(over) }) // runs before the cleanup of talking
	return address
}

func talkingOn(listener net.Listener, talk func(net.Conn)) string {
	var mu sync.Mutex
	var all sync.WaitGroup
	open := map[net.Conn]bool{}
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[conn] = true
			mu.Unlock()
			all.Go(func() {
				defer conn.Close()
				talk(conn)
			})
		}
	})
	DeferCleanup(func() {
		_ = listener.Close()
		mu.Lock()
		for conn := range open {
			_ = conn.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	return "http://" + listener.Addr().String() + "/hook"
}

// request reads one request off a connection, its body included.
func request(conn net.Conn) (*http.Request, []byte, error) {
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return nil, nil, err
	}
	read, err := io.ReadAll(r.Body)
	return r, read, err
}

// say answers over a raw connection.
func say(conn net.Conn, text string) { _, _ = io.WriteString(conn, text) }

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
