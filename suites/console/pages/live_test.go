package pages_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/desk"
)

// listen opens the stream and passes on the topics that it tells news of.
func (o *office) listen(query string) <-chan string {
	o.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	o.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, o.server.URL+"/live?"+query, http.NoBody)
	if err != nil {
		o.Fatal(err)
	}
	answer, err := o.client.Do(request)
	if err != nil {
		o.Fatal(err)
	}
	if got := answer.Header.Get("Content-Type"); got != "text/event-stream" {
		o.Fatalf("the stream is %q", got)
	}
	topics, lines := make(chan string, 100), bufio.NewScanner(answer.Body)
	lines.Scan() // the head of the stream: it is followed from here on
	go func() {
		defer close(topics)
		defer answer.Body.Close()
		for lines.Scan() {
			if topic, is := strings.CutPrefix(lines.Text(), "data: "); is {
				topics <- topic
			}
		}
	}()
	return topics
}

func TestTheStreamTellsOfEvents(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	o := open(t)
	app := o.app("superai", "http://127.0.0.1:1/")
	topics := o.listen("topics=events")
	g.Eventually(func() int { o.trigger(app, desk.Draft{Event: "update_status"}); return len(topics) }, "5s").ShouldNot(BeZero())
	g.Expect(<-topics).To(Equal("events"))
	if err := o.memory.Close(); err != nil {
		t.Fatal(err)
	}
	g.Eventually(topics, "5s").Should(BeClosed())
}

// However much happens, the stream tells of it a few times a second.
func TestTheStreamGathersNews(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	o := open(t)
	app := o.app("superai", "http://127.0.0.1:1/")
	topics := o.listen("topics=events")
	g.Eventually(func() int { o.trigger(app, desk.Draft{Event: "update_status"}); return len(topics) }, "5s").ShouldNot(BeZero())
	for range 20 {
		o.trigger(app, desk.Draft{Event: "update_status", Count: 50})
	}
	last := o.trigger(app, desk.Draft{Event: "update_status"})[0]
	told := len(topics)
	g.Eventually(topics, "5s").Should(Receive(Equal("events")), "nothing was told after event %d", last)
	g.Expect(told).To(BeNumerically("<", 20))
}

func TestTheStreamTellsOfWhatHasNoNewsOfItsOwn(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	o := open(t)
	app := o.app("superai", "http://127.0.0.1:1/")
	topics := o.listen("topics=calls+runs+checks+nonsense")
	o.postback("DH-1")
	g.Eventually(topics, "5s").Should(Receive(Equal("calls")))
	if _, err := o.desk.Scenarios.Start(t.Context(), "superai-partial-delivery", app.ID, 1e6); err != nil {
		t.Fatal(err)
	}
	g.Eventually(topics, "5s").Should(Receive(Equal("runs")))
	if _, err := o.desk.StartCheck(t.Context(), app.ID); err != nil {
		t.Fatal(err)
	}
	g.Eventually(topics, "5s").Should(Receive(Equal("checks")))
}

func TestTheStreamOfOneEvent(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	o := open(t)
	app := o.app("superai", "http://127.0.0.1:1/")
	o.trigger(app, desk.Draft{Event: "update_status", Count: 2})
	topics := o.listen("topics=events&event=2")
	g.Eventually(func() int {
		o.finish(2, outbox.Failed, outbox.Attempt{Outcome: "refused"})
		return len(topics)
	}, "5s").ShouldNot(BeZero())
}

// A page may have seen the app in between.
func TestTheStreamTellsOfAnAppThatIsAsItWas(t *testing.T) {
	t.Parallel()
	o := open(t)
	app := o.app("superai", "http://127.0.0.1:1/")
	topics := o.listen("topics=apps")
	for _, paused := range []bool{true, false} {
		app.Paused = paused
		if _, err := o.desk.UpdateApp(t.Context(), app); err != nil {
			t.Fatal(err)
		}
	}
	NewWithT(t).Eventually(topics, "5s").Should(Receive(Equal("apps")))
}
