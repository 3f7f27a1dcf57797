package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/khop-dev/khop/suites/console/wire"
)

// Providers are the platforms with their secrets, settings, events and schemas.
func (c *Client) Providers(ctx context.Context) (wire.Providers, error) {
	return ask[wire.Providers](ctx, c, http.MethodGet, "/providers", nil)
}

// Sample is the documented payload of an event, by its type or a sample's name.
func (c *Client) Sample(ctx context.Context, provider, event string) (wire.Sample, error) {
	return ask[wire.Sample](ctx, c, http.MethodGet, samplePath(provider, event), nil)
}

// Generate is a generated payload of an event; a seed other than 0 draws the same again.
func (c *Client) Generate(ctx context.Context, provider, event string, seed uint64) (wire.Sample, error) {
	return ask[wire.Sample](ctx, c, http.MethodGet, samplePath(provider, event)+"?generated=true&seed="+strconv.FormatUint(seed, 10), nil)
}

func samplePath(provider, event string) string {
	return "/providers/" + url.PathEscape(provider) + "/events/" + url.PathEscape(event) + "/sample"
}

// Validate judges a payload; an empty schema lets the payload say what it is.
func (c *Client) Validate(ctx context.Context, schema, body string) (wire.Judgement, error) {
	return ask[wire.Judgement](ctx, c, http.MethodPost, "/validate", wire.Validation{Schema: schema, Body: body})
}

// Transactions is the first page of the orders that merchants have reported to the
// AccessTrade endpoint, first reported last first.
func (c *Client) Transactions(ctx context.Context) (wire.Transactions, error) {
	return ask[wire.Transactions](ctx, c, http.MethodGet, "/accesstrade/transactions", nil)
}

// TransactionsAfter is the page after one; there is one where the page's Next says so.
func (c *Client) TransactionsAfter(ctx context.Context, page wire.Transactions) (wire.Transactions, error) {
	return next[wire.Transactions](ctx, c, page.Next)
}

// Calls are the merchants' calls after a number, oldest first; 0 for all that are kept.
func (c *Client) Calls(ctx context.Context, after int) (wire.Calls, error) {
	return ask[wire.Calls](ctx, c, http.MethodGet, "/accesstrade/calls?after="+strconv.Itoa(after), nil)
}
