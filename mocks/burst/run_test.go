package burst

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/superai"
)

// serve starts a target for one spec.
func serve(handler http.HandlerFunc, changes ...func(*httptest.Server)) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	for _, change := range changes {
		change(server)
	}
	if server.TLS != nil {
		server.StartTLS()
	} else {
		server.Start()
	}
	DeferCleanup(server.Close)
	return server
}

// speak starts a target that reads requests with headers of their own and answers each
// with the same bytes, so many on a connection.
func speak(text string, each int) (address string) {
	GinkgoHelper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	var open sync.WaitGroup
	talk := func(conn net.Conn) {
		defer conn.Close()
		buf := make([]byte, 4<<10)
		for range each {
			if _, err := conn.Read(buf); err != nil { // a slip comes in one piece
				return
			}
			if _, err := io.WriteString(conn, text); err != nil {
				return
			}
		}
	}
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() { talk(conn) })
		}
	})
	DeferCleanup(func() {
		Expect(listener.Close()).To(Succeed())
		open.Wait()
	})
	return "http://" + listener.Addr().String() + "/hook"
}

func burstAt(ctx context.Context, address string, changes ...func(*Options)) Result {
	GinkgoHelper()
	r, err := send(ctx, options(address, changes...), newAlarm)
	Expect(err).NotTo(HaveOccurred())
	return r
}

func allTaken(n uint64) map[string]Tally {
	return map[string]Tally{"genuine": {Sent: n, Succeeded: n}}
}

var _ = Describe("a burst", func() {
	It("sends every event once, and tells what came back", func(ctx SpecContext) {
		var seen sync.Map
		server := serve(func(w http.ResponseWriter, r *http.Request) {
			_, again := seen.LoadOrStore(numberOf(r), true)
			switch {
			case again:
				w.WriteHeader(http.StatusConflict)
			case numberOf(r)%10 == 3:
				w.WriteHeader(http.StatusBadRequest)
			}
		})
		r := burstAt(ctx, strings.Replace(server.URL, "://", "://user:pass@", 1)+"/hook?key=1", func(o *Options) {
			o.Shard, o.Seed = Shard{1, 3}, 42
		})
		for number := range 600 {
			_, came := seen.Load(number)
			Expect(came).To(Equal(number%3 == 1), "%d", number)
		}
		Expect(r.Requests).To(BeEquivalentTo(200))
		Expect(r.Kinds).To(Equal(map[string]Tally{"genuine": {Sent: 200, Succeeded: 180, Refused: 20}}))
		Expect(r.Statuses).To(Equal(map[string]uint64{"200": 180, "400": 20}))
		Expect(r.Objections).To(Equal([]Objection{{"wants 200, not 400 ", 20}}))
		Expect(r.Success).To(BeNumerically("~", 0.9, 1e-9))
		Expect(r.Latency.TotalCount()).To(BeEquivalentTo(200))
		Expect(r.Service.TotalCount()).To(BeEquivalentTo(200))
		Expect(r.Target).To(Equal(server.URL + "/hook"))
		Expect(r.Events).To(Equal([]string{"slip"}))
		Expect(r.Shards).To(Equal([]Shard{{1, 3}}))
		Expect(r.Started).To(BeTemporally("~", time.Now(), time.Minute))
		Expect(r.Throughput).To(BeNumerically("~", 200/r.Seconds, 1e-6))
		Expect(r).To(SatisfyAll(HaveField("Errors", BeNil()), HaveField("Seed", BeEquivalentTo(42)), HaveField("Connections", 4)))
	})

	It("keeps its pace with the system's clock", func(ctx SpecContext) {
		server := serve(func(http.ResponseWriter, *http.Request) {})
		r := burstAt(ctx, server.URL, func(o *Options) { o.Rate, o.For, o.MaxRequests = 1000, 200*time.Millisecond, 0 })
		Expect(r.Requests + r.Unsent).To(BeEquivalentTo(200))
		Expect(r.Seconds).To(BeNumerically(">=", 0.2))
		Expect(r.Late.TotalCount()).To(BeEquivalentTo(r.Requests))
		Expect(r.Rate).To(BeEquivalentTo(1000))
	})

	It("tells wrongly accepted signatures and refused duplicates", func(ctx SpecContext) {
		var known sync.Map
		server := serve(func(w http.ResponseWriter, r *http.Request) {
			if _, again := known.LoadOrStore(numberOf(r), true); again {
				w.WriteHeader(http.StatusConflict)
			}
			if r.Header.Get("Kind") == "stale" {
				w.WriteHeader(http.StatusUnauthorized)
			}
		})
		r := burstAt(ctx, server.URL, func(o *Options) {
			o.MaxRequests, o.Shares = 2000, Shares{Duplicates: 0.2, Stale: 0.1, BadSignature: 0.1}
		})
		Expect(r.Requests).To(BeEquivalentTo(2000))
		Expect(r.Success).To(BeEquivalentTo(1))
		Expect(r.Kinds["duplicate"]).To(SatisfyAll(HaveField("Sent", BeNumerically("~", 400, 100)), HaveField("Succeeded", BeZero())))
		Expect(r.Kinds["duplicate"].Refused).To(Equal(r.Kinds["duplicate"].Sent))
		Expect(r.Kinds["stale"].Refused).To(SatisfyAll(Equal(r.Kinds["stale"].Sent), BeNumerically("~", 200, 70)))
		Expect(r.Kinds["bad-signature"].Succeeded).To(SatisfyAll(Equal(r.Kinds["bad-signature"].Sent), BeNumerically("~", 200, 70)))
	})

	It("repeats only what the target has taken", func(ctx SpecContext) {
		server := serve(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
		r := burstAt(ctx, server.URL, func(o *Options) { o.Shares.Duplicates = 1 })
		Expect(r.Kinds).To(Equal(map[string]Tally{"genuine": {Sent: 200, Refused: 200}}))
		Expect(r.Success).To(BeZero())
	})

	It("keeps few of the complaints of a target that always says another thing", func(ctx SpecContext) {
		server := serve(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			if numberOf(r) > 500 {
				fmt.Fprintf(w, "%d%s\xff", numberOf(r), strings.Repeat("x", 10_000))
			}
		})
		r := burstAt(ctx, server.URL, func(o *Options) { o.MaxRequests = 2000 })
		Expect(r.Objections).To(HaveLen(10))
		Expect(r.Objections[:2]).To(ConsistOf(HaveField("Text", otherTexts), HaveField("Count", BeNumerically(">", 400))))
		for _, o := range r.Objections {
			Expect(len(o.Text)).To(BeNumerically("<=", maxText+len("…")))
		}
	})

	It("reads long answers, and says where it did not read to the end", func(ctx SpecContext) {
		server := serve(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, strings.Repeat("x", maxBody+numberOf(r)%2))
		})
		r := burstAt(ctx, server.URL, func(o *Options) { o.MaxRequests = 20 })
		Expect(r.Objections).To(ConsistOf(
			SatisfyAll(HaveField("Count", BeEquivalentTo(10)), HaveField("Text", HaveSuffix("x…"))),
			SatisfyAll(HaveField("Count", BeEquivalentTo(10)), HaveField("Text", HaveSuffix("x…"+tooLong)))))
	})

	It("goes by the dialer that it is given", func(ctx SpecContext) {
		server := serve(func(http.ResponseWriter, *http.Request) {})
		var asked atomic.Value
		r := burstAt(ctx, "http://receiver.example/hook", func(o *Options) {
			o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				asked.Store(address)
				return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
			}
		})
		Expect(r.Kinds).To(Equal(allTaken(200)))
		Expect(asked.Load()).To(Equal("receiver.example:80"))
	})

	It("speaks TLS", func(ctx SpecContext) {
		server := serve(func(http.ResponseWriter, *http.Request) {}, func(s *httptest.Server) { s.TLS = &tls.Config{} })
		r := burstAt(ctx, server.URL, func(o *Options) { o.TLS = server.Client().Transport.(*http.Transport).TLSClientConfig })
		Expect(r.Kinds).To(Equal(allTaken(200)))
	})

	It("sends signed events of a real source", func(ctx SpecContext) {
		server := serve(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Content-Type") != "application/json" {
				w.WriteHeader(http.StatusUnsupportedMediaType)
			}
		})
		provider := superai.Provider()
		account, err := provider.Account(map[string]string{superai.PartnerCode: "P-1"}, nil)
		Expect(err).NotTo(HaveOccurred())
		r, err := Run(ctx, options(server.URL, func(o *Options) { o.Provider, o.Account, o.Events = provider, account, nil }))
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Kinds).To(Equal(allTaken(200)))
		Expect(r.Events).To(ContainElement("update_status"))
	})

	It("wants an end", func(ctx SpecContext) {
		_, err := send(ctx, options("http://127.0.0.1:1", func(o *Options) { o.For, o.MaxRequests = 0, 0 }), newAlarm)
		Expect(err).To(MatchError(ContainSubstring("wants an end")))
		_, err = send(ctx, options("http://127.0.0.1:1", func(o *Options) { o.Rate = -1 }), newAlarm)
		Expect(err).To(MatchError(ContainSubstring("below 0")))
	})
})

var _ = Describe("a correct target", func() {
	DescribeTable("is not blamed for", func(ctx SpecContext, address func() string) {
		r := burstAt(ctx, address())
		Expect(r.Kinds).To(Equal(allTaken(200)))
		Expect(r.Errors).To(BeEmpty())
	},
		Entry("closing each connection with notice", func() string {
			return serve(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") }).URL
		}),
		Entry("answering without a length", func() string { return speak("HTTP/1.1 200 OK\r\n\r\nDone", 1) }),
		Entry("answering in HTTP/1.0", func() string { return speak("HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nDone", 1) }),
		Entry("answering in chunks", func() string {
			return serve(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, "one")
				_ = http.NewResponseController(w).Flush()
				_, _ = io.WriteString(w, "two")
			}).URL
		}),
		Entry("saying more than it should", func() string { return speak("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nDone, and well", 1) }),
	)

	It("is told each event once, even where a connection has been closed", func(ctx SpecContext) {
		var came atomic.Int64
		server := serve(func(w http.ResponseWriter, r *http.Request) {
			if came.Add(1); numberOf(r)%5 == 0 {
				w.Header().Set("Connection", "close")
			}
		})
		burstAt(ctx, server.URL)
		Expect(came.Load()).To(BeEquivalentTo(200))
	})
})

var _ = Describe("a target at fault", func() {
	It("that is not there is named", func(ctx SpecContext) {
		server := serve(func(http.ResponseWriter, *http.Request) {})
		server.Close()
		_, err := send(ctx, options(strings.Replace(server.URL, "://", "://user:g1eo@", 1)+"/hook?key=g1eo"), newAlarm)
		Expect(err).To(MatchError(SatisfyAll(
			HavePrefix(server.URL+"/hook cannot be reached"), ContainSubstring("connection refused"), Not(ContainSubstring("g1eo")))))
	})

	It("that dies half way leaves a result which tells it", func(ctx SpecContext) {
		var came atomic.Int64
		server := serve(nil, func(server *httptest.Server) {
			server.Config.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				if came.Add(1) == 100 {
					go func() {
						server.Listener.Close()
						server.CloseClientConnections()
					}()
				}
			})
		})
		r := burstAt(ctx, server.URL, func(o *Options) { o.MaxRequests = 300 })
		genuine := r.Kinds["genuine"]
		Expect(genuine.Sent).To(BeEquivalentTo(300))
		Expect(genuine.Failed).To(BeNumerically(">", 0))
		Expect(genuine.Succeeded + genuine.Failed).To(BeEquivalentTo(300))
		Expect(r.Errors).To(HaveKeyWithValue("connection refused", BeNumerically(">", 0)))
		Expect(r.Success).To(BeNumerically("<", 1))
	})

	DescribeTable("of which some answers are none", func(ctx SpecContext, kind, text string) {
		good := speak("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1<<20)
		bad := speak(text, 1)
		var dials atomic.Int64
		r := burstAt(ctx, good, func(o *Options) {
			o.MaxRequests, o.Connections = 20, 2
			o.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
				to := good
				if dials.Add(1) == 2 { // the first is to see whether anybody listens
					to = bad
				}
				return (&net.Dialer{}).DialContext(ctx, network, strings.TrimSuffix(strings.TrimPrefix(to, "http://"), "/hook"))
			}
		})
		Expect(r.Errors).To(Equal(map[string]uint64{kind: 1}))
		Expect(r.Kinds).To(Equal(map[string]Tally{"genuine": {Sent: 20, Succeeded: 19, Failed: 1}}))
	},
		Entry("no HTTP", "malformed answer", "SSH-2.0-OpenSSH_9.2\r\n"),
		Entry("nothing at all", "closed without an answer", ""),
		Entry("half a head", "cut off in the answer", "HTTP/1.1 200 OK\r\nContent-"),
		Entry("half a body", "cut off in the answer", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nDone"),
		Entry("chunks without an end", "cut off in the answer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nDone\r\n"),
	)

	It("whose certificate nobody knows is named", func(ctx SpecContext) {
		server := serve(func(http.ResponseWriter, *http.Request) {}, func(s *httptest.Server) { s.TLS = &tls.Config{} })
		_, err := send(ctx, options(server.URL), newAlarm)
		Expect(err).To(MatchError(SatisfyAll(ContainSubstring("cannot be reached"), ContainSubstring("certificate"), Not(ContainSubstring("running")))))
		Expect(faultOf(err)).To(Equal("TLS"))
		var there Unreachable
		Expect(errors.As(err, &there)).To(BeTrue())
		Expect([]bool{there.Untrusted(), there.Plain()}).To(Equal([]bool{true, false}))
	})

	It("that speaks no TLS is named", func(ctx SpecContext) {
		server := serve(func(http.ResponseWriter, *http.Request) {})
		_, err := send(ctx, options(strings.Replace(server.URL, "http:", "https:", 1)), newAlarm)
		Expect(err).To(MatchError(SatisfyAll(ContainSubstring("does not speak TLS"), ContainSubstring("http://"))))
		var there Unreachable
		Expect(errors.As(err, &there)).To(BeTrue())
		Expect([]bool{there.Untrusted(), there.Plain()}).To(Equal([]bool{false, true}))
	})
})
