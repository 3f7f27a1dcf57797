package desk

import (
	"context"
	"fmt"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
)

// MaxCount is how many events one draft may ask for.
const MaxCount = 10_000

// batch is how many events are accepted together.
const batch = 500

// Trigger accepts the events of a draft and returns their IDs. They are durable then.
func (d *Desk) Trigger(ctx context.Context, app string, draft Draft) ([]int64, error) {
	count := max(1, draft.Count)
	if count > MaxCount {
		return nil, fmt.Errorf("%w: count %d: at most %d at once", ErrInvalid, draft.Count, MaxCount)
	}
	provider, account, err := d.sender(ctx, app)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for len(ids) < count {
		var events []outbox.Event
		for range min(batch, count-len(ids)) {
			made, err := d.compose(provider, account, draft)
			if err != nil {
				return ids, err
			}
			events = append(events, made.event(app))
		}
		accepted, err := d.Backend.Accept(ctx, events)
		if err != nil {
			return ids, err
		}
		ids = append(ids, accepted...)
	}
	return ids, nil
}

func (c composed) event(app string) outbox.Event {
	return outbox.Event{App: app, Type: c.kind.Type, Object: c.object, Body: c.wire}
}

// sender is the provider and the account of an app whose target may be sent to.
func (d *Desk) sender(ctx context.Context, id string) (*mocks.Provider, mocks.Account, error) {
	app, err := d.Backend.App(ctx, id)
	if err != nil {
		return nil, mocks.Account{}, err
	}
	if err := d.check(app); err != nil {
		return nil, mocks.Account{}, err
	}
	return app.Account()
}
