package target_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/target"
)

// ways are the three ways in which a request can go out.
var ways = map[string]func(context.Context, *target.Target) target.Answer{
	"by the client": func(ctx context.Context, t *target.Target) target.Answer {
		return t.Send(ctx, post(), target.Manner{})
	},
	"by hand": func(ctx context.Context, t *target.Target) target.Answer {
		return t.Send(ctx, post(), target.Manner{CutAfter: 10})
	},
	"losing the answer": func(ctx context.Context, t *target.Target) target.Answer {
		return t.Send(ctx, post(), target.Manner{LoseAnswer: true})
	},
	"over one connection": func(ctx context.Context, t *target.Target) target.Answer {
		session := t.Session()
		defer session.Close()
		return session.Send(ctx, post(), target.Manner{})
	},
}

var _ = Describe("a target that gives no answer", func() {
	for way, send := range ways {
		Describe("asked "+way, func() {
			It("is unreachable on a port that refuses", func(ctx SpecContext) {
				answer := send(ctx, at(refusing()))
				Expect(answer.Failure).To(HaveField("Kind", target.Unreachable))
				Expect(errors.Is(answer.Failure, syscall.ECONNREFUSED)).To(BeTrue())
				Expect(answer.String()).To(HavePrefix("no connection: "))
			})

			It("is unreachable under a name that nobody has", func(ctx SpecContext) {
				answer := send(ctx, at("http://khop-no-such-host.invalid/hook"))
				Expect(answer.Failure).To(HaveField("Kind", target.Unreachable))
			})

			It("is unreachable when nobody takes the connection", func(ctx SpecContext) {
				answer := send(ctx, at(crowded(), within(200*time.Millisecond)))
				Expect(answer.Failure).To(HaveField("Kind", target.Unreachable))
			})

			It("timed out when it took the connection and hangs", func(ctx SpecContext) {
				address := talkingUntil(func(_ net.Conn, over <-chan struct{}) { <-over })
				answer := send(ctx, at(address, within(60*time.Millisecond)))
				Expect(answer.Failure).To(HaveField("Kind", target.Timeout))
				Expect(answer.String()).To(Equal("no answer within 60ms"))
			})

			It("closed when it hangs up", func(ctx SpecContext) {
				address := talking(func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1<<10)) })
				Expect(send(ctx, at(address)).Failure).To(HaveField("Kind", target.Closed))
			})

			It("ends at once when the run is interrupted", func(spec SpecContext) {
				ctx, interrupt := context.WithCancel(spec)
				address := talkingUntil(func(conn net.Conn, over <-chan struct{}) {
					_, _ = conn.Read(make([]byte, 1<<10))
					interrupt()
					<-over
				})
				answer := send(ctx, at(address, within(30*time.Second)))
				Expect(answer.Failure).To(HaveField("Kind", target.Canceled))
				Expect(answer.Took).To(BeNumerically("<", 5*time.Second))
				Expect(answer.String()).To(Equal("interrupted before an answer came"))
			})

			It("has a TLS fault when nobody knows its certificate", func(ctx SpecContext) {
				server := httptest.NewTLSServer(http.NotFoundHandler())
				server.Config.ErrorLog = silent()
				DeferCleanup(server.Close)
				answer := send(ctx, at(server.URL))
				Expect(answer.Failure).To(HaveField("Kind", target.TLS))
				Expect(answer.String()).To(ContainSubstring("certificate"))
			})

			It("has a TLS fault when it speaks plain HTTP", func(ctx SpecContext) {
				server := answering(func(http.ResponseWriter, *http.Request) {})
				server.Config.ErrorLog = silent()
				answer := send(ctx, at(strings.Replace(server.URL, "http:", "https:", 1)))
				Expect(answer.Failure).To(HaveField("Kind", target.TLS))
			})

			It("has a TLS fault when it hangs up during the handshake", func(ctx SpecContext) {
				address := talking(func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1<<10)) })
				answer := send(ctx, at(strings.Replace(address, "http:", "https:", 1)))
				Expect(answer.Failure).To(HaveField("Kind", target.TLS))
			})
		})
	}

	It("keeps the address's password out of its failure", func(ctx SpecContext) {
		address := strings.Replace(refusing(), "://", "://user:g1eo@", 1)
		for _, send := range ways {
			Expect(send(ctx, at(address)).String()).NotTo(ContainSubstring("g1eo"))
		}
	})

	It("says so when the answer is no HTTP", func(ctx SpecContext) {
		address := talking(func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 1<<10))
			say(conn, "SSH-2.0-OpenSSH_9.2\r\n")
		})
		Expect(at(address).Send(ctx, post(), target.Manner{}).Failure).To(HaveField("Kind", target.Closed))
	})
})

var _ = Describe("a target that answers too much", func() {
	const limit = 1 << 20

	It("is read up to 1 MiB", func(ctx SpecContext) {
		server := answering(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("x", limit+1))
		})
		answer := at(server.URL).Send(ctx, post(), target.Manner{})
		Expect(answer.Status).To(Equal(200))
		Expect(answer.Body).To(HaveLen(limit))
	})

	It("is left when it never ends", func(ctx SpecContext) {
		server := answering(func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		})
		answer := at(server.URL).Send(ctx, post(), target.Manner{})
		Expect(answer.Status).To(Equal(200))
		Expect(answer.Body).To(HaveLen(limit))
	}, SpecTimeout(10*time.Second))

	It("timed out when the body stops half way, and its status is told", func(ctx SpecContext) {
		address := talkingUntil(func(conn net.Conn, over <-chan struct{}) {
			_, _, _ = request(conn)
			say(conn, "HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nhalf")
			<-over
		})
		answer := at(address, within(60*time.Millisecond)).Send(ctx, post(), target.Manner{})
		Expect(answer.Failure).To(HaveField("Kind", target.Timeout))
		Expect(answer.Failure).To(MatchError(ContainSubstring("202")))
		Expect(answer.Acknowledged()).To(BeFalse())
	})

	It("still has its status when the body breaks off", func(ctx SpecContext) {
		address := talking(func(conn net.Conn) {
			_, _, _ = request(conn)
			say(conn, "HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nhalf")
		})
		answer := at(address).Send(ctx, post(), target.Manner{})
		Expect(answer.Failure).To(BeNil())
		Expect(answer.Status).To(Equal(202))
		Expect(string(answer.Body)).To(Equal("half"))
	})
})

// refusing is an address at which nobody listens.
func refusing() string {
	GinkgoHelper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	Expect(listener.Close()).To(Succeed())
	return "http://" + listener.Addr().String() + "/hook"
}

// crowded is an address whose queue of connections is full: the system leaves one
// more unanswered, as a firewall does that drops what it does not like.
func crowded() string {
	GinkgoHelper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(syscall.Close, socket)
	Expect(syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})).To(Succeed())
	Expect(syscall.Listen(socket, 0)).To(Succeed())
	name, err := syscall.Getsockname(socket)
	Expect(err).NotTo(HaveOccurred())
	address := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: name.(*syscall.SockaddrInet4).Port}
	for {
		conn, err := net.DialTimeout("tcp", address.String(), 50*time.Millisecond)
		if err != nil {
			return "http://" + address.String() + "/hook"
		}
		DeferCleanup(conn.Close)
	}
}

var _ = Describe("being alive", func() {
	It("is true of a port where somebody listens", func(ctx SpecContext) {
		server := answering(func(http.ResponseWriter, *http.Request) {})
		Expect(at(server.URL).Alive(ctx, 300*time.Millisecond)).To(Succeed())
	})

	It("is not true of a port that refuses, after a moment of grace", func(ctx SpecContext) {
		Expect(at(refusing()).Alive(ctx, 300*time.Millisecond)).To(MatchError(syscall.ECONNREFUSED))
	})

	It("does not outlast the context", func(spec SpecContext) {
		ctx, cancel := context.WithCancel(spec)
		cancel()
		Expect(at(refusing()).Alive(ctx, 300*time.Millisecond)).To(MatchError(context.Canceled))
	})
})
