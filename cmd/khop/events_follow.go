package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/client"
	"github.com/khop-dev/khop/suites/console/wire"
	"github.com/khop-dev/khop/suites/lang"
)

// pursuit prints events as they change.
type pursuit struct {
	khop   *client.Client
	query  outbox.Query // which events
	lines  *eventLines
	notes  io.Writer
	spoken lang.Language

	begun  bool
	latest int64 // the greatest ID that was printed
}

// run prints what there is, and then every change until ctx ends.
func (p *pursuit) run(ctx context.Context) error {
	return p.khop.Follow(ctx, p.query.App, func(news client.News) error {
		switch news.Kind {
		case client.Connected:
			return p.begin(ctx)
		case client.Changed:
			return p.changed(ctx, news.Change)
		case client.Missed:
			p.note(p.spoken.Text("some changes were missed; these are the events since"))
			return p.catchUp(ctx, outbox.MaxLimit)
		case client.Interrupted:
			p.note(p.spoken.Textf("the connection is interrupted (%s); trying again", news.Reason))
		}
		return nil
	})
}

// begin prints the newest events, once: from here on nothing is missed.
func (p *pursuit) begin(ctx context.Context) error {
	if p.begun {
		return nil
	}
	p.begun = true
	return p.catchUp(ctx, p.query.Limit)
}

// catchUp prints the events that were accepted since the latest, oldest first.
func (p *pursuit) catchUp(ctx context.Context, limit int) error {
	query := p.query
	query.After, query.Limit = p.latest, limit
	var found []wire.Event
	err := eachEvent(ctx, p.khop, query, func(e wire.Event) error {
		found = append(found, e)
		return nil
	})
	if err != nil {
		return err
	}
	for _, event := range slices.Backward(found) {
		if err := p.print(event); err != nil {
			return err
		}
	}
	return nil
}

// changed prints the event of a change, if it is one of those wanted.
func (p *pursuit) changed(ctx context.Context, change wire.Change) error {
	if p.query.State != "" && change.State != p.query.State {
		return nil
	}
	event, err := p.khop.Event(ctx, change.ID)
	var problem *wire.Problem
	if errors.As(err, &problem) && problem.Status == http.StatusNotFound {
		return nil // removed meanwhile
	}
	if err != nil {
		return err
	}
	if !p.wants(event.Event) {
		return nil
	}
	event.State, event.Times = change.State, change.Times // as it was then, and not as it is by now
	return p.print(event.Event)
}

func (p *pursuit) wants(e wire.Event) bool {
	return (p.query.Type == "" || e.Type == p.query.Type) &&
		(strings.Contains(e.Object, p.query.Search) || strconv.FormatInt(e.ID, 10) == p.query.Search)
}

func (p *pursuit) print(e wire.Event) error {
	p.latest = max(p.latest, e.ID)
	return p.lines.event(e)
}

func (p *pursuit) note(text string) { fmt.Fprintln(p.notes, "khop: "+text) }
