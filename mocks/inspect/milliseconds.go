package inspect

import (
	"slices"
	"strconv"
	"time"

	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/schemas"
)

// inMilliseconds are the members that AccessTrade's documents want in milliseconds, by schema.
var inMilliseconds = map[string]string{
	"accesstrade/postback":    "transaction_time",
	"accesstrade/bulk-update": "request_time",
}

// lastMilli is the end of the last year that AccessTrade's own listing can write. Its endpoint refuses what lies beyond.
var lastMilli = float64(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC).UnixMilli())

// tooFine finds a time that is a number of milliseconds by its schema and cannot be one, among the outermost members of
// a document.
func tooFine(s *schemas.Schema, doc []byte, members []scan.Member) []Problem {
	if s.Provider != "accesstrade" {
		return nil // a shortcut: most payloads are others'
	}
	name := inMilliseconds[s.ID]
	i := slices.IndexFunc(members, func(m scan.Member) bool { return string(m.Name) == name })
	if name == "" || i < 0 {
		return nil
	}
	at := members[i].At
	digits := string(doc[at:scan.Skip(doc, at)])
	if moment, err := strconv.ParseFloat(digits, 64); err != nil || moment <= lastMilli {
		return nil
	}
	return []Problem{{
		Pointer: "/" + name, Rule: "maximum", Expected: "milliseconds, not microseconds or nanoseconds",
		Found: digits[:min(len(digits), longestExcerpt)] + ", which lies beyond the year 9999",
	}}
}
