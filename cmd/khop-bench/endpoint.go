package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// course is one way to load the endpoint: what its postbacks say.
type course struct {
	what   string
	orders int // that the file has, a line each
}

// courses: a postback that was posted before may take another way than a new order, so both are measured. There are more
// new ones than the endpoint keeps, so that it has forgotten an order when that comes again.
var courses = []course{{"each of another order", 24_000}, {"the same one again and again", 2}}

// endpointFigures holds the AccessTrade endpoint, with all that it does, against a bare handler that reads the same
// bodies: the same wrk command drives them in turns, and what counts is the median.
func endpointFigures(ctx context.Context, khop string, quick bool) ([]Figure, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the bare handler: %w", err)
	}
	bare, err := startServer(ctx, self, "bare", "--listen", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer bare.stop()
	mock, err := startServer(ctx, khop, "mock", "accesstrade", "--listen", "127.0.0.1:0",
		"--secret", "access_key="+merchant.AccessKey, "--secret", "secret_key="+merchant.SecretKey)
	if err != nil {
		return nil, err
	}
	defer mock.stop()
	folder, err := os.MkdirTemp("", "khop-bench-")
	if err != nil {
		return nil, fmt.Errorf("make room for the orders: %w", err)
	}
	defer os.RemoveAll(folder)
	m := match{bare: bare, mock: mock, folder: folder, rounds: 5, length: 4 * time.Second}
	if quick {
		m.rounds, m.length = 1, time.Second
	}
	return m.figures(ctx)
}

// match is the comparison of two servers.
type match struct {
	bare, mock *server
	folder     string
	rounds     int
	length     time.Duration
}

func (m match) figures(ctx context.Context) ([]Figure, error) {
	var figures []Figure
	filled := 0.0
	for n, c := range courses {
		file := filepath.Join(m.folder, fmt.Sprintf("%d.jsonl", n))
		if err := writeOrders(file, c.orders); err != nil {
			return nil, err
		}
		load := load{file: file, length: m.length}
		if n == 0 { // what is kept is complete after this
			if _, err := load.drive(ctx, m.mock); err != nil {
				return nil, err
			}
			filled = m.mock.memory()
		}
		bare, mock, err := m.turns(ctx, load)
		if err != nil {
			return nil, err
		}
		figures = append(figures, rateFigure(c, bare, mock), latencyFigure(c, bare, mock))
	}
	return append(figures, memoryFigure(filled, m.mock.memory())), nil
}

// turns drives both servers, one after the other, round by round, and returns the median of each.
func (m match) turns(ctx context.Context, load load) (bare, mock sample, err error) {
	var bares, mocks []sample
	for range m.rounds {
		if bare, err = load.drive(ctx, m.bare); err != nil {
			return bare, mock, err
		}
		if mock, err = load.drive(ctx, m.mock); err != nil {
			return bare, mock, err
		}
		bares, mocks = append(bares, bare), append(mocks, mock)
	}
	return middle(bares), middle(mocks), nil
}

// middle is the median of each of the samples' values by itself.
func middle(all []sample) sample {
	of := func(value func(sample) float64) float64 {
		var values []float64
		for _, s := range all {
			values = append(values, value(s))
		}
		return median(values)
	}
	return sample{
		rate: of(func(s sample) float64 { return s.rate }),
		p99:  of(func(s sample) float64 { return s.p99 }),
		cpu:  of(func(s sample) float64 { return s.cpu }),
	}
}

const (
	bareHandler = "bare net/http handler that reads the body"
	leastRatio  = 0.6
	mostGrowth  = 1.25
)

func rateFigure(c course, bare, mock sample) Figure {
	f := Figure{
		What: "AccessTrade endpoint, postbacks, " + c.what, Unit: "requests/s",
		Value: mock.rate, Against: bareHandler, Base: bare.rate,
		Note: fmt.Sprintf("schema, signature, store and journal, each call printed; wrk over %d connections, every answer a 200; the server's CPU a request %.1f µs, the bare one's %.1f µs", connections, mock.cpu, bare.cpu),
	}
	return f.ratioAtLeast(leastRatio)
}

func latencyFigure(c course, bare, mock sample) Figure {
	return Figure{
		What: "AccessTrade endpoint, 99th percentile of the latency, " + c.what, Unit: "ms",
		Value: mock.p99, Against: bareHandler, Base: bare.p99,
		Note: "both as busy as they can be",
	}
}

func memoryFigure(filled, after float64) Figure {
	return Figure{
		What: "AccessTrade endpoint, resident memory after all of it", Unit: "MB",
		Value: after, Against: "itself after the first round", Base: filled,
		Aim: fmt.Sprintf("ratio ≤ %.2f", mostGrowth), Met: after <= mostGrowth*filled,
		Note: "it keeps 1000 calls and 10000 orders",
	}
}
