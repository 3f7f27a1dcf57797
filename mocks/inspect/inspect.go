package inspect

import (
	"context"
	"runtime"

	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/schemas"
)

// Options are how to judge.
type Options struct {
	// Schema judges every payload; nil: each says by itself what it is.
	Schema *schemas.Schema
	// Strict makes members problems that no document names.
	Strict bool
	// Workers judge side by side; 0: as many as there are processors.
	Workers int
}

// Inspect judges the payloads of the sources and tells the report what it finds, in their order. It returns an error
// only when the report does or when ctx ends; the summary then says how far it got. What is wrong with a source is no
// error but is told to the report, and the other sources are inspected all the same. Where it returns early, a source
// that is being read at the moment is closed when that read ends, which for standard input may be never.
func Inspect(ctx context.Context, sources []Source, o Options, report Report) (Summary, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	// A batch goes to the workers and into the row at once. What may wait in the row bounds how much is in memory.
	work, row := make(chan *batch, 2*workers), make(chan *batch, 2*workers)
	for range workers {
		go func() {
			j := &judge{schema: o.Schema, strict: o.Strict}
			for b := range work {
				b.judge(j)
			}
		}()
	}
	go func() {
		defer close(work)
		defer close(row)
		r := &reader{send: func(b *batch) bool { return hand(ctx, b, row) && hand(ctx, b, work) }}
		for _, source := range sources {
			if ctx.Err() != nil {
				return
			}
			r.read(source)
		}
	}()
	return collect(ctx, row, report)
}

// hand passes a batch on, unless nobody waits for it any more.
func hand(ctx context.Context, b *batch, to chan<- *batch) bool {
	select {
	case to <- b:
		return true
	case <-ctx.Done():
		return false
	}
}

// collect takes the batches in their order, each when it is judged.
func collect(ctx context.Context, row <-chan *batch, report Report) (Summary, error) {
	c := collection{report: report}
	for {
		b, err := next(ctx, row)
		if b == nil {
			return c.sum(), err
		}
		if err := c.take(b); err != nil {
			return c.sum(), err
		}
	}
}

// next waits for the next batch and until it is judged; there is none when all are taken or ctx ends.
func next(ctx context.Context, row <-chan *batch) (*batch, error) {
	var b *batch
	select {
	case b = <-row:
	case <-ctx.Done():
	}
	if b == nil {
		return nil, ctx.Err()
	}
	select {
	case <-b.done:
		return b, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// collection is what was found so far.
type collection struct {
	report  Report
	summary Summary
	file    Count
}

// take hands on what is in a batch and counts it.
func (c *collection) take(b *batch) error {
	c.file.add(b.count)
	if b.last && b.unreadable == nil {
		c.missEverything(b)
	}
	for _, f := range b.found {
		if err := c.report.Found(f); err != nil {
			return err
		}
	}
	if !b.last {
		return nil
	}
	c.file.Broken = min(1, c.file.Broken) // however many problems it has
	finished := FileCount{File: b.file.Name, Count: c.file, Unreadable: b.unreadable}
	finished.sort()
	c.summary.add(finished)
	c.file = Count{}
	return c.report.Finished(finished)
}

// missEverything notes that a file in which payloads are expected has none.
func (c *collection) missEverything(b *batch) {
	if b.file.Lenient || c.file.Payloads() > 0 || c.file.Broken > 0 {
		return
	}
	found := "none"
	if c.file.Skipped > 0 {
		found = "only what is no provider's"
	}
	p := Problem{Place: scan.Start, Rule: Empty, Expected: "a payload", Found: found}
	b.found = append(b.found, Finding{File: b.file.Name, Place: p.Place, Problems: []Problem{p}})
	c.file.Broken = 1
}

// sum is the summary, with what was found so far of a file that is not finished.
func (c *collection) sum() Summary {
	c.summary.Count.add(c.file)
	c.summary.sort()
	return c.summary
}
