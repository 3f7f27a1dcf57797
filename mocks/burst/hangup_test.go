package burst

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

const taken = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

// guest is one connection as a target has it.
type guest struct {
	net.Conn               // with TLS, where there is
	tcp      *net.TCPConn  // without
	number   int           // the first is 1; who only looks whether anybody listens is none
	parted   chan struct{} // closed when the target is through with it
}

// hear reads a request, which comes in one piece, and tells whether there was one.
func (g *guest) hear() bool {
	n, _ := g.Read(make([]byte, 4<<10))
	return n > 0
}

func (g *guest) answer() { _, _ = io.WriteString(g, taken) }

// reset ends the connection without order.
func (g *guest) reset() {
	_ = g.tcp.SetLinger(0)
	_ = g.tcp.Close()
}

// host is a target that does with each connection what it is told to.
type host struct {
	address string
	tls     *tls.Config // of the target's clients
	guests  chan *guest // in the order in which they came
}

func hosting(secure bool, talk func(*guest)) *host {
	GinkgoHelper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	h := &host{address: "http://" + listener.Addr().String(), guests: make(chan *guest, 1000)}
	var config *tls.Config
	if secure {
		server := httptest.NewTLSServer(nil) // for its certificate
		server.Close()
		config, h.tls = server.TLS, server.Client().Transport.(*http.Transport).TLSClientConfig
		h.address = strings.Replace(h.address, "http", "https", 1)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for number := 1; ; number++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			g := &guest{conn, conn.(*net.TCPConn), number, make(chan struct{})}
			if secure {
				g.Conn = tls.Server(conn, config)
			}
			h.guests <- g
			open.Go(func() {
				defer close(g.parted)
				defer g.Close()
				talk(g)
			})
		}
	})
	DeferCleanup(func() {
		Expect(listener.Close()).To(Succeed())
		open.Wait()
	})
	return h
}

// lined is a connection of a burst at a host, all of whose turns are the test's to give.
func lined(h *host, changes ...func(*Options)) *connection {
	GinkgoHelper()
	changes = append([]func(*Options){func(o *Options) { o.TLS = h.tls }}, changes...)
	e, err := newEngine(options(h.address, changes...), slips{}, newAlarm)
	Expect(err).NotTo(HaveOccurred())
	e.clock = clock{time.Now()}
	c := &connection{engine: e, tally: e.tallies[0], judge: judge{objection: fair.Objection}}
	DeferCleanup(c.hangUp)
	return c
}

// crossing is a connection on which something happens between the look whether it is
// still open and the request.
type crossing struct {
	*net.TCPConn
	writes int
	before func()
}

func (c *crossing) Write(b []byte) (int, error) {
	if c.writes++; c.before != nil && c.writes == 2 {
		c.before()
	}
	return c.TCPConn.Write(b)
}

var _ = Describe("a connection that the target ends", func() {
	DescribeTable("between two requests is not used again", func(ctx SpecContext, secure bool, end func(*guest)) {
		h := hosting(secure, func(g *guest) {
			if g.hear() {
				g.answer()
			}
			end(g)
		})
		c := lined(h)
		for number := range uint64(5) {
			o := c.carry(ctx, turn{number: number, due: unpaced})
			Expect(o.fault).NotTo(HaveOccurred())
			Expect(o.status).To(Equal(http.StatusOK))
			Expect([]bool{o.opened, o.resent}).To(Equal([]bool{true, false}))
			Eventually((<-h.guests).parted).Should(BeClosed())
		}
	},
		Entry("in order", false, func(*guest) {}),
		Entry("in order, by TLS", true, func(*guest) {}),
		Entry("by no longer writing", false, func(g *guest) { _ = g.tcp.CloseWrite() }),
		Entry("without order", false, (*guest).reset),
		Entry("with an answer to nothing", false, func(g *guest) { _, _ = io.WriteString(g, "HTTP/1.1 408 Request Timeout\r\n\r\n") }),
	)

	DescribeTable("while a request is on its way", func(ctx SpecContext, secure bool, end func(*guest), resent bool, fault string) {
		if resent && runtime.GOOS != "linux" {
			Skip("only Linux says what the other side's system has taken")
		}
		var read atomic.Int64
		ready, ended := make(chan struct{}), make(chan struct{})
		h := hosting(secure, func(g *guest) {
			for g.hear() {
				g.answer()
				if g.number > 1 {
					continue
				}
				<-ready
				end(g)
				close(ended)
				for g.hear() { // where it can
					read.Add(1)
				}
			}
		})
		dials := 0
		c := lined(h, func(o *Options) {
			o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
				if err != nil {
					return nil, err
				}
				cross := &crossing{TCPConn: conn.(*net.TCPConn)}
				if dials++; dials == 1 {
					if secure { // what is written first is the handshake
						cross.writes = -2
					}
					cross.before = func() { close(ready); <-ended }
				}
				return cross, nil
			}
		})
		first := c.carry(ctx, turn{number: 0, due: unpaced})
		Expect(first.fault).NotTo(HaveOccurred())
		second := c.carry(ctx, turn{number: 1, due: unpaced})
		Expect(second.resent).To(Equal(resent))
		Expect(second.opened).To(Equal(resent))
		if fault == "" {
			Expect(second.fault).NotTo(HaveOccurred())
			Expect(read.Load()).To(BeZero())
			return
		}
		Expect(second.fault).To(HaveOccurred())
		Expect(faultOf(second.fault)).To(Equal(fault))
	},
		Entry("for good: it goes out again", false, func(g *guest) { _ = g.Close() }, true, ""),
		Entry("for good, by TLS: it goes out again", true, func(g *guest) { _ = g.Close() }, true, ""),
		Entry("without order: nothing could be written", false, (*guest).reset, true, ""),
		Entry("by no longer writing: it may have been read", false, func(g *guest) { _ = g.tcp.CloseWrite() }, false, "closed without an answer"),
	)

	DescribeTable("after it has read the request is at fault, and told each event once", func(ctx SpecContext, end func(*guest), fault string) {
		var booked, ended atomic.Int64
		h := hosting(false, func(g *guest) {
			for g.hear() {
				if booked.Add(1)%7 == 0 {
					ended.Add(1)
					end(g)
					return
				}
				g.answer()
			}
		})
		r := burstAt(ctx, h.address, func(o *Options) { o.MaxRequests = 500 })
		Expect(booked.Load()).To(BeEquivalentTo(500))
		Expect(r.Errors).To(Equal(map[string]uint64{fault: uint64(ended.Load())}))
		Expect(r.Resent).To(BeZero())
	},
		Entry("without order", (*guest).reset, "connection reset"),
		Entry("in order", func(*guest) {}, "closed without an answer"),
	)

	It("before the first request is used is at fault", func(ctx SpecContext) {
		h := hosting(false, func(g *guest) {
			if g.number%2 == 1 { // the first is to see whether anybody listens
				return
			}
			for g.hear() {
				g.answer()
			}
		})
		c := lined(h)
		o := c.carry(ctx, turn{due: unpaced})
		Expect(o.fault).To(HaveOccurred())
		Expect(o.resent).To(BeFalse())
	})

	It("without notice, now and then, brings it no event twice", func(ctx SpecContext) {
		var seen sync.Map
		var twice atomic.Int64
		server := serve(func(w http.ResponseWriter, r *http.Request) {
			if _, again := seen.LoadOrStore(numberOf(r), true); again {
				twice.Add(1)
				w.WriteHeader(http.StatusConflict)
			}
		}, func(s *httptest.Server) { s.Config.ConnState = hangUpAfter(10) })
		r := burstAt(ctx, server.URL, func(o *Options) { o.MaxRequests = 2000 })
		Expect(twice.Load()).To(BeZero())
		Expect(r.Opened).To(BeNumerically(">=", 2000/11))
		genuine := r.Kinds["genuine"]
		Expect(genuine.Succeeded + genuine.Failed).To(BeEquivalentTo(2000))
		Expect(r.Opened).To(BeEquivalentTo(r.Connect.TotalCount()))
	})
})

// hangUpAfter has a server close connections after so many answers, without notice.
func hangUpAfter(answers int) func(net.Conn, http.ConnState) {
	var answered sync.Map
	return func(conn net.Conn, state http.ConnState) {
		if state != http.StateIdle {
			return
		}
		count, _ := answered.LoadOrStore(conn, new(atomic.Int64))
		if count.(*atomic.Int64).Add(1) == int64(answers) {
			_ = conn.Close()
		}
	}
}
