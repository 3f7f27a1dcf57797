package delivery

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestScheduleOfEveryProvider(t *testing.T) {
	for name, c := range map[string]struct {
		policy Policy
		due    []time.Duration
	}{
		"mobio":                 {Mobio(), Minutes(0, 5, 10, 20, 35, 60)},
		"mobio, other reading":  {Mobio(Minutes(5, 8, 13, 21)...), Minutes(0, 5, 13, 26, 47)},
		"abaha":                 {Abaha(AbahaWait, AbahaSends), Minutes(0, 5, 10)},
		"abaha, other reading":  {Abaha(2*time.Minute, 4), Minutes(0, 2, 4, 6)},
		"abaha, nonsense":       {Abaha(time.Minute, 0), Minutes(0)},
		"esms":                  {ESMS(ESMSRetries, ESMSSpacing), Minutes(0, 1, 2, 3, 4, 5)},
		"esms, at once":         {ESMS(2, 0), Minutes(0, 0, 0)},
		"esms, nonsense":        {ESMS(-1, time.Minute), Minutes(0)},
		"superai":               {SuperAI(), Minutes(0)},
		"superai, with retries": {SuperAI(Minutes(1, 2)...), Minutes(0, 1, 3)},
		"once":                  {Once("x"), Minutes(0)},
		"a wait below nothing":  {Policy{Waits: Minutes(-5, 1)}, Minutes(0, 0, 1)},
	} {
		if got := c.policy.Schedule(); !slices.Equal(got, c.due) {
			t.Errorf("%s: due %v, want %v", name, got, c.due)
		}
		if got, want := c.policy.Total(), c.due[len(c.due)-1]; got != want {
			t.Errorf("%s: total %v, want %v", name, got, want)
		}
		if got, want := c.policy.Sends(), len(c.due); got != want {
			t.Errorf("%s: %d sends, want %d", name, got, want)
		}
	}
}

func TestAfterWhichOutcomesEachProviderTriesAgain(t *testing.T) {
	for _, c := range []struct {
		policy Policy
		again  []Outcome
	}{
		{Mobio(), []Outcome{Unopened}},
		{Abaha(AbahaWait, AbahaSends), []Outcome{Refused, TimedOut, Unopened, Broken}},
		{ESMS(ESMSRetries, ESMSSpacing), []Outcome{TimedOut}},
		{SuperAI(), nil},
		{SuperAI(time.Minute), []Outcome{Refused, TimedOut, Unopened, Broken}},
		{Once("x"), nil},
	} {
		for _, outcome := range append(Failures(), Accepted) {
			_, again := c.policy.Next(1, outcome)
			if want := slices.Contains(c.again, outcome); again != want {
				t.Errorf("%s after %s: again is %t, want %t", c.policy.Name, outcome, again, want)
			}
		}
		if c.policy.Source == "" || c.policy.Name != "x" && !strings.HasPrefix(c.policy.Source, "https://") {
			t.Errorf("%s cites %q", c.policy.Name, c.policy.Source)
		}
	}
}

// policies draws any policy at all, sensible or not.
func policies() *rapid.Generator[Policy] {
	return rapid.Custom(func(t *rapid.T) Policy {
		return Policy{
			Name:  "drawn",
			On:    rapid.SliceOfDistinct(outcomes(), rapid.ID).Draw(t, "on"),
			Waits: rapid.SliceOfN(rapid.Custom(wait), 0, 8).Draw(t, "waits"),
		}
	})
}

func wait(t *rapid.T) time.Duration {
	return time.Duration(rapid.Int64Range(-int64(time.Second), int64(2*time.Hour)).Draw(t, "wait"))
}

func outcomes() *rapid.Generator[Outcome] {
	return rapid.SampledFrom(append(Failures(), Accepted))
}

func TestPolicyProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := policies().Draw(t, "policy")
		attempt := rapid.IntRange(-3, 12).Draw(t, "attempt")
		outcome := outcomes().Draw(t, "outcome")

		wait, again := policy.Next(attempt, outcome)
		switch {
		case again && outcome == Accepted:
			t.Fatal("tries again what was accepted")
		case again && !slices.Contains(policy.On, outcome):
			t.Fatal("tries again after an outcome that is none of its own")
		case again && (attempt < 1 || attempt >= policy.Sends()):
			t.Fatal("allows more attempts than its sends")
		case wait < 0 || !again && wait != 0:
			t.Fatalf("a wait of %s", wait)
		case again && wait != policy.Schedule()[attempt]-policy.Schedule()[attempt-1]:
			t.Fatal("the wait is not the schedule's")
		}
		if !slices.IsSorted(policy.Schedule()) {
			t.Fatal("the schedule runs backwards")
		}
	})
}
