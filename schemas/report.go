package schemas

import (
	"embed"
	"sync"
)

//go:embed report/report.json report/burst.json
var reportFiles embed.FS

// Report returns the schema of report.json, which khop itself writes. It describes no provider's payload, so All and
// Lookup do not know it.
func Report() *Schema { return report() }

// Burst returns the schema of the report.json that khop burst and khop merge write. All and Lookup do not know it
// either.
func Burst() *Schema { return burst() }

var (
	report = sync.OnceValue(func() *Schema { return mustRead(reportFiles, "report/report.json") })
	burst  = sync.OnceValue(func() *Schema { return mustRead(reportFiles, "report/burst.json") })
)
