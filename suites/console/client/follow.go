package client

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/khop-dev/khop/suites/console/wire"
)

// Kind is what news is about.
type Kind string

// The kinds of news.
const (
	// Connected: from here on nothing is missed.
	Connected Kind = "connected"
	// Changed: an event was accepted, or has another state.
	Changed Kind = "changed"
	// Missed: some changes were, and what is shown has to be read again.
	Missed Kind = "missed"
	// Interrupted: the connection is gone; the next news is Connected.
	Interrupted Kind = "interrupted"
)

// News is what Follow tells.
type News struct {
	Kind   Kind
	Change wire.Change // where something has Changed
	Reason error       // why it was Interrupted
}

// silence is how long a stream may say nothing, not even that it is still there.
const silence = 45 * time.Second

// again is how long Follow waits before it connects again, unless khop says otherwise.
const again = 2 * time.Second

// errSilent is why a stream was given up.
var errSilent = errors.New("nothing was heard for too long")

// Follow tells of changes, of one app or, where that is empty, of all, until ctx ends,
// each returns an error, or khop refuses; it returns which. Where the connection is
// interrupted it connects again, and is told what there was meanwhile. A khop that does
// not answer at the very first is an error.
func (c *Client) Follow(ctx context.Context, app string, each func(News) error) error {
	f := &following{client: c, app: app, each: each, wait: again}
	for {
		err := f.once(ctx)
		var refused *wire.Problem
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case f.stopped != nil:
			return f.stopped
		case !f.connected, errors.As(err, &refused) && refused.Status < http.StatusInternalServerError:
			return err
		}
		if err := each(News{Kind: Interrupted, Reason: err}); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(f.wait):
		}
	}
}

// following is one call of Follow.
type following struct {
	client *Client
	app    string
	each   func(News) error

	last      string        // ID of the last event that was read
	wait      time.Duration // before the next connection
	connected bool          // at least once
	stopped   error         // what each returned
}

// once reads one connection to its end.
func (f *following) once(ctx context.Context) error {
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	request, err := f.request(ctx)
	if err != nil {
		return err
	}
	watchdog := time.AfterFunc(silence, func() { giveUp(errSilent) })
	defer watchdog.Stop()
	response, err := f.client.send(request)
	if errors.Is(context.Cause(ctx), errSilent) {
		return f.client.unreachable(errSilent)
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if err := f.client.declared(response, "text/event-stream"); err != nil {
		return err
	}
	f.connected = true
	err = readStream(response.Body, func() { watchdog.Reset(silence) }, f.take)
	return cmp.Or(context.Cause(ctx), err)
}

func (f *following) request(ctx context.Context) (*http.Request, error) {
	path := "/stream"
	if f.app != "" {
		path += "?" + url.Values{"app": {f.app}}.Encode()
	}
	request, err := f.client.request(ctx, http.MethodGet, path, nil)
	if err == nil && f.last != "" {
		request.Header.Set("Last-Event-ID", f.last)
	}
	return request, err
}

// take hands one server-sent event on.
func (f *following) take(e event) error {
	if e.retry > 0 {
		f.wait = e.retry
	}
	news := News{}
	switch e.name {
	case "ready":
		news.Kind = Connected
	case "reload":
		news.Kind = Missed
	case "change":
		news.Kind = Changed
		if err := json.Unmarshal([]byte(e.data), &news.Change); err != nil {
			return fmt.Errorf("a change that is none: %w", err)
		}
	default:
		return nil // what a later khop may tell
	}
	if f.stopped = f.each(news); f.stopped != nil {
		return f.stopped
	}
	if e.id != "" {
		f.last = e.id
	}
	return nil
}
