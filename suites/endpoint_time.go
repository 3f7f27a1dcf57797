package suites

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// zonelessForm is how the listing writes a time.
const zonelessForm = "2006-01-02T15:04:05"

// clockRules: what the listing says of the time of orders, and when.
var clockRules = []rule{
	endpoint("listing-time", Must, accesstradeListing+": date and transaction_time; "+accesstradeMembers+": transaction_time", "the listing shows the time that an order was posted with, and finds it on that day",
		"A clock of twelve hours, a month where the minute belongs, a year that is the week's: most of the day and most of the year they look right. Days that are cut in one zone and written in another move evening orders to another bill.",
		"Keep the moment; write it, and cut the days, in one and the same zone (yyyy-MM-dd'T'HH:mm:ss, and never YYYY, hh or MM for minutes).",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			posted := p.placeAroundTheClock(ctx, g)
			p.expectOneZone(g, posted, p.listAroundTheClock(ctx, g, posted))
		}),
	endpoint("listing-current", Should, accesstradeListing, "the listing shows an order as soon as it was answered Done, also when the same was asked before",
		"The merchant compares the list with his own books at once, and posts again what he misses.", "Leave the listing out of caches, or empty them with every order.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			day := p.someDay()
			first := p.place(ctx, g, day, 0)
			p.expectListed(ctx, g, day, first, 0, 1)
			second := p.place(ctx, g, day, 0)
			p.expectListed(ctx, g, day, second, 0, 1)
		}),
}

// aroundTheClock are hours, minutes and seconds at the end of a year, counted from 30
// December in UTC: in the morning and in the evening, in Vietnam and in UTC, and where the
// two are on different days.
var aroundTheClock = []time.Duration{
	5*time.Hour + 7*time.Minute + 9*time.Second,
	14*time.Hour + 41*time.Minute + 33*time.Second,
	16*time.Hour + 58*time.Minute + 59*time.Second,
	20*time.Hour + 16*time.Minute + 2*time.Second,
	24*time.Hour + 29*time.Minute + 47*time.Second,
	35*time.Hour + 55*time.Minute + 21*time.Second,
	47*time.Hour + 34*time.Minute + 56*time.Second,
}

// placeAroundTheClock posts an order for each of these times, and returns them by their
// ids. On 31 December 2018 and 2019 it is the first week of the next year already.
func (p *Probe) placeAroundTheClock(ctx context.Context, g gomega.Gomega) map[string]time.Time {
	year := 2018 + p.someDay().Day()%2
	posted := map[string]time.Time{}
	var deliveries []Delivery
	for _, since := range aroundTheClock {
		at := time.Date(year, time.December, 30, 0, 0, 0, 123e6, time.UTC).Add(since)
		d, id := p.order(at, "", 0)
		d.Note += " of " + at.Format(time.RFC3339)
		posted[id] = at.Truncate(time.Second)
		deliveries = append(deliveries, d)
	}
	g.Expect(p.SendEach(ctx, deliveries)).To(Each(BeAccepted()))
	return posted
}

// listedTime is how an order's time is listed.
type listedTime struct {
	at    time.Time // as if it were UTC
	reply Reply     // where
}

// listAroundTheClock asks for each day on which one of these orders lies in some zone. What a
// day's list has must be of that day.
func (p *Probe) listAroundTheClock(ctx context.Context, g gomega.Gomega, posted map[string]time.Time) map[string]listedTime {
	shown := map[string]listedTime{}
	for _, day := range daysOf(posted) {
		reply, entries := p.list(ctx, g, day, "0")
		for _, entry := range entries {
			id, _ := entry.Get("/transaction_id")
			at, ours := posted[id.Content()]
			if !ours {
				continue
			}
			written, _ := entry.Get("/transaction_time")
			listed := p.readListed(written)
			asked, of := day.Format(time.DateOnly), "the order of "+at.Format(time.RFC3339)
			if listed.Format(time.DateOnly) != asked {
				reply.exchange.disappoint("orders of "+asked, of+" at "+written.Content())
			}
			g.Expect(listed.Format(time.DateOnly) == asked).To(OrElse("%s is in the listing of %s and is listed there at %s", of, asked, written.Content()))
			shown[id.Content()] = listedTime{listed, reply}
		}
	}
	return shown
}

// daysOf are the dates that such orders have somewhere on earth.
func daysOf(posted map[string]time.Time) []time.Time {
	first := time.Time{}
	for _, at := range posted {
		if day := at.Truncate(24 * time.Hour); first.IsZero() || day.Before(first) {
			first = day
		}
	}
	var days []time.Time
	for n := -1; n <= 2; n++ {
		days = append(days, first.AddDate(0, 0, n))
	}
	return days
}

// readListed reads a time as the listing writes it.
func (p *Probe) readListed(written rawjson.Value) time.Time {
	at, err := time.Parse(zonelessForm, written.Content())
	if err != nil || !zonelessISO.MatchString(written.Content()) {
		p.Skip("the listing writes times in another form, which another check reports")
	}
	return at
}

// expectOneZone holds when there is a zone in which all times are listed rightly.
func (p *Probe) expectOneZone(g gomega.Gomega, posted map[string]time.Time, shown map[string]listedTime) {
	var zone time.Duration
	var first string
	for _, id := range slices.SortedFunc(maps.Keys(posted), func(a, b string) int { return posted[a].Compare(posted[b]) }) {
		at, of := posted[id], "the order of "+posted[id].Format(time.RFC3339)
		listed, there := shown[id]
		g.Expect(there).To(OrElse("%s is listed on none of the days around it", of))
		ahead := listed.at.Sub(at)
		if first == "" {
			zone, first = ahead, fmt.Sprintf("%s at %s", of, listed.at.Format(zonelessForm))
		}
		possible := ahead == zone && ahead%(15*time.Minute) == 0 && ahead >= -12*time.Hour && ahead <= 14*time.Hour
		if !possible {
			listed.reply.exchange.disappoint(of+" at that time, in one zone", listed.at.Format(zonelessForm))
		}
		g.Expect(possible).To(OrElse("there is no zone in which both are right: %s, and %s at %s", first, of, listed.at.Format(zonelessForm)))
	}
}
