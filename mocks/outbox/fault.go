package outbox

import (
	"context"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/delivery"
)

// carry sends an event's request, and spoils the first attempt of one that has a fault.
// What goes wrong by itself is told as ever.
func (c *Courier) carry(ctx context.Context, r *route, request mocks.Request, event Event) answer {
	fault := event.Fault
	if event.Times > 0 {
		fault = ""
	}
	if fault == Refused {
		return spoilt(delivery.Unopened, "on purpose: khop opened no connection")
	}
	came := c.send(ctx, r, request)
	switch {
	case came.failure != nil:
		return came
	case fault == Reset:
		return spoilt(delivery.Broken, "on purpose: khop gave the connection up before it read the answer")
	case fault == Swallowed:
		return spoilt(delivery.TimedOut, "on purpose: khop kept the answer until the provider's time was up")
	}
	return came
}

func spoilt(outcome delivery.Outcome, how string) answer {
	return answer{failure: &failure{outcome, how}}
}
