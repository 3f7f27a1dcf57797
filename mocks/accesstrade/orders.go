package accesstrade

import "context"

// Orders are the reported orders that fit, in the order in which they were first
// reported.
func (e *Endpoint) Orders(ctx context.Context, filter Filter) ([]Order, error) {
	return e.config.Store.List(ctx, filter)
}
