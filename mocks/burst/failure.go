package burst

import "time"

// NothingFound is the result of a burst that found nothing out, for the reason that is
// given: the target cannot be reached, or answers nothing. It says what was to be done,
// so that a report of it cannot be taken for one of an earlier burst.
func NothingFound(options Options, started time.Time, reason string) Result {
	e := &engine{options: options}
	of := max(1, options.Shard.Of)
	return Result{
		Schema: Version, Report: reportName, Provider: options.Provider.Name, Target: e.shown(), Events: e.events(), Started: started,
		Rate: options.Rate * float64(of), For: options.For.Seconds(), Connections: options.Connections,
		Shares: options.Shares, Seed: options.Seed, Shards: []Shard{{options.Shard.Index, of}}, Reason: reason,
		Kinds: map[string]Tally{}, Statuses: map[string]uint64{},
	}
}
