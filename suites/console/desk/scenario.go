package desk

import (
	"context"

	"github.com/khop-dev/khop/mocks/scenario"
)

// StartScenario lets a scenario begin for an app, with waits that pass so many times
// faster than told; at 0 they pass as fast as the app's own time. A target that must not
// be sent to is refused now, and not step by step.
func (d *Desk) StartScenario(ctx context.Context, name, app string, speed float64) (scenario.Run, error) {
	if _, err := d.Scenarios.Scenario(name); err != nil {
		return scenario.Run{}, err
	}
	if _, _, err := d.sender(ctx, app); err != nil {
		return scenario.Run{}, err
	}
	return d.Scenarios.Start(ctx, name, app, speed)
}
