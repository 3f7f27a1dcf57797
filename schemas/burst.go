package schemas

import (
	_ "embed" // for the result's schema
	"fmt"
	"sync"
)

//go:embed report/burst.json
var burstFile []byte

// Burst returns the schema of the report.json that khop burst and khop merge write. It describes no provider's
// payload, so All and Lookup do not know it.
func Burst() *Schema { return burstSchema() }

var burstSchema = sync.OnceValue(func() *Schema {
	s, err := describe("report/burst", burstFile)
	if err != nil {
		panic(fmt.Sprintf("read the embedded schema of a burst's report.json: %v", err))
	}
	return s
})
