package target_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/target"
)

var _ = Describe("how a request travels", func() {
	// over sends one request and gives what arrived, byte for byte.
	over := func(ctx SpecContext, manner target.Manner, change ...func(*target.Config)) string {
		GinkgoHelper()
		raw := make(chan string, 1)
		address := talking(func(conn net.Conn) {
			var got bytes.Buffer
			_, _, _ = request(tee{conn, &got})
			raw <- got.String()
			say(conn, ok)
		})
		answer := at(address+"?shop=1", change...).Send(ctx, post(), manner)
		Expect(answer.Failure).To(BeNil())
		Expect(answer.Status).To(Equal(200))
		Expect(string(answer.Body)).To(Equal("ok"))
		Expect(answer.Took).To(BeNumerically(">", 0))
		Expect(answer.Acknowledged()).To(BeTrue())
		return <-raw
	}

	It("sends path, query, headers and body as given", func(ctx SpecContext) {
		raw := over(ctx, target.Manner{})
		Expect(raw).To(HavePrefix("POST /hook?shop=1 HTTP/1.1\r\nHost: 127.0.0.1:"))
		Expect(raw).To(ContainSubstring(fmt.Sprintf("\r\nContent-Length: %d\r\n", len(body))))
		Expect(raw).To(HaveSuffix("\r\n\r\n" + body))
	})

	It("keeps the spelling of header names", func(ctx SpecContext) {
		Expect(over(ctx, target.Manner{})).To(ContainSubstring("\r\nX-mevent-signature: mac=abc\r\n"))
	})

	It("lets the user's headers stand over the provider's", func(ctx SpecContext) {
		raw := over(ctx, target.Manner{}, func(c *target.Config) {
			c.Header = http.Header{"Content-Type": {"text/plain"}, "Authorization": {"Bearer x"}}
		})
		Expect(raw).To(And(ContainSubstring("Authorization: Bearer x\r\n"), ContainSubstring("Content-Type: text/plain\r\n")))
		Expect(raw).NotTo(ContainSubstring("application/json"))
	})

	It("sends chunks and no length", func(ctx SpecContext) {
		raw := over(ctx, target.Manner{Chunked: true})
		Expect(raw).To(ContainSubstring("\r\nTransfer-Encoding: chunked\r\n"))
		Expect(raw).NotTo(ContainSubstring("Content-Length"))
		Expect(raw).To(HaveSuffix(fmt.Sprintf("\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)))
	})

	It("gives the body away in pieces", func(ctx SpecContext) {
		pieces := make(chan int, 1)
		server := answering(func(_ http.ResponseWriter, r *http.Request) {
			n, buffer := 0, make([]byte, 1<<10)
			for {
				got, err := r.Body.Read(buffer)
				if got > 0 {
					n++
				}
				if err != nil {
					break
				}
			}
			pieces <- n
		})
		answer := at(server.URL).Send(ctx, post(), target.Manner{Pause: 10 * time.Millisecond})
		Expect(answer.Status).To(Equal(200))
		Expect(answer.Took).To(BeNumerically(">=", 30*time.Millisecond))
		Expect(<-pieces).To(BeNumerically(">=", 3))
	})

	It("does not go on trickling when the time is up", func(ctx SpecContext) {
		server := answering(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.ReadAll(r.Body) })
		answer := at(server.URL, within(50*time.Millisecond)).Send(ctx, post(), target.Manner{Pause: time.Minute})
		Expect(answer.Failure).To(HaveField("Kind", target.Timeout))
		Expect(answer.Took).To(BeNumerically("<", 2*time.Second))
	})

	It("waits for leave to send the body", func(ctx SpecContext) {
		got := make(chan string, 1)
		address := talking(func(conn net.Conn) {
			head := make([]byte, 1<<10)
			n, _ := conn.Read(head)
			say(conn, "HTTP/1.1 100 Continue\r\n\r\n")
			rest := make([]byte, len(body))
			_, _ = io.ReadFull(conn, rest)
			got <- string(head[:n]) + "|" + string(rest)
			say(conn, ok)
		})
		answer := at(address).Send(ctx, post(), target.Manner{ExpectContinue: true})
		Expect(answer.Status).To(Equal(200))
		raw := <-got
		Expect(raw).To(ContainSubstring("\r\nExpect: 100-continue\r\n"))
		Expect(raw).To(HaveSuffix("\r\n\r\n|" + body))
	})

	It("hears a refusal before the body", func(ctx SpecContext) {
		address := talking(func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 1<<10))
			say(conn, "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n")
		})
		Expect(at(address).Send(ctx, post(), target.Manner{ExpectContinue: true}).Status).To(Equal(417))
	})

	It("does not follow redirects", func(ctx SpecContext) {
		visits := make(chan string, 9)
		server := answering(func(w http.ResponseWriter, r *http.Request) {
			visits <- r.URL.Path
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		})
		answer := at(server.URL+"/hook").Send(ctx, post(), target.Manner{})
		Expect(answer.Status).To(Equal(307))
		Expect(answer.Header.Get("Location")).To(Equal("/elsewhere"))
		Expect(visits).To(HaveLen(1))
	})

	It("gives each delivery a connection of its own", func(ctx SpecContext) {
		callers := make(chan string, 2)
		server := answering(func(_ http.ResponseWriter, r *http.Request) { callers <- r.RemoteAddr })
		receiver := at(server.URL)
		receiver.Send(ctx, post(), target.Manner{})
		receiver.Send(ctx, post(), target.Manner{})
		Expect(<-callers).NotTo(Equal(<-callers))
	})

	It("sends the address's credentials and the user's Host in every manner", func(ctx SpecContext) {
		type caller struct{ user, password, host string }
		callers := make(chan caller, 9)
		server := answering(func(_ http.ResponseWriter, r *http.Request) {
			user, password, _ := r.BasicAuth()
			callers <- caller{user, password, r.Host}
			_, _ = io.ReadAll(r.Body)
		})
		receiver := at(strings.Replace(server.URL, "://", "://shop:m%3At@", 1), func(c *target.Config) {
			c.Header = http.Header{"Host": {"hook.example.vn"}}
		})
		receiver.Send(ctx, post(), target.Manner{})
		receiver.Send(ctx, post(), target.Manner{CutAfter: 3})
		receiver.Send(ctx, post(), target.Manner{LoseAnswer: true})
		session := receiver.Session()
		defer session.Close()
		session.Send(ctx, post(), target.Manner{})
		for range 4 {
			Eventually(callers).Should(Receive(Equal(caller{"shop", "m:t", "hook.example.vn"})))
		}
	})

	Describe("cut off half way", func() {
		It("promises the whole body, sends a part, closes its side and reads the answer", func(ctx SpecContext) {
			got := make(chan string, 1)
			address := talking(func(conn net.Conn) {
				raw, _ := io.ReadAll(conn) // ends, because the sending side was closed
				got <- string(raw)
				say(conn, "HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nshort")
			})
			answer := at(address).Send(ctx, post(), target.Manner{CutAfter: 20})
			Expect(answer.Status).To(Equal(400))
			Expect(string(answer.Body)).To(Equal("short"))
			raw := <-got
			Expect(raw).To(ContainSubstring(fmt.Sprintf("\r\nContent-Length: %d\r\n", len(body))))
			Expect(raw).To(ContainSubstring("\r\nX-mevent-signature: mac=abc\r\n"))
			Expect(raw).To(HaveSuffix("\r\n\r\n" + body[:20]))
		})

		It("takes a server that says nothing for one that closed", func(ctx SpecContext) {
			address := talking(func(conn net.Conn) { _, _ = io.ReadAll(conn) })
			answer := at(address).Send(ctx, post(), target.Manner{CutAfter: 20})
			Expect(answer.Failure).To(HaveField("Kind", target.Closed))
			Expect(answer.String()).To(Equal("the connection was closed without an answer"))
		})

		It("does not wait longer for an answer than any request may", func(ctx SpecContext) {
			address := talkingUntil(func(conn net.Conn, over <-chan struct{}) {
				_, _ = io.ReadAll(conn)
				<-over
			})
			answer := at(address, within(50*time.Millisecond)).Send(ctx, post(), target.Manner{CutAfter: 20})
			Expect(answer.Failure).To(HaveField("Kind", target.Timeout))
			Expect(answer.Took).To(BeNumerically("<", time.Second))
		})
	})

	It("throws the answer away with a reset", func(ctx SpecContext) {
		ending := make(chan error, 1)
		address := talking(func(conn net.Conn) {
			if _, _, err := request(conn); err != nil {
				ending <- err
				return
			}
			say(conn, ok)
			_, err := io.ReadAll(conn)
			ending <- err
		})
		answer := at(address).Send(ctx, post(), target.Manner{LoseAnswer: true})
		Expect(answer.Failure).To(HaveField("Kind", target.Lost))
		Expect(answer.Acknowledged()).To(BeFalse())
		var err error
		Eventually(ending).Should(Receive(&err))
		Expect(err).To(MatchError(ContainSubstring("reset by peer")))
	})
})

// tee is a connection whose incoming bytes are kept.
type tee struct {
	net.Conn
	kept *bytes.Buffer
}

func (t tee) Read(into []byte) (int, error) {
	n, err := t.Conn.Read(into)
	t.kept.Write(into[:n])
	return n, err
}
