package delivery

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// script is a receiver whose attempts end as written; the last word stands for all
// that follow.
func script(outcomes ...Outcome) Send {
	return func(_ context.Context, attempt int) Outcome {
		return outcomes[min(attempt, len(outcomes))-1]
	}
}

func told(j *Journal) string {
	var lines []string
	for _, a := range j.Attempts {
		lines = append(lines, a.String())
	}
	return strings.Join(append(lines, string(j.End)), "\n")
}

func TestRunTellsWhatHappenedAndWhyItEnded(t *testing.T) {
	for name, c := range map[string]struct {
		policy Policy
		send   Send
		want   string
	}{
		"accepted at once": {Abaha(AbahaWait, AbahaSends), script(Accepted), `
attempt 1, due after 0s: accepted
accepted`},
		"accepted at last": {Abaha(AbahaWait, AbahaSends), script(Refused, Broken, Accepted), `
attempt 1, due after 0s: refused
attempt 2, due after 5m0s: broken
attempt 3, due after 10m0s: accepted
accepted`},
		"used up": {Abaha(AbahaWait, AbahaSends), script(TimedOut), `
attempt 1, due after 0s: timed-out
attempt 2, due after 5m0s: timed-out
attempt 3, due after 10m0s: timed-out
used up`},
		"another failure ends it": {Mobio(), script(Unopened, Refused), `
attempt 1, due after 0s: unopened
attempt 2, due after 5m0s: refused
not retried`},
		"a failure of the last attempt that is not retried": {ESMS(1, time.Minute), script(TimedOut, Broken), `
attempt 1, due after 0s: timed-out
attempt 2, due after 1m0s: broken
not retried`},
		"once": {Once("x"), script(TimedOut), `
attempt 1, due after 0s: timed-out
not retried`},
		"five retries after timeouts": {ESMS(ESMSRetries, ESMSSpacing), script(TimedOut), `
attempt 1, due after 0s: timed-out
attempt 2, due after 1m0s: timed-out
attempt 3, due after 2m0s: timed-out
attempt 4, due after 3m0s: timed-out
attempt 5, due after 4m0s: timed-out
attempt 6, due after 5m0s: timed-out
used up`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := told(Run(t.Context(), c.policy, Options{}, c.send)); got != strings.TrimSpace(c.want) {
					t.Errorf("got\n%s\nwant%s", got, c.want)
				}
			})
		})
	}
}

func TestMobiosHourInRealTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		journal := Run(t.Context(), Mobio(), Options{}, script(Unopened))
		for i, a := range journal.Attempts {
			if at, due := a.Started.Sub(began), Mobio().Schedule()[i]; at != due || a.Due != due {
				t.Errorf("attempt %d came after %s and says %s, want %s", a.Number, at, a.Due, due)
			}
		}
		if took := time.Since(began); took != time.Hour {
			t.Errorf("it took %s, want an hour", took)
		}
	})
}

func TestAWaitBeginsWhenTheAttemptHasFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		journal := Run(t.Context(), ESMS(1, time.Minute), Options{}, func(context.Context, int) Outcome {
			time.Sleep(30 * time.Second)
			return TimedOut
		})
		first, second := journal.Attempts[0], journal.Attempts[1]
		if first.Took != 30*time.Second {
			t.Errorf("the first took %s", first.Took)
		}
		if gap := second.Started.Sub(first.Started); gap != 90*time.Second {
			t.Errorf("the second came %s after the first", gap)
		}
		if second.Due != time.Minute {
			t.Errorf("the schedule has the second after %s", second.Due)
		}
	})
}

func TestSpeedCompressesTheWaitsAndNotTheSchedule(t *testing.T) {
	for speed, want := range map[float64]time.Duration{
		0:           time.Hour,
		-7:          time.Hour,
		0.5:         time.Hour,
		math.NaN():  time.Hour,
		1:           time.Hour,
		2:           30*time.Minute + 5,
		60000:       60*time.Millisecond + 5,
		math.Inf(1): 5,
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			journal := Run(t.Context(), Mobio(), Options{Speed: speed}, script(Unopened))
			if took := time.Since(began); took != want {
				t.Errorf("at speed %v it took %s, want %s", speed, took, want)
			}
			if last := journal.Attempts[len(journal.Attempts)-1]; last.Due != time.Hour {
				t.Errorf("at speed %v the last is due after %s", speed, last.Due)
			}
		})
	}
}

func TestCancellation(t *testing.T) {
	t.Run("before the first attempt", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		journal := Run(ctx, Mobio(), Options{}, func(context.Context, int) Outcome {
			t.Error("an attempt was made")
			return Accepted
		})
		if got := told(journal); got != "canceled" {
			t.Errorf("got\n%s", got)
		}
	})
	t.Run("during a wait", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 7*time.Minute)
			defer cancel()
			began := time.Now()
			journal := Run(ctx, Mobio(), Options{}, script(Unopened))
			if len(journal.Attempts) != 2 || journal.End != Canceled {
				t.Errorf("got\n%s", told(journal))
			}
			if took := time.Since(began); took != 7*time.Minute {
				t.Errorf("it noticed after %s", took)
			}
		})
	})
	for outcome, want := range map[Outcome]End{Broken: Canceled, Accepted: WasAccepted} {
		t.Run("during an attempt that ends "+string(outcome), func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			journal := Run(ctx, Once("x"), Options{}, func(context.Context, int) Outcome {
				cancel()
				return outcome
			})
			if len(journal.Attempts) != 1 || journal.End != want {
				t.Errorf("got\n%s", told(journal))
			}
		})
	}
}

func TestResendByHand(t *testing.T) {
	journal := Run(t.Context(), Abaha(0, AbahaSends), Options{}, script(Refused))
	if journal.Accepted() {
		t.Error("accepted before anything was")
	}
	resent := journal.Resend(t.Context(), script(Accepted))
	if want := "attempt 4, by hand: accepted"; resent.String() != want || !slices.Contains(journal.Attempts, resent) {
		t.Errorf("got %q in\n%s", resent, told(journal))
	}
	if !journal.Accepted() || journal.End != UsedUp {
		t.Errorf("got\n%s", told(journal))
	}
}

func TestWatchIsToldOfEveryAttemptInTime(t *testing.T) {
	var seen []Attempt
	journal := Run(t.Context(), ESMS(2, 0), Options{Watch: func(a Attempt) { seen = append(seen, a) }},
		func(_ context.Context, attempt int) Outcome {
			if len(seen) != attempt-1 {
				t.Errorf("attempt %d begins, and %d are told", attempt, len(seen))
			}
			return TimedOut
		})
	if !slices.Equal(seen, journal.Attempts) {
		t.Errorf("told %v, kept %v", seen, journal.Attempts)
	}
}

func TestJournalAsJSON(t *testing.T) {
	journal := Run(t.Context(), SuperAI(), Options{}, script(Accepted))
	raw, err := json.Marshal(journal)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"end":"accepted"`, `"outcome":"accepted"`, `"due_ns":0`, `"name":"superai"`} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("%s lacks %s", raw, want)
		}
	}
}

// TestRunProperties holds what is promised for any policy, any receiver and any
// speed: it ends, with no more attempts than allowed, none of them early, and
// nothing after an accepted one.
func TestRunProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		policy := policies().Draw(rt, "policy")
		ends := rapid.SliceOfN(outcomes(), 1, 12).Draw(rt, "outcomes")
		speed := rapid.SampledFrom([]float64{0, 1, 3.3, 60_000}).Draw(rt, "speed")
		latency := time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(rt, "latency"))

		var journal *Journal
		synctest.Test(t, func(t *testing.T) {
			journal = Run(t.Context(), policy, Options{Speed: speed}, func(ctx context.Context, attempt int) Outcome {
				time.Sleep(latency) // the bubble's time
				return script(ends...)(ctx, attempt)
			})
		})

		attempts := journal.Attempts
		if len(attempts) < 1 || len(attempts) > policy.Sends() {
			rt.Fatalf("%d attempts of %d", len(attempts), policy.Sends())
		}
		for i, a := range attempts {
			since := a.Started.Sub(attempts[0].Started)
			if a.Number != i+1 || a.Due != policy.Schedule()[i] || float64(since) < float64(a.Due)/max(1, speed)-1 {
				rt.Fatalf("attempt %+v came after %s", a, since)
			}
			if last := i == len(attempts)-1; !last && !slices.Contains(policy.On, a.Outcome) {
				rt.Fatalf("went on after %s", a)
			}
		}
		last := attempts[len(attempts)-1]
		switch {
		case (last.Outcome == Accepted) != (journal.End == WasAccepted):
			rt.Fatalf("%s, and it ended as %s", last, journal.End)
		case journal.End == UsedUp && len(attempts) != policy.Sends():
			rt.Fatal("used up before its time")
		case slices.Contains(policy.On, last.Outcome) && last.Outcome != Accepted && journal.End != UsedUp:
			rt.Fatalf("gave up after %s as %s", last, journal.End)
		}
	})
}
