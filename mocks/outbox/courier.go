package outbox

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/khop-dev/khop/mocks/delivery"
)

// CourierOptions are how a Courier sends. The zero value sends anywhere.
type CourierOptions struct {
	// Timeout is how long a target may take where its provider does not say how long it
	// waits; 0 means DefaultTimeout.
	Timeout time.Duration
	// Allow says why khop must not send to a target; nil allows every one.
	Allow func(*url.URL) error
	// AllowAddress says the same of an address to which a target's name has led, right
	// before the connection is opened; nil allows every one.
	AllowAddress func(netip.Addr) error
	// TLS is how https targets are trusted; nil: by the system's roots.
	TLS *tls.Config
}

// DefaultTimeout is how long a target may take for one answer before it counts as none.
const DefaultTimeout = 10 * time.Second

// Courier makes attempts. It is safe for concurrent use.
type Courier struct {
	options   CourierOptions
	transport *http.Transport
	routes    routes
}

// NewCourier opens nothing yet; Close it after use.
func NewCourier(options CourierOptions) *Courier {
	options.Timeout = cmp.Or(options.Timeout, DefaultTimeout)
	return &Courier{options: options, transport: newTransport(options)}
}

// Close ends the connections that wait for more to send.
func (c *Courier) Close() { c.transport.CloseIdleConnections() }

// Deliver makes one attempt, as the app's provider makes it, and says what follows. It
// is a Deliver: its only error is ErrInterrupted.
func (c *Courier) Deliver(ctx context.Context, app App, event Event) (Result, error) {
	attempt := Attempt{Event: event.ID, Number: event.Times + 1, ByHand: event.ByHand, Started: time.Now()}
	route, err := c.routes.of(app, c.options.Timeout)
	if err != nil {
		return unsent(attempt, err), nil
	}
	attempt.Due = route.due(event)
	request := route.request(event.Body)
	attempt.Request = route.shown(request)
	if err := c.allowed(route); err != nil {
		return unsent(attempt, err), nil
	}
	answer := c.carry(ctx, route, request, event)
	if answer.failure != nil && ctx.Err() != nil {
		return Result{}, ErrInterrupted
	}
	attempt.Took = time.Since(attempt.Started)
	return route.judge(attempt, answer), nil
}

// allowed asks everybody who may have something against the target.
func (c *Courier) allowed(r *route) error {
	if forbids := r.provider.Forbids; forbids != nil {
		if err := forbids(r.account, r.target); err != nil {
			return err
		}
	}
	if c.options.Allow != nil {
		return c.options.Allow(r.target)
	}
	return nil
}

// unsent is an attempt that came to nothing on khop's own side. Another one would as
// well, so that none follows by itself.
func unsent(attempt Attempt, why error) Result {
	attempt.Outcome, attempt.Failure = string(delivery.Unopened), fmt.Sprintf("not sent: %s", why)
	return Result{Attempt: attempt, State: Failed}
}

// judge reads an answer as the provider does, and asks its policy what follows.
func (r *route) judge(attempt Attempt, answer answer) Result {
	outcome := r.read(&attempt, answer)
	attempt.Outcome = string(outcome)
	switch wait, again := r.policy.Next(attempt.Number, outcome); {
	case outcome == delivery.Accepted:
		return Result{Attempt: attempt, State: Delivered}
	case again && !attempt.ByHand:
		attempt.Wait = wait
		return Result{Attempt: attempt, State: Due, Next: time.Now().Add(delivery.Compress(wait, r.speed))}
	default:
		return Result{Attempt: attempt, State: Failed}
	}
}

// read notes what came back, secrets out of sight.
func (r *route) read(attempt *Attempt, answer answer) delivery.Outcome {
	attempt.Status = answer.status
	attempt.Header = r.veiled(shownHeader(answer.header))
	attempt.Answer = r.secrets.hideBytes(answer.body)
	if answer.failure != nil {
		attempt.Failure = r.secrets.hide(answer.failure.Error())
		return answer.failure.outcome
	}
	attempt.Reading = r.secrets.hide(answer.objection)
	if answer.objection == "" {
		return delivery.Accepted
	}
	return delivery.Refused
}
