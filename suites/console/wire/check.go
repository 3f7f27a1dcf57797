package wire

import "github.com/khop-dev/khop/suites/console/desk"

// Check is one verification of an app, with its report when it is over.
type Check = desk.CheckRun

// Checks are the verifications that are remembered, newest first, without their reports.
type Checks struct {
	Checks []Check `json:"checks"`
}
