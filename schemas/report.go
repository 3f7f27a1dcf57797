package schemas

import (
	_ "embed" // for the report's schema
	"fmt"
	"sync"
)

//go:embed report/report.json
var reportFile []byte

// Report returns the schema of report.json, which khop itself writes. It describes no provider's payload, so All and
// Lookup do not know it.
func Report() *Schema { return reportSchema() }

var reportSchema = sync.OnceValue(func() *Schema {
	s, err := describe("report/report", reportFile)
	if err != nil {
		panic(fmt.Sprintf("read the embedded schema of report.json: %v", err))
	}
	return s
})
