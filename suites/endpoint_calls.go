package suites

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// unsignedListing is a listing with something else in place of a signature.
func unsignedListing(m accesstrade.Merchant, signature, note string) Delivery {
	call := m.Listing("", "")
	call.Query = "access_key=" + url.QueryEscape(m.AccessKey) + signature
	return Delivery{Request: call.Delivery(), Note: "a listing " + note}
}

// forgedUpdates are bulk updates of an order that the merchant has not signed.
func (p *Probe) forgedUpdates(id string) []Delivery {
	m := accesstrade.Of(p.Account)
	payload := accesstrade.Report(time.Now(), accesstrade.Change{ID: id, Status: 1})
	stranger, elsewhere := m, m
	stranger.AccessKey, elsewhere.SecretKey = "khop-unknown", m.SecretKey+"khop"
	all := []Delivery{
		{Request: elsewhere.BulkUpdate(payload).Delivery(), Note: "a bulk update signed with another secret"},
		{Request: stranger.BulkUpdate(payload).Delivery(), Note: "a bulk update with an unknown access_key"},
	}
	change := func(note string, change func(rawjson.Value) rawjson.Value) {
		d := Delivery{Request: m.BulkUpdate(payload).Delivery(), Note: "a bulk update " + note}
		d.Body = rawjson.Compact.Encode(change(rawjson.MustParse(d.Body)))
		all = append(all, d)
	}
	change("without signature", func(v rawjson.Value) rawjson.Value { return v.Without("/signature") })
	for _, value := range []string{`""`, "null", "true", "0", "[]"} {
		change("with "+value+" for a signature", set("/signature", rawjson.MustParse([]byte(value))))
	}
	return all
}

// placeBeside posts an order whose id has a _, and others that a careless search takes for
// it: one that finds beginnings, endings, or any letter in place of the _. An endpoint that
// refuses such ids has none of them.
func (p *Probe) placeBeside(ctx context.Context, g gomega.Gomega, day time.Time) (named string, others []string) {
	unused := p.unknownID()
	ids := []string{unused + "_1", unused + "_12", "2" + unused + "_1", unused + "x1"}
	var deliveries []Delivery
	for _, id := range ids {
		d, _ := p.order(day, id, 0)
		d.Note += " of the order " + id
		deliveries = append(deliveries, d)
	}
	for i, reply := range p.SendEach(ctx, deliveries) {
		if reply.Acknowledged() {
			others = append(others, ids[i])
		}
	}
	if !slices.Contains(others, ids[0]) {
		return p.place(ctx, g, day, 0), others
	}
	return ids[0], others[1:]
}

// expectUpdatedBack holds when a postback that takes an order back to pending, and is
// answered Done, has done so.
func (p *Probe) expectUpdatedBack(ctx context.Context, g gomega.Gomega) {
	day := p.someDay()
	id := p.place(ctx, g, day, 1)
	d, _ := p.order(day, id, 0)
	d.Note += ", repeated after status 1"
	if p.Send(ctx, d).Acknowledged() {
		p.expectInStatus(ctx, g, day, 0, []string{id}, "a postback from status 1 back to 0 was answered Done")
	}
}

// again is the same request so many times over.
func (r Reply) again(times int, note string) []Delivery {
	d := r.exchange.Delivery
	d.Note += ", " + note
	var all []Delivery
	for range times {
		all = append(all, d)
	}
	return all
}
