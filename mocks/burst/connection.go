package burst

import (
	"context"
	"time"
)

// idle is how long a connection that waits for more to send is trusted. Receivers close
// theirs after some seconds, and a request that crosses with that would look like a
// failure.
const idle = time.Second

// breather is how long a connection that failed pauses where no pace holds it back:
// who asks nobody for an answer as fast as possible asks in vain, and often.
const breather = 10 * time.Millisecond

// connection sends events one after another, and takes down what becomes of them. It
// is one in name: the line under it is opened when there is something to send, and
// anew when the target has closed it.
type connection struct {
	*engine
	tally *tally
	judge judge
	seat  seat

	line    *line // nil: none is open
	used    time.Duration
	answers answerReader

	request      []byte
	acknowledged []byte // the last genuine request that the target took
}

// work sends until there is nothing more to send.
func (c *connection) work(ctx context.Context) {
	defer c.hangUp()
	for {
		t, ok := c.pace.next(c.seat)
		if !ok {
			return
		}
		o := c.carry(ctx, t)
		if o.fault != nil {
			c.hangUp()
			if ctx.Err() != nil {
				return // it was the end, not the target, that broke it off
			}
		}
		c.tally.note(o)
		if o.fault != nil && !o.paced {
			pause(ctx, breather)
		}
	}
}

// carry sends the event whose turn it is, and waits for the answer.
func (c *connection) carry(ctx context.Context, t turn) outcome {
	kind, request := c.write(t.number)
	begun := c.clock.now()
	sent, got, err := c.exchange(ctx, request)
	o := outcome{kind: kind, fault: err, paced: t.due != unpaced, late: begun - t.ready, at: c.clock.now()}
	if err != nil {
		return o
	}
	c.used = o.at
	o.status, o.objection = got.status, c.judge.judge(got.status, got.body)
	o.service, o.latency = o.at-sent, o.at-begun
	if o.paced {
		o.latency = o.at - t.due
	}
	if kind == Genuine && o.objection == "" {
		c.request, c.acknowledged = c.acknowledged, c.request
	}
	return o
}

// write makes the request of an event. Where a duplicate is due and there is nothing yet
// to repeat, it is a genuine one.
func (c *connection) write(number uint64) (Kind, []byte) {
	number = c.options.Shard.Number(number)
	kind := c.draw.kind(number)
	if kind == Duplicate {
		if len(c.acknowledged) > 0 {
			return Duplicate, c.acknowledged
		}
		kind = Genuine
	}
	c.request = c.source.Append(c.request[:0], number, kind)
	return kind, c.request
}

// exchange sends a request and reads the answer. Where a line that has carried requests
// before is hung up without a byte of an answer, the target has closed it in between,
// which is its right: the request goes out once more on a new one.
func (c *connection) exchange(ctx context.Context, request []byte) (sent time.Duration, got answer, err error) {
	if c.line != nil && c.clock.now()-c.used > idle {
		c.hangUp()
	}
	used := c.line != nil
	sent, got, err = c.try(ctx, request)
	if used && err != nil && hungUp(err) && !c.answers.began {
		c.hangUp()
		sent, got, err = c.try(ctx, request)
	}
	if err == nil && !got.again {
		c.hangUp()
	}
	return sent, got, err
}

// try sends a request, on a new line where none is open, and reads the answer. It says
// when the last byte was sent.
func (c *connection) try(ctx context.Context, request []byte) (sent time.Duration, got answer, err error) {
	if c.line == nil {
		if c.line, err = c.dialer.open(ctx); err != nil {
			return 0, got, err
		}
		c.answers.reset(c.line)
	}
	c.answers.began = false
	c.line.patience.giveUp = time.Now().Add(c.options.Timeout)
	if _, err = c.line.Write(request); err != nil {
		return 0, got, err
	}
	sent = c.clock.now()
	got, err = c.answers.next()
	return sent, got, err
}

func (c *connection) hangUp() {
	if c.line != nil {
		c.line.hangUp()
		c.line = nil
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
