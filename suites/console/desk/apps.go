package desk

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/target"
)

// CreateApp stores a new app and returns it with its secrets: the only time that they
// are shown.
func (d *Desk) CreateApp(ctx context.Context, app outbox.App) (outbox.App, error) {
	app.ID = ""
	d.naming.Lock()
	defer d.naming.Unlock()
	names, err := d.names(ctx)
	if err != nil {
		return outbox.App{}, err
	}
	if app.Name == "" {
		app.Name = free(app.Provider, names)
	}
	if slices.Contains(names, app.Name) {
		return outbox.App{}, taken(app.Name)
	}
	return d.put(ctx, app)
}

// names are those of the apps.
func (d *Desk) names(ctx context.Context) ([]string, error) {
	apps, err := d.Backend.Apps(ctx)
	var names []string
	for _, app := range apps {
		names = append(names, app.Name)
	}
	return names, err
}

// free is a name that no app has: superai, superai-2, superai-3.
func free(name string, taken []string) string {
	found := name
	for n := 2; slices.Contains(taken, found); n++ {
		found = fmt.Sprintf("%s-%d", name, n)
	}
	return found
}

// taken says that another app has a name: two of one name could not be told apart by it.
func taken(name string) error {
	return fmt.Errorf("%w: %w: there is an app %q already; choose another name", ErrInvalid, ErrTaken, name)
}

// UpdateApp changes an app. What is outbox.Veil, a secret, a header's value or the
// password of its target, stays as it is: that is how it was shown.
func (d *Desk) UpdateApp(ctx context.Context, app outbox.App) (outbox.App, error) {
	before, err := d.Backend.App(ctx, app.ID)
	if err != nil {
		return outbox.App{}, err
	}
	if app.Provider != before.Provider {
		return outbox.App{}, fmt.Errorf("%w: an app stays with its provider, %s: add another app for %s", ErrInvalid, before.Provider, app.Provider)
	}
	app = app.Unmasked(before)
	app.Created = before.Created
	d.naming.Lock()
	defer d.naming.Unlock()
	if app.Name != before.Name && app.Name != "" {
		names, err := d.names(ctx)
		if err != nil {
			return outbox.App{}, err
		}
		if slices.Contains(names, app.Name) {
			return outbox.App{}, taken(app.Name)
		}
	}
	return d.put(ctx, app)
}

func (d *Desk) put(ctx context.Context, app outbox.App) (outbox.App, error) {
	if app.Speed == 0 {
		app.Speed = 1
	}
	if err := d.check(app); err != nil {
		return outbox.App{}, err
	}
	app, err := d.Backend.PutApp(ctx, app)
	d.puts.Add(1)
	return app, err
}

// Puts counts the apps that were added or changed here: one that was changed and changed
// back looks as before, and a page may have seen it in between.
func (d *Desk) Puts() uint64 { return d.puts.Load() }

// check finds out what is wrong with an app, its target included.
func (d *Desk) check(app outbox.App) error {
	switch err := app.Check(); {
	case errors.Is(err, outbox.ErrNoSender):
		return fmt.Errorf("%w: %w: it takes merchants' postbacks, and khop serve plays its endpoint under /core, on the same address as this; khop send accesstrade sends postbacks to an endpoint of your own", ErrInvalid, err)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	to, err := target.ParseURL(app.Target)
	if err != nil {
		return fmt.Errorf("%w: target: %w", ErrInvalid, err)
	}
	provider, account, err := app.Account()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if provider.Forbids != nil {
		if err := provider.Forbids(account, to); err != nil {
			return fmt.Errorf("%w: target: %w", ErrInvalid, err)
		}
	}
	return d.allowed(to)
}

func (d *Desk) allowed(to *url.URL) error {
	if d.Allow == nil {
		return nil
	}
	if err := d.Allow(to); err != nil {
		return fmt.Errorf("%w: %w", ErrForbidden, err)
	}
	return nil
}
