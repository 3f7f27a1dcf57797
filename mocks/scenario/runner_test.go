package scenario_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/scenario"
)

const pickup = `
name: pickup
title: A pickup
provider: superai
steps:
  - {event: update_status, data: {status: 4, status_name: Đã Lấy Hàng}}
  - {wait: 2h, note: the courier has a coffee}
  - {wait: 1h, event: update_status, data: {status: 11}, fault: reset}
  - {wait: 30m, event: update_status, ago: 40m, data: {status: 8}}
  - {wait: 30m, again: true, fault: refused}
`

func TestAFlowKeepsItsPace(t *testing.T) {
	for speed, told := range map[float64]struct{ last, before time.Duration }{
		1: {4 * time.Hour, time.Hour}, 60: {4 * time.Minute, time.Minute}, 0.5: {8 * time.Hour, 2 * time.Hour},
		1e300: {4 * time.Nanosecond, time.Nanosecond}, // rounded up, each from the start
	} {
		synctest.Test(t, func(t *testing.T) {
			box := &partner{}
			s := parse(t, pickup)
			runner := scenario.New(box, []scenario.Scenario{s})
			defer runner.Close()
			begin := time.Now()
			run := over(t, runner, started(t, runner, s, speed).ID)
			if run.State != scenario.Done || run.Step != 5 || !slices.Equal(run.Events, []int64{1, 0, 2, 3, 4}) || !run.Next.IsZero() {
				t.Fatalf("speed %v: %+v", speed, run)
			}
			if speed <= 60 {
				if last := box.times[3].Sub(begin); last != told.last || run.Ended.Sub(begin) != told.last {
					t.Errorf("speed %v: the last event came after %s", speed, last)
				}
				if first := box.times[2].Sub(box.times[1]); first != told.before/2 {
					t.Errorf("speed %v: half an hour lasted %s", speed, first)
				}
			}
			faults := []outbox.Fault{box.events[0].Fault, box.events[1].Fault, box.events[2].Fault, box.events[3].Fault}
			if !slices.Equal(faults, []outbox.Fault{"", outbox.Reset, "", outbox.Refused}) {
				t.Errorf("faults %q", faults)
			}
			if string(box.events[3].Body) != string(box.events[2].Body) {
				t.Error("the repeated event is another one")
			}
		})
	}
}

func TestAFlowsTimesAreTheProviders(t *testing.T) {
	for _, speed := range []float64{1, 60, 36000} {
		synctest.Test(t, func(t *testing.T) {
			box := &partner{}
			s := parse(t, pickup)
			runner := scenario.New(box, []scenario.Scenario{s})
			defer runner.Close()
			over(t, runner, started(t, runner, s, speed).ID)
			var told []time.Time
			for i, payload := range box.payloads() {
				at, err := time.Parse(time.RFC3339, content(payload, "/updated_at"))
				if err != nil {
					t.Fatal(err)
				}
				if at.After(box.times[i]) {
					t.Errorf("speed %v: event %d tells a time that has not come", speed, i+1)
				}
				if pushed := content(payload, "/created_at"); pushed != content(box.payloads()[0], "/created_at") {
					t.Errorf("speed %v: event %d is about a parcel of %s", speed, i+1, pushed)
				}
				told = append(told, at)
			}
			if gap := told[1].Sub(told[0]); gap != 3*time.Hour {
				t.Errorf("speed %v: three hours are %s", speed, gap)
			}
			if late := told[2].Sub(told[1]); late != -10*time.Minute {
				t.Errorf("speed %v: the late event is %s younger", speed, late)
			}
		})
	}
}

func TestSpeedIsTheAppsWhereNoneIsGiven(t *testing.T) {
	for app, want := range map[float64]float64{0: 1, 30: 30} {
		synctest.Test(t, func(t *testing.T) {
			s := parse(t, pickup)
			runner := scenario.New(&partner{speed: app}, []scenario.Scenario{s})
			defer runner.Close()
			if run := started(t, runner, s, 0); run.Speed != want {
				t.Errorf("speed %v for an app of %v", run.Speed, app)
			}
		})
	}
}

func TestDialectsAndQueriesAreTheApps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := &partner{settings: map[string]string{"envelope": "block"}}
		deal := parse(t, "name: d\ntitle: D\nprovider: mobio\nsteps: [{event: sale_create_deal}, {wait: 1s, again: true}]")
		runner := scenario.New(box, []scenario.Scenario{deal})
		defer runner.Close()
		over(t, runner, started(t, runner, deal, 1).ID)
		payload := box.payloads()[0]
		if content(payload, "/block_event/0/event_type") != "sale_create_deal" || content(payload, "/merchant_id") == "" {
			t.Errorf("no block: %s", payload)
		}
		if got := box.events[0]; got.Object != content(payload, "/block_event/0/message_id") || got.Type != "sale_create_deal" {
			t.Errorf("taken on as %+v", got)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		box := &partner{}
		message := parse(t, "name: m\ntitle: M\nprovider: esms\nsteps: [{event: viber, data: {RequestId: 'đơn 1&2', telcoid: null, /new: 7}}]")
		runner := scenario.New(box, []scenario.Scenario{message})
		defer runner.Close()
		over(t, runner, started(t, runner, message, 1).ID)
		if query := string(box.events[0].Body); !strings.Contains(query, "RequestId=%C4%91%C6%A1n%201%262&") || !strings.Contains(query, "&telcoid=&") || !strings.HasSuffix(query, "&new=7") {
			t.Errorf("sent %s", query)
		}
	})
}

func TestARunEndsWhenItIsToldTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := &partner{}
		s := parse(t, pickup)
		runner := scenario.New(box, []scenario.Scenario{s})
		run, other := started(t, runner, s, 1), started(t, runner, s, 1)
		time.Sleep(150 * time.Minute)
		if now, _ := runner.Run(run.ID); now.Step != 2 || now.State != scenario.Running || now.Next.Sub(now.Started) != 3*time.Hour {
			t.Errorf("half way: %+v", now)
		}
		if err := runner.Stop(run.ID); err != nil {
			t.Fatal(err)
		}
		if end := over(t, runner, run.ID); end.State != scenario.Stopped || end.Error != "" || end.Step != 2 {
			t.Errorf("stopped: %+v", end)
		}
		if err := runner.Stop(run.ID); err != nil {
			t.Errorf("stopping twice: %v", err)
		}
		runner.Close()
		if end, _ := runner.Run(other.ID); end.State != scenario.Stopped || len(box.events) != 2 {
			t.Errorf("closed: %+v, %d events", end, len(box.events))
		}
		if err := runner.Stop("run_x"); !errors.Is(err, outbox.ErrUnknown) {
			t.Errorf("stopping nothing: %v", err)
		}
		if _, err := runner.Start(t.Context(), s.Name, "superai", 1); !errors.Is(err, scenario.ErrNotStarted) {
			t.Errorf("starting after the end: %v", err)
		}
	})
}

func TestARunOutlivesTheRequestThatStartedIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := parse(t, pickup)
		runner := scenario.New(&partner{}, []scenario.Scenario{s})
		defer runner.Close()
		request, answered := context.WithCancel(t.Context())
		run, err := runner.Start(request, s.Name, "superai", 1)
		if err != nil {
			t.Fatal(err)
		}
		answered()
		if end := over(t, runner, run.ID); end.State != scenario.Done {
			t.Errorf("%+v", end)
		}
	})
}

func TestARunFailsWithWhatTheOutboxSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := parse(t, pickup)
		runner := scenario.New(&partner{refuse: func(number int) error {
			if number == 2 {
				return errFull
			}
			return nil
		}}, []scenario.Scenario{s})
		defer runner.Close()
		if end := over(t, runner, started(t, runner, s, 100).ID); end.State != scenario.Failed || end.Error != "step 3: the disk is full" || end.Step != 2 {
			t.Errorf("%+v", end)
		}
	})
}

func TestWhatCannotBeStarted(t *testing.T) {
	s := parse(t, pickup)
	runner := scenario.New(&partner{}, []scenario.Scenario{s})
	defer runner.Close()
	for _, c := range []struct {
		name, app string
		speed     float64
		kind      error
		want      string
	}{
		{"pick-up", "superai", 1, outbox.ErrUnknown, `did you mean "pickup"?`},
		{"pickup", "shop", 1, outbox.ErrUnknown, `app "shop"`},
		{"pickup", "esms", 1, scenario.ErrNotStarted, "it is one of superai, and the app is of esms"},
		{"pickup", "superai", -1, scenario.ErrNotStarted, "a number above 0"},
		{"pickup", "superai", math.NaN(), scenario.ErrNotStarted, "a number above 0"},
		{"pickup", "superai", math.Inf(1), scenario.ErrNotStarted, "a number above 0"},
	} {
		_, err := runner.Start(t.Context(), c.name, c.app, c.speed)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s at %v: %v, want %s", c.name, c.app, c.speed, err, c.want)
		}
	}
	if runs := runner.Runs(); len(runs) != 0 {
		t.Errorf("there are %d runs", len(runs))
	}
}

func TestRunsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := parse(t, pickup)
		runner := scenario.New(&partner{}, []scenario.Scenario{s})
		defer runner.Close()
		first := started(t, runner, s, 1)
		for range scenario.MostRuns - 1 {
			started(t, runner, s, 1)
		}
		if _, err := runner.Start(t.Context(), s.Name, "superai", 1); !errors.Is(err, scenario.ErrNotStarted) || !strings.Contains(err.Error(), "stop one") {
			t.Errorf("one more: %v", err)
		}
		if err := runner.Stop(first.ID); err != nil {
			t.Fatal(err)
		}
		over(t, runner, first.ID)
		last := started(t, runner, s, 1)
		runs := runner.Runs()
		if _, still := runner.Run(first.ID); still || len(runs) != scenario.MostRuns || runs[0].ID != last.ID {
			t.Errorf("%d runs, the newest %s, want %s; the first is still there: %t", len(runs), runs[0].ID, last.ID, still)
		}
	})
}

func TestWatchersHearEverythingOrTheLatest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := parse(t, pickup)
		runner := scenario.New(&partner{}, []scenario.Scenario{s})
		defer runner.Close()
		ctx, leave := context.WithCancel(t.Context())
		news, slow := runner.Watch(ctx), runner.Watch(t.Context())
		for range 20 {
			started(t, runner, s, 1e6)
		}
		time.Sleep(time.Second)
		var last scenario.Run
		for range len(slow) {
			last = <-slow
		}
		if last.State != scenario.Done {
			t.Errorf("the last news: %+v", last)
		}
		leave()
		synctest.Wait()
		count := 0
		for range news { // until it is closed
			count++
		}
		if count == 0 {
			t.Error("no news")
		}
	})
}

func TestTheLaterScenarioOfANameHolds(t *testing.T) {
	own := parse(t, strings.Replace(pickup, "A pickup", "My pickup", 1))
	runner := scenario.New(&partner{}, []scenario.Scenario{parse(t, pickup), own})
	defer runner.Close()
	if all := runner.Scenarios(); len(all) != 1 || all[0].Title != "My pickup" {
		t.Errorf("there are %v", all)
	}
}
