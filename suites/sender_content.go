package suites

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/onsi/gomega"
	"golang.org/x/text/encoding/charmap"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// contentRules look at what postbacks say, where it has the right types and is still
// nonsense.
var contentRules = []rule{
	sender("time-ahead", Should, accesstradeMembers+": transaction_time is when the order came about", "transaction_time is not in the future",
		"A time that is hours ahead is mostly a local one, read as UTC; orders of the evening fall into the next day.", "Take the time from the clock in UTC, and no zone into account: milliseconds since 1970 have none.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.postbacksOf(p.rehearsal()), "a time that has come", func(e accesstrade.Entry) string {
				at, ok := number(payloadOf(e), "/transaction_time")
				if !ok || !inMilliseconds(at) {
					return ""
				}
				ahead := time.UnixMilli(int64(at)).Sub(e.Time).Round(time.Minute)
				return wrongWhen(ahead > time.Hour, fmt.Sprintf("transaction_time is %s ahead", ahead))
			})
		}),
	sender("identifiers", Must, accesstradeMembers+": transaction_id, session_id, sku and category_id", "identifiers identify something",
		"\"undefined\" or \"None\" is no session of AccessTrade's and no category: the order is credited to nobody.", "Leave an optional member out when there is no value, and mend the code that writes an absent one as text.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.postbacksOf(p.rehearsal()), "identifiers", func(e accesstrade.Entry) string {
				return strings.Join(wrongTexts(e, func(pointer, text string) string {
					if !identifier.MatchString(pointer) {
						return ""
					}
					if text == "" && pointer == "/transaction_id" {
						return "it is empty"
					}
					return wrongWhen(slices.Contains(nothings, strings.TrimSpace(text)), fmt.Sprintf("%q is what code writes that has no value", text))
				}), "; ")
			})
		}),
	sender("text-intact", Should, accesstradeMembers+": names of products and categories", "names and addresses arrive as they were written",
		"Reports show names that nobody can read, and what is escaped twice is another text.", "Encode as UTF-8 once, and escape for HTML where HTML is written, not before.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.postbacksOf(p.rehearsal()), "text as people write it", func(e accesstrade.Entry) string {
				if len(e.Transactions) == 0 {
					return "" // what cannot be read at all is the schema's affair
				}
				return strings.Join(wrongTexts(e, func(_, text string) string { return damage(text) }), "; ")
			})
		}),
	sender("product-url", Should, accesstradeMembers+": products.url is the product's URL", "a product's url is a whole address",
		"A path without its host leads nowhere on another site.", "Send the address with https and the shop's host.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.postbacksOf(p.rehearsal()), "https://shop/...", func(e accesstrade.Entry) string {
				return strings.Join(wrongTexts(e, func(pointer, text string) string {
					if !strings.HasSuffix(pointer, "/url") || text == "" {
						return ""
					}
					address, err := url.Parse(text)
					whole := err == nil && address.Host != "" && (address.Scheme == "http" || address.Scheme == "https")
					return wrongWhen(!whole, fmt.Sprintf("%.80q is no whole address", text))
				}), "; ")
			})
		}),
	sender("amounts", Should, accesstradeMembers+": transaction_value is the order's total, price and quantity are the product's", "amounts fit each other",
		"Commission is reckoned from them: a total that is a hundred times the products' is corrected by hand, or paid wrongly.", "Send the price of one piece, how many there are, and the total of all, each in VND and without VAT.",
		func(_ context.Context, p *Probe, g gomega.Gomega) {
			p.expectCalls(g, p.postbacksOf(p.rehearsal()), "amounts that fit", func(e accesstrade.Entry) string {
				if e.Verdict != accesstrade.Accepted {
					return "" // a member of another type is the schema's affair
				}
				return strings.Join(unlikely(payloadOf(e)), "; ")
			})
		}),
}

// identifier picks the members that identify something.
var identifier = regexp.MustCompile(`^/(transaction_id|session_id|products/\d+/(id|sku|category_id))$`)

// nothings are what languages write for a value that is not there.
var nothings = []string{"undefined", "null", "NULL", "None", "nil", "<nil>", "NaN", "[object Object]"}

// wrongTexts is what is wrong with the texts of a postback, by member. The two that AccessTrade
// gives are no texts.
func wrongTexts(e accesstrade.Entry, wrong func(pointer, text string) string) []string {
	var said []string
	payloadOf(e).Walk(func(pointer string, v rawjson.Value) {
		if v.Kind() != rawjson.String || pointer == "/access_key" || pointer == "/signature" {
			return
		}
		if what := wrong(pointer, v.Content()); what != "" {
			said = append(said, strings.ReplaceAll(pointer[1:], "/", ".")+": "+what)
		}
	})
	return said
}

// entity is a character as HTML writes it.
var entity = regexp.MustCompile(`&(amp|lt|gt|quot|apos|nbsp|#\d{2,5}|#x[0-9a-fA-F]{2,4});`)

// damage says what has happened to a text on its way; empty when it is whole.
func damage(text string) string {
	switch found := entity.FindString(text); {
	case found != "":
		return fmt.Sprintf("%.80q has %s, which is HTML", text, found)
	case strings.ContainsRune(text, '\uFFFD'):
		return fmt.Sprintf("%.80q has a character that could not be decoded", text)
	}
	for _, charset := range []*charmap.Charmap{charmap.ISO8859_1, charmap.Windows1252} {
		if once, err := charset.NewEncoder().String(text); err == nil && once != text && utf8.ValidString(once) {
			return fmt.Sprintf("%.80q is UTF-8 that was encoded as UTF-8 once more: %.80q", text, once)
		}
	}
	return ""
}

// unlikely says which of an order's amounts cannot be meant.
func unlikely(payload rawjson.Value) []string {
	var said []string
	var sum, prices float64
	products, _ := payload.Get("/products")
	for i, product := range products.Items() {
		price, priced := number(product, "/price")
		quantity, counted := number(product, "/quantity")
		if !priced || !counted {
			return nil // the schema's affair
		}
		sum, prices = sum+price*quantity, prices+price
		if price < 0 {
			said = append(said, fmt.Sprintf("products.%d.price: %.12g is less than nothing", i, price))
		}
		if quantity < 1 {
			said = append(said, fmt.Sprintf("products.%d.quantity: %g pieces", i, quantity))
		}
	}
	discount, _ := number(payload, "/transaction_discount")
	if discount < 0 {
		said = append(said, fmt.Sprintf("transaction_discount: %.12g would raise the price", discount))
	}
	total, told := number(payload, "/transaction_value")
	if !told || len(products.Items()) == 0 || len(said) > 0 {
		return said
	}
	if what := mismatch(total, sum, prices, math.Abs(discount)); what != "" {
		said = append(said, fmt.Sprintf("transaction_value: %.12g, where the products add up to %.12g%s", total, sum, what))
	}
	return said
}

// mismatch tells a total that is too far from the sum of the products, and why it may be.
// Shipping, fees and discounts may be in it or not, which nothing says: only what they do
// not explain counts.
func mismatch(total, sum, prices, discount float64) string {
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1+1e-6*math.Abs(b) }
	switch {
	case math.Abs(total-sum) <= discount+1:
		return ""
	case near(total, prices):
		return ": it is the sum of the prices, quantities left out, or each price is that of all pieces"
	case near(total, sum*100), near(total, sum/100), near(total, sum*1000), near(total, sum/1000):
		return ": another unit"
	}
	for _, vat := range []float64{1.1, 1.08, 1.05} {
		if near(total, sum*vat) || near(total, sum/vat) {
			return fmt.Sprintf(": VAT of %.0f%% is in one of them", 100*(vat-1))
		}
	}
	return wrongWhen(total > 10*sum+discount || total < sum/10-discount, ": more than ten times, or less than a tenth")
}
