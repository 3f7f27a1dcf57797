package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestTable(t *testing.T) {
	got := table([]outcome{
		{name: "burst", figures: []Figure{
			Figure{What: "khop burst", Value: 62913.4, Unit: "requests/s", Against: "wrk | constant", Base: 70000}.ratioAtLeast(0.8),
			Figure{What: "size", Value: 41.25, Unit: "MB"}.atMost(40),
			{What: "memory", Value: 7.5, Unit: "MB", Against: "bare", Base: 0.3},
		}},
		{name: "endpoint", err: absent{"wrk is not installed"}},
	})
	want := `| what       | khop              | against         | its value         | ratio | aim         | met |
| ---------- | ----------------- | --------------- | ----------------- | ----- | ----------- | --- |
| khop burst | 62,913 requests/s | wrk \| constant | 70,000 requests/s | 0.90  | ratio ≥ 0.8 | yes |
| size       | 41.2 MB           |                 |                   |       | ≤ 40 MB     | NO  |
| memory     | 7.50 MB           | bare            | 0.30 MB           | 25.00 |             |     |
| endpoint   | not measured      |                 |                   |       |             |     |
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPageSaysWhatIsToBeKnown(t *testing.T) {
	outcomes := []outcome{
		{name: "a", figures: []Figure{{What: "first", Note: "said once"}, {What: "second", Note: "said once"}}},
		{name: "b", err: errors.New("broken\n" + strings.Repeat("line\n", 100))},
	}
	busy := machine{Processor: "Abacus", Cores: 2, Load: 1.5, Khop: "1.2", Go: "go1.26.0", Day: time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)}
	text := page(busy, outcomes, true)
	for _, want := range []string{
		"these are no measurements", "2026-05-06 with khop 1.2 and go1.26.0", "Abacus with 2 cores", "**The machine was busy** (load average 1.50",
		"- *first*: said once.\n- *b* was not measured: broken line line", "line lin ...\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	quiet := busy
	quiet.Load = 0.25
	if text := page(quiet, outcomes, false); strings.Contains(text, "no measurements") || strings.Contains(text, "busy") || !strings.Contains(text, "start 0.25.") {
		t.Error(text)
	}
}

func TestOnlyWhatWentWrongIsAFailure(t *testing.T) {
	missing := outcome{name: "endpoint", err: absent{"wrk is not installed"}}
	if err := failures([]outcome{missing, {name: "size"}}); err != nil {
		t.Error(err)
	}
	err := failures([]outcome{missing, {name: "burst", err: errors.New("exit status 3")}})
	if err == nil || strings.Contains(err.Error(), "wrk") || !strings.Contains(err.Error(), "burst was not measured: exit status 3") {
		t.Error(err)
	}
}

func TestQuantity(t *testing.T) {
	for want, value := range map[string]float64{"0.04 ms": 0.042, "4.20 ms": 4.2, "42.1 ms": 42.12, "421 ms": 421.2, "1,234,567 ms": 1234567, "50 ms": 50} {
		if got := quantity(value, "ms"); got != want {
			t.Errorf("%g is shown as %q, want %q", value, got, want)
		}
	}
}

func TestAims(t *testing.T) {
	f := Figure{Value: 80, Unit: "MB/s", Base: 100}
	for _, c := range []struct {
		f   Figure
		aim string
		met bool
	}{
		{f.ratioAtLeast(0.8), "ratio ≥ 0.8", true},
		{f.ratioAtLeast(0.81), "ratio ≥ 0.81", false},
		{f.atLeast(80), "≥ 80 MB/s", true},
		{f.atLeast(81), "≥ 81 MB/s", false},
		{f.atMost(80), "≤ 80 MB/s", true},
		{f.atMost(79), "≤ 79 MB/s", false},
	} {
		if c.f.Aim != c.aim || c.f.Met != c.met {
			t.Errorf("%q, %t; want %q, %t", c.f.Aim, c.f.Met, c.aim, c.met)
		}
	}
}

func TestMedian(t *testing.T) {
	for want, values := range map[float64][]float64{0: nil, 2: {2}, 3: {9, 3, 1}, 4: {9, 3, 1, 5}} {
		if got := median(values); got != want {
			t.Errorf("median of %v: %g, want %g", values, got, want)
		}
	}
}
