package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/console/wire"
)

// Apps lists the apps, oldest first, secrets masked.
func (c *Client) Apps(ctx context.Context) ([]wire.App, error) {
	all, err := ask[wire.Apps](ctx, c, http.MethodGet, "/apps", nil)
	return all.Apps, err
}

// App is the app by an ID.
func (c *Client) App(ctx context.Context, id string) (wire.App, error) {
	return ask[wire.App](ctx, c, http.MethodGet, "/apps/"+url.PathEscape(id), nil)
}

// Find is the app that goes by an ID or, if one alone has it, by a name.
func (c *Client) Find(ctx context.Context, word string) (wire.App, error) {
	apps, err := c.Apps(ctx)
	if err != nil {
		return wire.App{}, err
	}
	if at := slices.IndexFunc(apps, func(a wire.App) bool { return a.ID == word }); at >= 0 {
		return apps[at], nil
	}
	var ids, names []string
	var found wire.App
	for _, app := range apps {
		names = append(names, app.Name)
		if app.Name == word {
			found = app
			ids = append(ids, app.ID)
		}
	}
	switch len(ids) {
	case 1:
		return found, nil
	case 0:
		if len(names) == 0 {
			return wire.App{}, fmt.Errorf("there is no app %q, as there are none yet; `khop apps add` adds one", word)
		}
		return wire.App{}, fmt.Errorf("there is no app %q%s", word, mocks.Suggest(word, names))
	}
	return wire.App{}, fmt.Errorf("%d apps have the name %q; say which one by its ID: %s", len(ids), word, strings.Join(ids, ", "))
}

// CreateApp adds an app and returns it with its secrets, this once.
func (c *Client) CreateApp(ctx context.Context, app wire.NewApp) (wire.App, error) {
	return ask[wire.App](ctx, c, http.MethodPost, "/apps", app)
}

// ChangeApp changes an app and returns it as it is now.
func (c *Client) ChangeApp(ctx context.Context, id string, change wire.AppChange) (wire.App, error) {
	return ask[wire.App](ctx, c, http.MethodPatch, "/apps/"+url.PathEscape(id), change)
}

// RemoveApp removes an app with its events.
func (c *Client) RemoveApp(ctx context.Context, id string) error {
	return c.do(ctx, http.MethodDelete, "/apps/"+url.PathEscape(id), nil, nil)
}

// StartCheck verifies an app's target; Check tells how far that is.
func (c *Client) StartCheck(ctx context.Context, app string) (wire.Check, error) {
	return ask[wire.Check](ctx, c, http.MethodPost, "/apps/"+url.PathEscape(app)+"/checks", nil)
}

// Check is a verification, with its report when it is over.
func (c *Client) Check(ctx context.Context, id string) (wire.Check, error) {
	return ask[wire.Check](ctx, c, http.MethodGet, "/checks/"+url.PathEscape(id), nil)
}

// Checks lists the verifications, newest first.
func (c *Client) Checks(ctx context.Context) ([]wire.Check, error) {
	all, err := ask[wire.Checks](ctx, c, http.MethodGet, "/checks", nil)
	return all.Checks, err
}
