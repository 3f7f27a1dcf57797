package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// FuzzStream reads anything as a stream: it ends, and what it tells was in it.
func FuzzStream(f *testing.F) {
	f.Add("id: a-1\nevent: change\ndata: {}\ndata: {}\nretry: 20\n\n: comment\n\n")
	f.Add("data\n\n\n\nid:\nretry: -1\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		err := readStream(strings.NewReader(text), func() {}, func(e event) error {
			if !strings.Contains(text, e.id) || !strings.Contains(text, e.name) || e.retry < 0 {
				t.Errorf("%+v is not in %q", e, text)
			}
			return nil
		})
		if err == nil {
			t.Error("it never ends")
		}
	})
}

// mute is a khop that accepts a connection and never says anything.
type mute struct{ ctx context.Context }

func (mute) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(mute{r.Context()}), Request: r}, nil
}

func (m mute) Read([]byte) (int, error) {
	<-m.ctx.Done()
	return 0, m.ctx.Err()
}

func TestASilentStreamIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(DefaultServer, "")
		if err != nil {
			t.Fatal(err)
		}
		c.http.Transport = mute{}
		began := time.Now()
		err = c.Follow(t.Context(), "", func(news News) error { return news.Reason })
		if waited := time.Since(began); !errors.Is(err, errSilent) || waited != silence {
			t.Errorf("%v after %s", err, waited)
		}
	})
}
