package burst

import (
	"context"
	"time"
)

// idle is how long a connection that waits for more to send is kept. Receivers close
// theirs after some seconds, often round ones, and however late one looks whether they
// have, a request can cross with that.
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

// work sends until there is nothing more to send, from a first event on.
func (c *connection) work(ctx context.Context, t turn) {
	defer c.hangUp()
	for ok := true; ok; t, ok = c.pace.next(c.seat) {
		o := c.carry(ctx, t)
		if o.fault != nil {
			c.hangUp()
			if short := shortageOf(o.fault); short != nil {
				c.giveUp(short)
			}
			// It was the end then, not the target, that broke it off.
			o.brokenOff = ctx.Err() != nil
		}
		c.tally.note(o)
		switch {
		case o.brokenOff:
			return
		case o.fault != nil && !o.paced:
			pause(ctx, breather)
		}
	}
}

// carry sends the event whose turn it is, and waits for the answer.
func (c *connection) carry(ctx context.Context, t turn) outcome {
	kind, request := c.write(t.number)
	begun := c.clock.now()
	o := outcome{kind: kind, paced: t.due != unpaced, waited: t.waited(), late: begun - t.ready}
	got, err := c.exchange(ctx, request, &o)
	o.at = c.clock.now()
	if err != nil {
		o.fault = err
		return o
	}
	c.used = o.at
	o.status, o.objection = got.status, c.judge.judge(got.status, got.body)
	if o.objection != "" && got.long {
		o.objection += tooLong
	}
	o.service, o.latency, o.after = o.at-o.sent, o.at-begun, o.at > c.end
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

// exchange sends a request and reads the answer. A line on which something has come in
// between, mostly its end, is not used again. Where the target ended it while the request
// was on its way, and cannot have read that, it goes out once more on a new line.
func (c *connection) exchange(ctx context.Context, request []byte, o *outcome) (answer, error) {
	if c.line != nil && (c.clock.now()-c.used > idle || !c.line.quiet()) {
		c.hangUp()
	}
	kept := c.line != nil
	got, err := c.try(ctx, request, o)
	if kept && err != nil && hungUp(err) && !c.answers.began && c.line.refused() {
		c.hangUp()
		o.resent = true
		got, err = c.try(ctx, request, o)
	}
	if err == nil && !got.again {
		c.hangUp()
	}
	return got, err
}

// try sends a request, on a new line where none is open, and reads the answer.
func (c *connection) try(ctx context.Context, request []byte, o *outcome) (got answer, err error) {
	if err := c.connect(ctx, o); err != nil {
		return got, err
	}
	c.answers.began = false
	c.line.expect(time.Now().Add(c.options.Timeout))
	o.sent = c.clock.now()
	_, err = c.line.Write(request)
	o.written = c.line.wrote() > 0
	if err != nil {
		return got, err
	}
	return c.answers.next()
}

// connect opens a line where none is.
func (c *connection) connect(ctx context.Context, o *outcome) (err error) {
	if c.line != nil {
		return nil
	}
	begun := c.clock.now()
	if c.line, err = c.dialer.open(ctx); err != nil {
		c.line = nil
		return err
	}
	o.opened, o.connect = true, c.clock.now()-begun
	c.answers.reset(c.line)
	return nil
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
