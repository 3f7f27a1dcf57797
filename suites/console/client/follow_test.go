package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/console/client"
	"github.com/khop-dev/khop/suites/console/wire"
)

var errEnough = errors.New("enough")

// script answers each connection to the stream with the next text, and notes what the
// client says that it has read.
func script(t *testing.T, texts ...string) (server *httptest.Server, lasts *[]string) {
	t.Helper()
	lasts = new([]string)
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*lasts = append(*lasts, r.Header.Get("Last-Event-ID"))
		if len(texts) == 0 {
			w.Header().Set("Content-Type", wire.ProblemType)
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"title":"Not Found","status":404,"detail":"there is no app"}`)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, texts[0])
		texts = texts[1:]
	}))
	t.Cleanup(server.Close)
	return server, lasts
}

// heard follows a stream and collects the news until it ends, or until enough.
func heard(t *testing.T, server string, enough int) (all []client.News, err error) {
	t.Helper()
	err = to(t, server, "").Follow(t.Context(), "app_1", func(news client.News) error {
		if all = append(all, news); len(all) == enough {
			return errEnough
		}
		return nil
	})
	return all, err
}

func TestFollowTellsWhatHappens(t *testing.T) {
	RegisterTestingT(t)
	khop, target := serve(t, http.StatusOK)
	c := to(t, khop.URL, "")
	app := superai(t, c, "shop", target)
	var states []string
	err := c.Follow(t.Context(), app.ID, func(news client.News) error {
		switch news.Kind {
		case client.Connected:
			_, err := c.Trigger(t.Context(), app.ID, wire.Draft{Event: "update_status"})
			return err
		case client.Changed:
			if states = append(states, string(news.Change.State)); news.Change.State != "due" {
				return errEnough
			}
		}
		return nil
	})
	Expect(err).To(MatchError(errEnough))
	Expect(states).To(HaveExactElements("due", "delivered"))
}

func TestFollowComesBackToWhereItWas(t *testing.T) {
	RegisterTestingT(t)
	server, lasts := script(t,
		"retry: 1\nid: a-1\nevent: ready\ndata: {}\n\n: still here\n\nid: a-2\nevent: change\ndata: {\"id\":7,\ndata: \"state\":\"due\"}\n\n",
		"event: ready\ndata: {}\n\nid: a-3\nevent: reload\ndata: {}\n\nevent: later\ndata: x\n\n",
	)
	news, err := heard(t, server.URL, 0)
	Expect(err).To(MatchError("there is no app"))
	Expect(news).To(HaveExactElements(
		HaveField("Kind", client.Connected), And(HaveField("Kind", client.Changed), HaveField("Change.ID", int64(7))),
		And(HaveField("Kind", client.Interrupted), HaveField("Reason", MatchError("the stream has ended"))),
		HaveField("Kind", client.Connected), HaveField("Kind", client.Missed), HaveField("Kind", client.Interrupted),
	))
	Expect(*lasts).To(Equal([]string{"", "a-2", "a-3"}))
}

func TestFollowEndsWhenItIsTold(t *testing.T) {
	RegisterTestingT(t)
	server, _ := script(t, "event: ready\n\n")
	_, err := heard(t, server.URL, 1)
	Expect(err).To(MatchError(errEnough))

	server, _ = script(t, "event: ready\n\n")
	_, err = heard(t, server.URL, 2) // at the interruption
	Expect(err).To(MatchError(errEnough))

	server, _ = script(t, "retry: 60000\nevent: ready\n\n")
	ctx, cancel := context.WithCancel(t.Context())
	err = to(t, server.URL, "").Follow(ctx, "", func(news client.News) error {
		if news.Kind == client.Interrupted {
			cancel() // while it waits
		}
		return nil
	})
	Expect(err).To(MatchError(context.Canceled))
}

func TestAStreamThatIsNoneIsTold(t *testing.T) {
	RegisterTestingT(t)
	server, _ := script(t, "retry: 1\nevent: change\ndata: nonsense\n\n")
	news, err := heard(t, server.URL, 0)
	Expect(err).To(MatchError("there is no app"))
	Expect(news).To(HaveExactElements(HaveField("Reason", MatchError(ContainSubstring("a change that is none")))))
}
