package inspect

import (
	"slices"

	"github.com/khop-dev/khop/mocks/inspect/scan"
)

// text is one payload as it is written: JSON, or a query string.
type text struct {
	body []byte
	// start is where body begins. Where it is written within a JSON string, as in a HAR file, start is where that
	// literal begins, and before is what its text has in front of body.
	start   scan.Place
	literal []byte
	before  int
	// packed says that the literal holds body in base64: then no place in it is one in the literal.
	packed bool
	// query says that it is a query string, not JSON.
	query bool
	// foreign says that what stands around it is no collection of payloads, as in a log: what khop does not know is
	// passed over there.
	foreign bool
	// logged says that a web server wrote it to its log, with \xHH for letters that it does not trust.
	logged bool
}

// flaw is a problem while its place is still an offset in the body.
type flaw struct {
	at int
	Problem
}

// tell gives each flaw its line and column.
func (t text) tell(flaws []flaw) []Problem {
	slices.SortStableFunc(flaws, func(a, b flaw) int { return a.at - b.at })
	if t.packed {
		for i := range flaws {
			flaws[i].at = 0
		}
	}
	written := t.body
	if t.literal != nil {
		written = t.literal
	}
	problems := make([]Problem, len(flaws))
	place, told, meant := t.start, 0, -t.before
	for i, f := range flaws {
		at := f.at
		if t.literal != nil {
			at, meant = scan.RawOffset(written, max(1, told), f.at-meant), f.at
		}
		at = min(at, len(written))
		place, told = place.After(written[told:at]), at
		f.Place = place
		problems[i] = f.Problem
	}
	return problems
}
