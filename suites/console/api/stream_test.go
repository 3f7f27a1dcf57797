package api_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/api"
	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/console/wire"
)

// listener reads a stream, event by event.
type listener struct {
	lines *bufio.Scanner
	close func()
}

// message is one server-sent event; a comment alone has nothing but Comment.
type message struct{ ID, Event, Data, Comment string }

// listen opens the stream of a served API.
func listen(server *httptest.Server, query, last string) *listener {
	GinkgoHelper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/api/v1/stream"+query, nil)
	Expect(err).NotTo(HaveOccurred())
	r.Header.Set("Last-Event-ID", last)
	response, err := server.Client().Do(r)
	Expect(err).NotTo(HaveOccurred())
	Expect(response.StatusCode).To(Equal(http.StatusOK))
	Expect(response.Header.Get("Content-Type")).To(Equal("text/event-stream"))
	l := &listener{bufio.NewScanner(response.Body), func() { cancel(); _ = response.Body.Close() }}
	DeferCleanup(l.close)
	return l
}

// next is the next message; false at the stream's end.
func (l *listener) next() (m message, more bool) {
	for l.lines.Scan() {
		name, value, _ := strings.Cut(l.lines.Text(), ": ")
		switch name {
		case "id":
			m.ID = value
		case "event":
			m.Event = value
		case "data":
			m.Data = value
		case "":
			if value != "" {
				m.Comment = value
				continue
			}
			return m, true
		}
	}
	return m, false
}

func (l *listener) hear() message {
	GinkgoHelper()
	m, more := l.next()
	Expect(more).To(BeTrue(), "the stream has ended")
	return m
}

var _ = Describe("the stream", func() {
	serve := func(changes ...func(*desk.Desk, *api.Options)) (*stage, *httptest.Server) {
		s := play(GinkgoTB(), changes...)
		server := httptest.NewServer(s.handler)
		DeferCleanup(server.Close)
		return s, server
	}

	It("tells how runs and verifications get on", func() {
		s, server := serve()
		app := s.superai()
		stream, other := listen(server, "?app="+app, ""), listen(server, "?app="+s.superai(), "")
		Expect(stream.hear().Event).To(Equal("ready"))
		Expect(other.hear().Event).To(Equal("ready"))
		run := decoded[wire.Run](s.post("/scenarios/superai-slow/runs", `{"app":"`+app+`"}`))
		heard := stream.hear()
		for heard.Event == "change" || strings.Contains(heard.Data, `"step":0`) {
			heard = stream.hear()
		}
		Expect(heard).To(And(HaveField("Event", "run"), HaveField("Data", ContainSubstring(`"step":1`)), HaveField("Data", ContainSubstring(run.ID))))
		Expect(s.desk.Scenarios.Stop(run.ID)).To(Succeed())

		check := decoded[wire.Check](s.post("/apps/"+app+"/checks", ""))
		for heard.Event != "check" {
			heard = stream.hear()
		}
		Expect(heard.Data).To(And(ContainSubstring(check.ID), ContainSubstring(`"done":0`)))
		for !strings.Contains(heard.Data, `"finished":true`) {
			heard = stream.hear()
			Expect(heard.Data).NotTo(ContainSubstring(`"report"`))
		}
		s.failed("app_2")
		Expect(other.hear().Event).To(Equal("change"), "of another app's runs nothing is told")
	})

	It("begins with ready and tells every change", func() {
		s, server := serve()
		app := s.superai()
		stream := listen(server, "", "")
		Expect(stream.hear()).To(And(HaveField("Event", "ready"), HaveField("Data", "{}")))
		id := s.failed(app)
		Expect(stream.hear()).To(And(HaveField("Event", "change"), HaveField("Data", MatchJSON(`{"id":1,"app":"`+app+`","state":"due","times":0}`))))
		Expect(stream.hear().Data).To(MatchJSON(`{"id":1,"app":"` + app + `","state":"failed","times":1}`))
		Expect(id).To(BeEquivalentTo(1))
	})

	It("tells of one app alone", func() {
		s, server := serve()
		mine, other := s.superai(), s.superai()
		stream := listen(server, "?app="+mine, "")
		stream.hear()
		s.failed(other)
		s.failed(mine)
		Expect(stream.hear().Data).To(ContainSubstring(mine))
	})

	It("tells who comes back what there was meanwhile", func() {
		s, server := serve()
		app := s.superai()
		first := listen(server, "", "")
		first.hear()
		s.failed(app)
		last := first.hear()
		first.hear()
		first.close()
		s.failed(app)

		second := listen(server, "", last.ID)
		Expect(second.hear().Event).To(Equal("ready"))
		for _, want := range []string{`"state":"failed"`, `"id":2`, `"id":2`} {
			Expect(second.hear()).To(And(HaveField("Event", "change"), HaveField("Data", ContainSubstring(want))))
		}
	})

	DescribeTable("tells who was away too long, or was elsewhere, to read again",
		func(last string) {
			_, server := serve()
			stream := listen(server, "", last)
			Expect(stream.hear().Event).To(Equal("ready"))
			Expect(stream.hear()).To(And(HaveField("Event", "reload"), HaveField("Data", MatchJSON(`{"reason":"some changes were missed"}`))))
		},
		Entry("another khop", "ABCDEFGH-1"), Entry("nonsense", "x"), Entry("more nonsense", "-"),
	)

	It("says that it is still there", func() {
		_, server := serve(func(_ *desk.Desk, o *api.Options) { o.Heartbeat = time.Millisecond })
		stream := listen(server, "", "")
		stream.hear()
		Expect(stream.hear()).To(Equal(message{Comment: "still here"}))
	})

	It("tells a reader that something was missed before it came here", func() {
		missed := make(chan outbox.Change, 1)
		_, server := serve(func(d *desk.Desk, _ *api.Options) { d.Backend = watching{d.Backend, missed} })
		stream := listen(server, "", "")
		stream.hear()
		missed <- outbox.Change{}
		Expect(stream.hear().Event).To(Equal("reload"))
	})

	It("tells a slow reader to read again", func() {
		news := make(chan outbox.Change)
		s, _ := serve(func(d *desk.Desk, _ *api.Options) { d.Backend = watching{d.Backend, news} })
		slow := &blocked{ResponseRecorder: httptest.NewRecorder(), begun: make(chan struct{}), release: make(chan struct{})}
		ctx, cancel := context.WithCancel(context.Background())
		over := make(chan struct{})
		go func() {
			defer close(over)
			s.handler.ServeHTTP(slow, httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/stream", nil))
		}()
		<-slow.begun
		for i := range 3000 {
			news <- outbox.Change{ID: int64(i + 1), App: "app_1"}
		}
		close(slow.release)
		Eventually(slow.said).Should(ContainSubstring("event: reload"))
		Expect(slow.said()).NotTo(ContainSubstring(`"id":1,`), "what was queued is stale")
		news <- outbox.Change{ID: 4000, App: "app_1"}
		Eventually(slow.said).Should(ContainSubstring(`"id":4000`))
		cancel()
		<-over
	})

	It("ends with khop", func() {
		s, server := serve()
		stream := listen(server, "", "")
		stream.hear()
		s.end()
		_, more := stream.next()
		Expect(more).To(BeFalse())
		late := listen(server, "", "")
		Expect(late.hear().Event).To(Equal("ready"))
		_, more = late.next()
		Expect(more).To(BeFalse())
	})

	It("is refused for an app that is not there, and for other parameters", func() {
		s, _ := serve()
		Expect(s.get("/stream?app=app_9").Code).To(Equal(http.StatusNotFound))
		Expect(s.get("/stream?ap=app_9").Code).To(Equal(http.StatusBadRequest))
		s.end()
		Eventually(func() int { return s.get("/stream").Code }).Should(Equal(http.StatusOK))
	})
})

// watching is a backend whose news a spec makes.
type watching struct {
	outbox.Backend
	news chan outbox.Change
}

func (w watching) Watch(ctx context.Context) <-chan outbox.Change {
	out := make(chan outbox.Change)
	go func() {
		defer close(out)
		for {
			select {
			case <-ctx.Done():
				return
			case change := <-w.news:
				out <- change
			}
		}
	}()
	return out
}
