package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/wire"
)

// Trigger has events accepted; they are durable when it returns.
func (c *Client) Trigger(ctx context.Context, app string, draft wire.Draft) (wire.Accepted, error) {
	return ask[wire.Accepted](ctx, c, http.MethodPost, "/apps/"+url.PathEscape(app)+"/events", draft)
}

// Preview is a draft as it would go out now.
func (c *Client) Preview(ctx context.Context, app string, draft wire.Draft) (wire.Preview, error) {
	return ask[wire.Preview](ctx, c, http.MethodPost, "/apps/"+url.PathEscape(app)+"/preview", draft)
}

// Events is the first page of what a query finds, newest first.
func (c *Client) Events(ctx context.Context, query outbox.Query) (wire.Events, error) {
	return ask[wire.Events](ctx, c, http.MethodGet, "/events?"+values(query).Encode(), nil)
}

// EventsAfter is the page after one; there is one where the page's Next says so.
func (c *Client) EventsAfter(ctx context.Context, page wire.Events) (wire.Events, error) {
	return next[wire.Events](ctx, c, page.Next)
}

// next asks for the page at an address that the page before has named.
func next[Page any](ctx context.Context, c *Client, address string) (page Page, err error) {
	path, ours := strings.CutPrefix(address, prefix)
	if !ours {
		return page, fmt.Errorf("%q is no next page", address)
	}
	return ask[Page](ctx, c, http.MethodGet, path, nil)
}

// values is a query as the API takes it.
func values(q outbox.Query) url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"app": q.App, "state": string(q.State), "type": q.Type, "q": q.Search} {
		if value != "" {
			v.Set(name, value)
		}
	}
	for name, value := range map[string]int64{"before": q.Before, "after": q.After, "limit": int64(q.Limit)} {
		if value != 0 {
			v.Set(name, strconv.FormatInt(value, 10))
		}
	}
	return v
}

// Event is an event with every attempt.
func (c *Client) Event(ctx context.Context, id int64) (wire.EventDetail, error) {
	return ask[wire.EventDetail](ctx, c, http.MethodGet, fmt.Sprintf("/events/%d", id), nil)
}

// Resend sends an event once more, as soon as possible.
func (c *Client) Resend(ctx context.Context, id int64) error {
	_, err := ask[wire.Accepted](ctx, c, http.MethodPost, fmt.Sprintf("/events/%d/resend", id), nil)
	return err
}

// ResendFailed sends failed events once more and returns how many.
func (c *Client) ResendFailed(ctx context.Context, which wire.Resend) (int, error) {
	resent, err := ask[wire.Resent](ctx, c, http.MethodPost, "/events/resend", which)
	return resent.Count, err
}
