package suites

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// ordersRules: the state that an endpoint keeps, as its listing shows it.
var ordersRules = []rule{
	endpoint("listed", Must, accesstradeListing, "an order that was accepted is in the listing",
		"The merchant settles by that list.", "Keep every accepted order.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			day := p.someDay()
			id := p.place(ctx, g, day, 0)
			p.expectListed(ctx, g, day, id, 0, 1)
		}),
	endpoint("repeated-id", Must, accesstradeMembers+": transaction_id is the order's id, used for settlement", "a repeated transaction_id updates the order instead of doubling it",
		"A merchant that repeats a postback after a timeout is paid twice, or billed twice.", "Make transaction_id unique and update on conflict.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			day := p.someDay()
			id := p.place(ctx, g, day, 0)
			p.replace(ctx, g, day, id, 0)
			p.replace(ctx, g, day, id, 1)
			p.expectListed(ctx, g, day, id, 1, 1)
			// A double may be listed beside it, in the state that it had before.
			reply, entries := p.list(ctx, g, day, "0")
			for _, entry := range entries {
				state, _ := number(entry, "/status")
				stale := is(entry, "/transaction_id", rawjson.String, id) && state == 0
				if stale {
					reply.exchange.disappoint("one order "+id, "another one of that id, in status 0")
				}
				g.Expect(!stale).To(OrElse("%s is listed a second time, in the status that it had before", id))
			}
			p.expectUpdatedBack(ctx, g)
		}),
	endpoint("listing-shape", Must, accesstradeListing+", Kết quả trả về", "the listing has the documented shape",
		"The merchant's code reads total and data.", "Answer total, and data with transaction_id, transaction_time as 2016-06-08T07:18:55 and status as a number.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			day := p.someDay()
			p.place(ctx, g, day, 0)
			reply, _ := p.list(ctx, g, day, "")
			g.Expect(reply).To(BeJSONWith("total and data as documented", documentedListing))
		}),
	endpoint("listing-date", Must, accesstradeListing+": date", "the listing can be limited to a day",
		"The merchant settles day by day.", "Filter by the day of transaction_time.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			day := p.someDay()
			id := p.place(ctx, g, day, 0)
			p.expectListed(ctx, g, day, id, 0, 1)
			p.expectListed(ctx, g, day.AddDate(0, 0, 2), id, 0, 0)
			p.expectListed(ctx, g, day.AddDate(0, 0, -2), id, 0, 0)
		}),
	endpoint("listing-status", Must, accesstradeListing+": status", "the listing can be limited to a status",
		"The merchant asks for what is still pending.", "Filter by status.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			day := p.someDay()
			states := []string{"0", "1", "-1"}
			ids := []string{p.place(ctx, g, day, 0), p.place(ctx, g, day, 1), p.place(ctx, g, day, -1)}
			for i, status := range states {
				reply, entries := p.list(ctx, g, day, status)
				for j, id := range ids {
					times := 0
					if i == j {
						times = 1
					}
					expectCount(g, reply, entries, id, times, "with status "+status)
				}
			}
		}),
	endpoint("listing-signature", Must, accesstradeListing+": signature is required", "a listing without a right signature is refused",
		"The list tells a merchant's turnover to whoever asks.", "Verify the signature of the listing too.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			m := accesstrade.Of(p.Account)
			bare := accesstrade.Merchant{AccessKey: m.AccessKey, SecretKey: m.SecretKey + "khop"}.Listing("", "").Delivery()
			stranger := accesstrade.Merchant{AccessKey: "khop-unknown", SecretKey: m.SecretKey}.Listing("", "").Delivery()
			g.Expect(p.SendEach(ctx, []Delivery{
				{Request: bare, Note: "a listing signed with another secret"},
				{Request: stranger, Note: "a listing with an unknown access_key"},
				unsignedListing(m, "", "without signature"),
				unsignedListing(m, "&signature=", "with an empty signature"),
				unsignedListing(m, "&signature[]=", "with a list for a signature"),
			})).To(Each(BeNoListing()))
		}),
	endpoint("listing-bad-date", Should, accesstradeListing+": date as YYYY-MM-DD", "a date of another form is refused",
		"A filter that was not understood returns everything or nothing, and both look right.", "Parse strictly.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			var replies []Reply
			for _, formula := range accesstrade.Formulas(accesstrade.Listing) {
				m := accesstrade.Of(p.Account)
				m.ListingFormula = formula
				replies = append(replies, p.Send(ctx, Delivery{Request: m.Listing("08/06/2016", "").Delivery(), Note: "a listing of 08/06/2016"}))
			}
			g.Expect(replies).To(Each(BeNoListing()))
			g.Expect(replies).To(Each(BeSurvived()))
		}),
	endpoint("bulk-update", Must, accesstradeBulk, "a bulk update changes the states that the listing shows",
		"Orders that were confirmed stay pending, and the publisher is not paid.", "Update every order that is named.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			day := p.someDay()
			first, third := p.place(ctx, g, day, 0), p.place(ctx, g, day, 0)
			second, others := p.placeBeside(ctx, g, day)
			g.Expect(p.report(ctx, accesstrade.Change{ID: first, Status: 1}, accesstrade.Change{ID: second, Status: -1})).To(BeAccepted())
			p.expectListed(ctx, g, day, first, 1, 1)
			p.expectListed(ctx, g, day, second, -1, 1)
			p.expectInStatus(ctx, g, day, 0, append(others, third), "other orders were named in a bulk update")
		}),
	endpoint("bulk-signature", Must, accesstradeBulk+": signature", "a bulk update without a right signature is refused",
		"Anybody could cancel every order.", "Verify the signature of the bulk update too.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			id := p.place(ctx, g, p.someDay(), 0)
			g.Expect(p.SendEach(ctx, p.forgedUpdates(id))).To(Each(BeRefused()))
		}),
	endpoint("bulk-status-values", Must, accesstradeBulk, "a bulk update with an undocumented status is refused",
		"A state that means nothing is never paid and never cancelled.", "Take 0, 1 and -1.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			id := p.place(ctx, g, p.someDay(), 0)
			g.Expect(p.report(ctx, accesstrade.Change{ID: id, Status: 5})).To(BeRefused())
		}),
	endpoint("bulk-unknown", Should, accesstradeBulk+": the orders are those of the listing", "a bulk update does not create an order that was never posted",
		"An order without price and products cannot be settled.", "Refuse unknown ids, or leave them out and say so.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			day := p.someDay()
			_, unknown := p.order(day, "", 0)
			reply := p.report(ctx, accesstrade.Change{ID: unknown, Status: 1})
			g.Expect(reply).To(BeSurvived())
			p.expectListed(ctx, g, time.Time{}, unknown, 1, 0)
		}),
	endpoint("bulk-empty", Should, accesstradeBulk, "a bulk update of nothing gets no 5xx",
		"A nightly job with nothing to report should not ring the alarm.", "Answer it, either way.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			call := accesstrade.Of(p.Account).BulkUpdate(accesstrade.Report(time.Now()))
			g.Expect(p.Send(ctx, Delivery{Request: call.Delivery(), Note: "a bulk update of no order"})).To(BeSurvived())
		}),
	endpoint("concurrent", Must, accesstradePostback, "64 postbacks at once are all kept, and the listing works meanwhile",
		"A sale sends its orders together.", "Guard what is shared; let the database hold the state.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			const many = 64
			day := p.someDay()
			var deliveries []Delivery
			var ids []string
			for range many {
				d, id := p.order(day, "", 0)
				deliveries, ids = append(deliveries, d), append(ids, id)
			}
			asked, _ := p.list(ctx, g, p.someDay(), "")
			replies := p.SendCrowd(ctx, slices.Concat(deliveries, asked.again(8, "while orders come in")))
			g.Expect(replies[:many]).To(Each(BeAccepted()))
			g.Expect(replies[many:]).To(Each(BeListing()))
			reply, entries := p.list(ctx, g, day, "")
			for _, id := range ids {
				expectCount(g, reply, entries, id, 1, "after 64 postbacks at once")
			}
		}),
}

// someDay is a day for one check, which no other is likely to have.
func (p *Probe) someDay() time.Time { return p.births.day() }

// order is a postback of an order of that day; an empty id draws a new one.
func (p *Probe) order(day time.Time, id string, status int64) (Delivery, string) {
	payload := p.Fresh(p.Usual()).
		With("/transaction_time", rawjson.Int(day.UnixMilli())).
		With("/transaction_status", rawjson.Int(status))
	if id != "" {
		payload = payload.With("/transaction_id", rawjson.Text(id))
	}
	return p.Carrying(payload, "a postback in status %d", status), p.Provider.Identity(payload)
}

// place posts an order, which has to be accepted, and returns its id.
func (p *Probe) place(ctx context.Context, g gomega.Gomega, day time.Time, status int64) string {
	d, id := p.order(day, "", status)
	g.Expect(p.Send(ctx, d)).To(BeAccepted())
	return id
}

// replace posts an order again, in the given status.
func (p *Probe) replace(ctx context.Context, g gomega.Gomega, day time.Time, id string, status int64) {
	d, _ := p.order(day, id, status)
	d.Note += ", repeated"
	g.Expect(p.Send(ctx, d)).To(BeAccepted())
}

// report sends a bulk update. The document does not settle its signature: the
// formulas are tried in turn, and the first yes, or the last no, is the reply.
func (p *Probe) report(ctx context.Context, changes ...accesstrade.Change) Reply {
	return p.reportAt(ctx, time.Now(), changes...)
}

// list asks for a day's orders in a status: of all days where the day is zero, in every
// status where that is empty. A list has to come back. The formulas of its signature are
// tried in turn too.
func (p *Probe) list(ctx context.Context, g gomega.Gomega, day time.Time, status string) (Reply, []rawjson.Value) {
	var reply Reply
	date := ""
	if !day.IsZero() {
		date = day.Format(time.DateOnly)
	}
	for _, formula := range accesstrade.Formulas(accesstrade.Listing) {
		m := accesstrade.Of(p.Account)
		m.ListingFormula = formula
		reply = p.Send(ctx, Delivery{Request: m.Listing(date, status).Delivery(), Note: fmt.Sprintf("the listing of %q in status %q signed as %s", date, status, formula.Text)})
		if listing, ok := readListing(reply); ok {
			data, _ := listing.Get("/data")
			return reply, data.Items()
		}
	}
	g.Expect(reply).To(BeJSONWith("a listing with data", func(v rawjson.Value) bool {
		data, there := v.Get("/data")
		return there && data.Kind() == rawjson.Array
	}))
	return reply, nil
}

func readListing(reply Reply) (rawjson.Value, bool) {
	if reply.Failure != nil || reply.Status/100 != 2 {
		return rawjson.Value{}, false
	}
	listing, err := rawjson.Parse(reply.Body)
	data, there := listing.Get("/data")
	return listing, err == nil && there && data.Kind() == rawjson.Array
}

// expectListed holds when the day's listing has the order that often, in that
// status. Pending orders are asked for as such: a listing may show only those.
func (p *Probe) expectListed(ctx context.Context, g gomega.Gomega, day time.Time, id string, status float64, times int) {
	reply, entries := p.list(ctx, g, day, fmt.Sprint(status))
	expectCount(g, reply, entries, id, times, fmt.Sprintf("in status %v", status))
	for _, entry := range entries {
		if is(entry, "/transaction_id", rawjson.String, id) {
			got, _ := number(entry, "/status")
			if got != status {
				reply.exchange.disappoint(fmt.Sprintf("status %v for %s", status, id), fmt.Sprintf("status %v", got))
			}
			g.Expect(got == status).To(OrElse("%s is listed in status %v, and not %v", id, got, status))
		}
	}
}

func expectCount(g gomega.Gomega, reply Reply, entries []rawjson.Value, id string, times int, when string) {
	found := 0
	for _, entry := range entries {
		if is(entry, "/transaction_id", rawjson.String, id) {
			found++
		}
	}
	if found != times {
		reply.exchange.disappoint(fmt.Sprintf("%s listed %d times", id, times), fmt.Sprintf("listed %d times", found))
	}
	g.Expect(found == times).To(OrElse("%s is listed %d times %s, and not %d times", id, found, when, times))
}

// zonelessISO is 2016-06-08T07:18:55.
var zonelessISO = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$`)

// documentedListing tells whether a listing looks like the document's.
func documentedListing(v rawjson.Value) bool {
	total, ok := number(v, "/total")
	data, _ := v.Get("/data")
	if !ok || total < float64(len(data.Items())) {
		return false
	}
	for _, entry := range data.Items() {
		id, _ := entry.Get("/transaction_id")
		at, _ := entry.Get("/transaction_time")
		_, hasStatus := number(entry, "/status")
		if id.Kind() != rawjson.String || !zonelessISO.MatchString(at.Content()) || !hasStatus {
			return false
		}
	}
	return len(data.Items()) > 0
}

func md5Of(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}
