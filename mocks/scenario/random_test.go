package scenario_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/scenario"
)

// TestAnyFlow plays flows that were drawn: what is sent, when, and what about.
func TestAnyFlow(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := anyFlow(r)
		speed := rapid.SampledFrom([]float64{0.5, 1, 7, 60, 1000}).Draw(r, "speed")
		synctest.Test(t, func(t *testing.T) {
			box := &partner{}
			runner := scenario.New(box, []scenario.Scenario{s})
			defer runner.Close()
			begin := time.Now()
			run := over(t, runner, started(t, runner, s, speed).ID)
			if run.State != scenario.Done || run.Step != len(s.Steps) || len(run.Events) != len(s.Steps) {
				t.Fatalf("%+v", run)
			}
			sent, offset := 0, time.Duration(0)
			for i, step := range s.Steps {
				offset += step.Wait
				if (run.Events[i] != 0) != step.Sends() {
					t.Fatalf("step %d has the event %d", i+1, run.Events[i])
				}
				if !step.Sends() {
					continue
				}
				event, at := box.events[sent], box.times[sent]
				if late := at.Sub(begin) - time.Duration(float64(offset)/speed); late < 0 || late > time.Microsecond {
					t.Errorf("step %d came %s late", i+1, late)
				}
				if event.Fault != step.Fault || step.Again && string(event.Body) != string(box.events[sent-1].Body) {
					t.Errorf("step %d sends %+v", i+1, event)
				}
				sent++
			}
			if sent != len(box.events) {
				t.Errorf("%d events, want %d", len(box.events), sent)
			}
			aboutOneThing(t, s.Provider, box)
		})
	})
}

// aboutOneThing holds the events of every type to one identity.
func aboutOneThing(t *testing.T, provider string, box *partner) {
	t.Helper()
	seen := map[string]string{}
	for i, payload := range box.payloads() {
		kind := provider
		if provider == "abaha" {
			kind = box.events[i].Type
		}
		id := content(payload, thing[provider]) + content(payload, "/user_id")
		if first, known := seen[kind]; known && first != id {
			t.Errorf("%s: event %d is about %s, the first about %s", kind, i+1, id, first)
		}
		seen[kind] = id
	}
}

// anyFlow draws a flow and reads it from its text.
func anyFlow(r *rapid.T) scenario.Scenario {
	name := rapid.SampledFrom([]string{"superai", "abaha", "mobio", "esms"}).Draw(r, "provider")
	provider, err := mocks.Lookup(name)
	if err != nil {
		r.Fatal(err)
	}
	var types []string
	for _, event := range provider.Events() {
		types = append(types, event.Type)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "name: drawn\ntitle: Drawn\nprovider: %s\nsteps:\n", name)
	for i := range rapid.IntRange(1, 12).Draw(r, "steps") {
		wait := time.Duration(rapid.Int64Range(0, int64(20*time.Hour)).Draw(r, "wait"))
		fmt.Fprintf(&text, "  - wait: %s\n", wait)
		kind := rapid.SampledFrom([]string{"event", "again", "pause"}).Draw(r, "kind")
		switch {
		case i == 0 || kind == "event":
			fmt.Fprintf(&text, "    event: %s\n    ago: %s\n", rapid.SampledFrom(types).Draw(r, "event"), wait/2)
		case kind == "again":
			text.WriteString("    again: true\n")
		default:
			continue
		}
		if fault := rapid.SampledFrom(append(outbox.Faults, "")).Draw(r, "fault"); fault != "" {
			fmt.Fprintf(&text, "    fault: %s\n", fault)
		}
	}
	s, err := scenario.Parse("drawn.yaml", []byte(text.String()))
	if err != nil {
		r.Fatalf("%v\n%s", err, text.String())
	}
	return s
}
