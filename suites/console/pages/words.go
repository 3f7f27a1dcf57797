package pages

import (
	"strings"

	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/lang"
)

// stateWord says how far an event has got.
func stateWord(language lang.Language, s outbox.State) string {
	switch s {
	case outbox.Due:
		return language.Text("waiting")
	case outbox.Delivered:
		return language.Text("delivered")
	case outbox.Failed:
		return language.Text("given up")
	}
	return string(s)
}

// outcomeWord says what the provider makes of an attempt.
func outcomeWord(language lang.Language, o delivery.Outcome) string {
	switch o {
	case delivery.Accepted:
		return language.Text("accepted")
	case delivery.Refused:
		return language.Text("refused")
	case delivery.TimedOut:
		return language.Text("timed out")
	case delivery.Unopened:
		return language.Text("no connection")
	case delivery.Broken:
		return language.Text("broken off")
	}
	return string(o)
}

// verdictWord says what the AccessTrade endpoint decided, or how an order stands.
func verdictWord(language lang.Language, word string) string {
	switch word {
	case "accepted":
		return language.Text("accepted")
	case "refused":
		return language.Text("refused")
	case "not-processed":
		return language.Text("not processed")
	case "failed":
		return language.Text("khop failed")
	case "pending":
		return language.Text("pending")
	case "success":
		return language.Text("success")
	case "cancelled":
		return language.Text("cancelled")
	}
	return word
}

// runWord says how a scenario or a verification stands.
func runWord(language lang.Language, word string) string {
	switch word {
	case "running":
		return language.Text("running")
	case "done":
		return language.Text("done")
	case "stopped":
		return language.Text("stopped")
	case "failed":
		return language.Text("stopped by an error")
	case "pass":
		return language.Text("PASS")
	case "fail":
		return language.Text("FAIL")
	case "error":
		return language.Text("ERROR")
	}
	return word
}

// mark tells states apart without colour. Their word always stands beside it.
func mark(state string) string {
	switch state {
	case "delivered", "accepted", "success", "done", "pass":
		return "✓"
	case "failed", "refused", "timed-out", "unopened", "broken", "cancelled", "fail", "error":
		return "✗"
	case "warn":
		return "!"
	case "known":
		return "~"
	case "stopped", "not-processed":
		return "–"
	}
	return "…"
}

// citation is where something is documented: an address, and where in it.
type citation struct{ Address, Rest string }

func citationOf(source string) citation {
	address, _, _ := strings.Cut(source, ",")
	if !strings.HasPrefix(address, "https://") {
		return citation{Rest: source}
	}
	return citation{address, strings.TrimPrefix(source, address)}
}
