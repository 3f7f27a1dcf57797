package target_test

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/target"
)

// silent is a log for servers that are expected to complain.
func silent() *log.Logger { return log.New(io.Discard, "", 0) }

var _ = Describe("a session", func() {
	It("carries several deliveries over one connection", func(ctx SpecContext) {
		callers := make(chan string, 3)
		server := answering(func(w http.ResponseWriter, r *http.Request) {
			callers <- r.RemoteAddr
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, "no")
		})
		session := at(server.URL).Session()
		defer session.Close()
		for range 3 {
			answer := session.Send(ctx, post(), target.Manner{})
			Expect(answer.Status).To(Equal(401))
			Expect(string(answer.Body)).To(Equal("no"))
		}
		first := <-callers
		Expect(<-callers).To(Equal(first))
		Expect(<-callers).To(Equal(first))
	})

	It("opens a new connection after one that the server said it would close", func(ctx SpecContext) {
		var connections atomic.Int32
		address := talking(func(conn net.Conn) {
			connections.Add(1)
			_, _, _ = request(conn)
			say(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		})
		session := at(address).Session()
		defer session.Close()
		for range 2 {
			Expect(session.Send(ctx, post(), target.Manner{}).Status).To(Equal(200))
		}
		Expect(connections.Load()).To(BeNumerically("==", 2))
	})

	It("opens a new connection after an answer of HTTP/1.0", func(ctx SpecContext) {
		address := talking(func(conn net.Conn) {
			_, _, _ = request(conn)
			say(conn, "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")
		})
		session := at(address).Session()
		defer session.Close()
		for range 2 {
			Expect(session.Send(ctx, post(), target.Manner{}).Status).To(Equal(200))
		}
	})

	It("never repeats in secret what a dying connection swallowed", func(ctx SpecContext) {
		var requests atomic.Int32
		address := talking(func(conn net.Conn) {
			_, _, _ = request(conn)
			requests.Add(1)
			say(conn, ok) // and hangs up without a word
		})
		session := at(address).Session()
		defer session.Close()
		Expect(session.Send(ctx, post(), target.Manner{}).Status).To(Equal(200))
		Expect(session.Send(ctx, post(), target.Manner{}).Failure).To(HaveField("Kind", target.Closed))
		Expect(requests.Load()).To(BeNumerically("==", 1))
		Expect(session.Send(ctx, post(), target.Manner{}).Status).To(Equal(200), "the next delivery gets a new connection")
	})

	It("may be closed twice, and without use", func() {
		session := at("http://127.0.0.1:9/").Session()
		session.Close()
		session.Close()
	})
})

var _ = Describe("a target behind TLS", func() {
	var server *httptest.Server
	var requests chan string

	trusting := func(c *target.Config) {
		c.TLS = server.Client().Transport.(*http.Transport).TLSClientConfig
	}
	BeforeEach(func() {
		requests = make(chan string, 9)
		server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, err := io.ReadAll(r.Body)
			requests <- r.Proto
			if err != nil {
				w.WriteHeader(http.StatusBadRequest)
			}
		}))
		server.EnableHTTP2 = true
		server.Config.ErrorLog = silent()
		server.StartTLS()
		DeferCleanup(server.Close)
	})

	It("is spoken to in HTTP/1.1, as everything is meant here", func(ctx SpecContext) {
		Expect(at(server.URL, trusting).Send(ctx, post(), target.Manner{}).Status).To(Equal(200))
		Expect(<-requests).To(Equal("HTTP/1.1"))
	})

	It("hears a delivery that is cut off", func(ctx SpecContext) {
		Expect(at(server.URL, trusting).Send(ctx, post(), target.Manner{CutAfter: 9}).Status).To(Equal(400))
	})

	It("loses its answer to a reset", func(ctx SpecContext) {
		ending := make(chan error, 1)
		listener, err := tls.Listen("tcp", "127.0.0.1:0", server.TLS)
		Expect(err).NotTo(HaveOccurred())
		address := talkingOn(listener, func(conn net.Conn) {
			_, _, _ = request(conn)
			say(conn, ok)
			_, err := io.ReadAll(conn)
			ending <- err
		})
		answer := at("https"+address[len("http"):], trusting).Send(ctx, post(), target.Manner{LoseAnswer: true})
		Expect(answer.Failure).To(HaveField("Kind", target.Lost))
		Eventually(ending).Should(Receive(MatchError(ContainSubstring("reset by peer"))))
	})

	It("keeps a session", func(ctx SpecContext) {
		session := at(server.URL, trusting).Session()
		defer session.Close()
		for range 2 {
			Expect(session.Send(ctx, post(), target.Manner{}).Status).To(Equal(200))
		}
	})

	It("is known by the name in the address", func(ctx SpecContext) {
		answer := at(server.URL, trusting, func(c *target.Config) {
			c.TLS = c.TLS.Clone()
			c.TLS.ServerName = "example.org"
		}).Send(ctx, post(), target.Manner{})
		Expect(answer.Failure).To(HaveField("Kind", target.TLS))
	})
})
