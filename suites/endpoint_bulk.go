package suites

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

const accesstradeBulkAnswers = accesstradeBulk + ", Kết quả trả về: Done"

// bulkRules: what a bulk update that was taken, or refused, has done.
var bulkRules = []rule{
	endpoint("bulk-applied", Must, accesstradeBulkAnswers, "a bulk update that is answered Done is carried out, all of it",
		"Done is all that the merchant hears. What was left out stays in its old state for good, and nobody looks for it.",
		"Carry out every entry, also 0 and what changes nothing, however many there are, and then answer Done; what cannot be carried out, refuse.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			p.bulkBackAndForth(ctx, g)
			p.bulkOutOfTurn(ctx, g)
			p.bulkAroundUnknown(ctx, g)
			p.bulkOfMany(ctx, g)
			p.bulkOfNothingNew(ctx, g)
		}),
	endpoint("bulk-whole", Should, accesstradeBulk+", Kết quả trả về: status false", "a bulk update that is refused changes nothing",
		"The merchant takes a refusal for nothing done, mends the list and sends it again; or gives it up, and half of it is in force.",
		"Do it in one transaction, and roll back when an entry cannot be carried out.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			for _, bad := range []struct {
				what   string
				change accesstrade.Change
			}{
				{"an unknown order in it", accesstrade.Change{ID: p.unknownID(), Status: 1}},
				{"an undocumented status in it", accesstrade.Change{ID: p.place(ctx, g, p.someDay(), 0), Status: 5}},
			} {
				day := p.someDay()
				before, after := p.place(ctx, g, day, 0), p.place(ctx, g, day, 0)
				reply := p.report(ctx, accesstrade.Change{ID: before, Status: 1}, bad.change, accesstrade.Change{ID: after, Status: 1})
				if !reply.Acknowledged() {
					p.expectInStatus(ctx, g, day, 0, []string{before, after}, "a bulk update was refused that has "+bad.what)
				}
			}
		}),
}

// bulkBackAndForth changes states in every direction, back to pending too.
func (p *Probe) bulkBackAndForth(ctx context.Context, g gomega.Gomega) {
	for _, way := range []struct{ from, to int }{{1, 0}, {-1, 0}, {1, -1}} {
		day := p.someDay()
		id := p.place(ctx, g, day, int64(way.from))
		if p.report(ctx, accesstrade.Change{ID: id, Status: way.to}).Acknowledged() {
			p.expectInStatus(ctx, g, day, way.to, []string{id}, fmt.Sprintf("a bulk update from status %d to %d was answered Done", way.from, way.to))
		}
	}
}

// bulkOutOfTurn sends updates of different orders in the same millisecond, and one that
// was made before and arrives after.
func (p *Probe) bulkOutOfTurn(ctx context.Context, g gomega.Gomega) {
	now := time.Now()
	for _, turn := range []struct {
		at   time.Time
		what string
	}{
		{now, "a bulk update"},
		{now, "a bulk update of another order with the same request_time"},
		{now.Add(-time.Minute), "a bulk update of another order, a minute older than the one before,"},
	} {
		day := p.someDay()
		id := p.place(ctx, g, day, 0)
		if p.reportAt(ctx, turn.at, accesstrade.Change{ID: id, Status: 1}).Acknowledged() {
			p.expectInStatus(ctx, g, day, 1, []string{id}, turn.what+" was answered Done")
		}
	}
}

// bulkAroundUnknown names an order that was never posted between two that were.
func (p *Probe) bulkAroundUnknown(ctx context.Context, g gomega.Gomega) {
	day := p.someDay()
	before, after := p.place(ctx, g, day, 0), p.place(ctx, g, day, 0)
	reply := p.report(ctx, accesstrade.Change{ID: before, Status: 1}, accesstrade.Change{ID: p.unknownID(), Status: 1}, accesstrade.Change{ID: after, Status: 1})
	if reply.Acknowledged() {
		p.expectInStatus(ctx, g, day, 1, []string{before, after}, "a bulk update with an unknown order between two others was answered Done")
	}
}

// bulkOfMany names more orders than a page, a batch or a list of parameters often has.
func (p *Probe) bulkOfMany(ctx context.Context, g gomega.Gomega) {
	const many = 101
	day := p.someDay()
	var deliveries []Delivery
	var ids []string
	var changes []accesstrade.Change
	for range many {
		d, id := p.order(day, "", 0)
		deliveries, ids, changes = append(deliveries, d), append(ids, id), append(changes, accesstrade.Change{ID: id, Status: 1})
	}
	g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeAccepted()))
	if p.report(ctx, changes...).Acknowledged() {
		p.expectInStatus(ctx, g, day, 1, ids, fmt.Sprintf("a bulk update of %d orders was answered Done", many))
	}
}

// bulkOfNothingNew tells the state that an order has already: a retry of an update, say.
func (p *Probe) bulkOfNothingNew(ctx context.Context, g gomega.Gomega) {
	day := p.someDay()
	id := p.place(ctx, g, day, 1)
	reply := p.report(ctx, accesstrade.Change{ID: id, Status: 1})
	g.Expect(reply).To(BeSurvived())
	p.expectInStatus(ctx, g, day, 1, []string{id}, "a bulk update told the status that the order had already")
}

// unknownID is an id that was never posted.
func (p *Probe) unknownID() string { return p.Provider.Identity(p.Fresh(p.Usual())) }

// reportAt sends a bulk update that was made at a time, see report.
func (p *Probe) reportAt(ctx context.Context, at time.Time, changes ...accesstrade.Change) Reply {
	var reply Reply
	for _, formula := range accesstrade.Formulas(accesstrade.BulkUpdate) {
		m := accesstrade.Of(p.Account)
		m.BulkFormula = formula
		call := m.BulkUpdate(accesstrade.Report(at, changes...))
		reply = p.Send(ctx, Delivery{Request: call.Delivery(), Note: "a bulk update signed as " + formula.Text})
		if reply.Acknowledged() || reply.Failure != nil {
			break
		}
	}
	return reply
}

// expectInStatus holds when the day's listing has all these orders in that status, after what
// has happened.
func (p *Probe) expectInStatus(ctx context.Context, g gomega.Gomega, day time.Time, status int, ids []string, event string) {
	reply, entries := p.list(ctx, g, day, strconv.Itoa(status))
	states := map[string]float64{}
	for _, entry := range entries {
		id, _ := entry.Get("/transaction_id")
		if state, ok := number(entry, "/status"); ok {
			states[id.Content()] = state
		}
	}
	var missing []string
	for _, id := range ids {
		if state, listed := states[id]; !listed || state != float64(status) {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return
	}
	wrong := missing[0] + " is not listed"
	if len(ids) > 1 {
		wrong = fmt.Sprintf("%d of %d orders are not listed", len(missing), len(ids))
	}
	reply.exchange.disappoint(fmt.Sprintf("%s in status %d", missing[0], status), "not listed in that status")
	g.Expect(false).To(OrElse("%s, and %s in status %d", event, wrong, status))
}
