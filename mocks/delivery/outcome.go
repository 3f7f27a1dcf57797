package delivery

// Outcome is what became of one attempt, as the provider reads it.
type Outcome string

// The outcomes. Every one but Accepted is a failure.
const (
	Accepted Outcome = "accepted"  // answered with what the provider takes for success
	Refused  Outcome = "refused"   // answered, and not with that
	TimedOut Outcome = "timed-out" // connected, and not answered in the provider's time
	Unopened Outcome = "unopened"  // no connection could be opened
	Broken   Outcome = "broken"    // the connection ended without an answer
)

// Failures lists the outcomes after which a provider might try again.
func Failures() []Outcome { return []Outcome{Refused, TimedOut, Unopened, Broken} }
