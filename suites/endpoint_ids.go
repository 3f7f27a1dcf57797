package suites

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/khop-dev/khop/schemas/rawjson"
)

const accesstradeID = accesstradeMembers + ": transaction_id, String, the order's id, used for settlement"

// idRules: what an endpoint makes of the ids that shops give to their orders.
var idRules = []rule{
	endpoint("ids-apart", Must, accesstradeID, "orders whose ids look alike stay apart, and are listed under the ids that they came with",
		"A column that ignores case, accents or leading zeros, or cuts long ids off, makes one order of two: the second one takes the first one's place. An id that is listed in another writing is found nowhere when the merchant settles.",
		"Keep the id as text, with a collation that compares bytes, in a column that is long enough; escape it where it is shown, not where it is stored.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			day, ids := p.someDay(), p.lookalikeIDs()
			replies := p.SendEach(ctx, p.ordersNamed(day, ids))
			g.Expect(replies).To(Each(BeAnsweredAsDocumented()))
			var taken []awkwardID
			for i, reply := range replies {
				if reply.Acknowledged() {
					taken = append(taken, ids[i])
				}
			}
			p.expectListedAs(ctx, g, day, taken)
		}),
	endpoint("id-forms", Should, accesstradeID, "an order's id may be any text",
		"Shops number their orders in their own way: with slashes, with blanks, in Vietnamese. An id that is refused is an order without a commission.",
		"Take the id as it comes: decode it as UTF-8, sign it as UTF-8, change nothing about it.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			day, unlike := p.someDay(), p.spaciousIDs()
			g.Expect(p.SendEach(ctx, p.ordersNamed(day, append(p.lookalikeIDs(), unlike...)))).To(Each(BeAccepted()))
			p.expectListedAs(ctx, g, day, unlike)
		}),
	endpoint("repeated-at-once", Must, accesstradeID, "an order that is posted several times at once is listed once",
		"A merchant's queue delivers twice, or two workers pick up one order. Where each looks for the order before either has written it, it is booked twice.",
		"Let a unique index decide, and update on conflict.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			const many = 8
			day := p.someDay()
			first, id := p.order(day, "", 0)
			first.Note += ", 8 times at once"
			var same []Delivery
			for range many {
				same = append(same, first)
			}
			replies := p.SendCrowd(ctx, same)
			g.Expect(replies).To(Each(BeAnsweredAsDocumented()))
			g.Expect(slices.ContainsFunc(replies, Reply.Acknowledged)).To(OrElse("%d postbacks of one order at once are all refused", many))
			p.expectListed(ctx, g, day, id, 0, 1)
		}),
}

// awkwardID is an id that a careless endpoint takes for another, or writes in another way.
type awkwardID struct{ id, what string }

// lookalikeIDs are ids that nobody has used before, most of them in pairs.
func (p *Probe) lookalikeIDs() []awkwardID {
	name := p.Provider.Identity(p.Fresh(p.Usual()))
	digits := digitsOf(name)
	long := "DH-" + strings.Repeat("0", 40-3-len(digits)) + digits
	return []awkwardID{
		{name, "in capital letters"},
		{strings.ToLower(name), "in small letters, beside the same in capitals"},
		{digits, "of digits only"},
		{"00" + digits, "of the same digits behind two zeros"},
		{"1" + strings.Repeat("0", 19-len(digits)) + digits + "1", "of 21 digits"},
		{"1" + strings.Repeat("0", 19-len(digits)) + digits + "2", "of 21 digits, the last another one"},
		{"Ha-" + digits, "without accents"},
		{"Hà-" + digits, "the same with an accent"},
		{long + "1", "of 41 characters"},
		{long + "2", "of 41 characters, the last another one"},
		{"O'Neil-" + digits, "with an apostrophe"},
		{"A&B<1>/" + digits, "with & < > and a slash"},
		{`C:\DH "` + digits + `"`, "with a backslash and quotation marks"},
		{"50% don+hang " + digits, "with % + and a blank"},
	}
}

// spaciousIDs are ids that are different by the letter and that a reader takes for one.
func (p *Probe) spaciousIDs() []awkwardID {
	digits := digitsOf(p.Provider.Identity(p.Fresh(p.Usual())))
	return []awkwardID{
		{"DH " + digits, "with a blank"},
		{"DH " + digits + " ", "with a blank at its end"},
		{"Đơn hàng " + digits, "in Vietnamese"},
		{"Đo\u031bn ha\u0300ng " + digits, "in Vietnamese with combining accents"},
	}
}

// digitsOf makes decimal digits, 15 at most, of an id that ends in 12 hexadecimal ones.
func digitsOf(id string) string {
	n, _ := strconv.ParseUint(id[max(0, len(id)-12):], 16, 64) // another id gives 0, and is as good
	return strconv.FormatUint(n, 10)
}

// ordersNamed are postbacks of a day's orders with such ids.
func (p *Probe) ordersNamed(day time.Time, ids []awkwardID) []Delivery {
	var all []Delivery
	for _, one := range ids {
		d, _ := p.order(day, one.id, 0)
		d.Note = fmt.Sprintf("a postback of the order %q, an id %s", one.id, one.what)
		all = append(all, d)
	}
	return all
}

// expectListedAs holds when the day's listing has each of these orders once, under the id
// that it was posted with.
func (p *Probe) expectListedAs(ctx context.Context, g gomega.Gomega, day time.Time, ids []awkwardID) {
	reply, entries := p.list(ctx, g, day, "0")
	for _, one := range ids {
		wrong := misplacedID(entries, one.id)
		if wrong != "" {
			reply.exchange.disappoint(fmt.Sprintf("%q listed once", one.id), wrong)
		}
		g.Expect(wrong == "").To(OrElse("the order %q, an id %s, was answered Done and is %s", one.id, one.what, wrong))
	}
}

// misplacedID says how an id is listed that is not listed once and as it is.
func misplacedID(entries []rawjson.Value, id string) string {
	found, elsewise := 0, ""
	for _, entry := range entries {
		listed, _ := entry.Get("/transaction_id")
		switch {
		case listed.Content() == id && listed.Kind() == rawjson.String:
			found++
		case listed.Content() == id:
			elsewise = "listed as a number"
		}
	}
	switch {
	case found == 1:
		return ""
	case found > 1:
		return fmt.Sprintf("listed %d times", found)
	case elsewise != "":
		return elsewise
	}
	return "listed nowhere under that id"
}
