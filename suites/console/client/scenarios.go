package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/khop-dev/khop/suites/console/wire"
)

// Scenarios lists the flows that can be run, by name.
func (c *Client) Scenarios(ctx context.Context) ([]wire.Scenario, error) {
	all, err := ask[wire.Scenarios](ctx, c, http.MethodGet, "/scenarios", nil)
	return all.Scenarios, err
}

// StartRun runs a flow for an app, so many times faster than told; 0 is the app's own
// speed.
func (c *Client) StartRun(ctx context.Context, scenario, app string, speed float64) (wire.Run, error) {
	return ask[wire.Run](ctx, c, http.MethodPost, "/scenarios/"+url.PathEscape(scenario)+"/runs", wire.NewRun{App: app, Speed: speed})
}

// Runs lists the runs that are remembered, newest first.
func (c *Client) Runs(ctx context.Context) ([]wire.Run, error) {
	all, err := ask[wire.Runs](ctx, c, http.MethodGet, "/runs", nil)
	return all.Runs, err
}

// Run is a run as far as it is.
func (c *Client) Run(ctx context.Context, id string) (wire.Run, error) {
	return ask[wire.Run](ctx, c, http.MethodGet, "/runs/"+url.PathEscape(id), nil)
}

// StopRun stops a run before its next step.
func (c *Client) StopRun(ctx context.Context, id string) error {
	return c.do(ctx, http.MethodDelete, "/runs/"+url.PathEscape(id), nil, nil)
}
