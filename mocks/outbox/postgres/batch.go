package postgres

import "context"

// batch does what many callers ask for together: those who come while a transaction
// is on its way share the next one. A commit costs a write to the disk, whatever is in it.
type batch[In, Out any] struct {
	most  int // how much is done together, as weighed
	weigh func(In) int
	do    func(context.Context, []In) ([]Out, error)
	calls chan *call[In, Out]
}

type call[In, Out any] struct {
	in   In
	out  Out
	err  error
	done chan struct{}
}

func newBatch[In, Out any](most int, weigh func(In) int, do func(context.Context, []In) ([]Out, error)) *batch[In, Out] {
	return &batch[In, Out]{most: most, weigh: weigh, do: do, calls: make(chan *call[In, Out])}
}

func weighOne[In any](In) int { return 1 }

// ask waits for its turn until ctx ends. What has begun is waited for, so that the
// caller knows whether it happened.
func (b *batch[In, Out]) ask(ctx, open context.Context, in In) (Out, error) {
	c := &call[In, Out]{in: in, done: make(chan struct{})}
	if ctx.Err() != nil {
		return c.out, ctx.Err()
	}
	select {
	case b.calls <- c:
		<-c.done
	case <-ctx.Done():
		c.err = ctx.Err()
	case <-open.Done():
		c.err = ErrClosed
	}
	return c.out, c.err
}

// run serves callers until ctx ends.
func (b *batch[In, Out]) run(ctx context.Context) {
	for {
		select {
		case first := <-b.calls:
			b.serve(ctx, b.gather(first))
		case <-ctx.Done():
			return
		}
	}
}

// gather takes along everybody who waits already.
func (b *batch[In, Out]) gather(first *call[In, Out]) []*call[In, Out] {
	calls := []*call[In, Out]{first}
	for weight := b.weigh(first.in); weight < b.most; {
		select {
		case c := <-b.calls:
			calls = append(calls, c)
			weight += b.weigh(c.in)
		default:
			return calls
		}
	}
	return calls
}

// serve does what the calls ask for, and where that fails each by itself: nobody
// fails for another's sake.
func (b *batch[In, Out]) serve(ctx context.Context, calls []*call[In, Out]) {
	ins := make([]In, len(calls))
	for i, c := range calls {
		ins[i] = c.in
	}
	outs, err := b.do(ctx, ins)
	if err != nil && len(calls) > 1 && ctx.Err() == nil {
		for _, c := range calls {
			b.serve(ctx, []*call[In, Out]{c})
		}
		return
	}
	for i, c := range calls {
		if c.err = err; err == nil {
			c.out = outs[i]
		}
		close(c.done)
	}
}
