package accesstrade

import (
	"context"
	"crypto/subtle"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/khop-dev/khop/schemas"
)

// reading is what a request says: what is wrong with it, and how to carry it out
// when nothing is.
type reading struct {
	problems []Problem
	remarks  []Problem // what is wrong, and no reason to refuse
	formulas []string  // signature formulas that matched
	ids      []string  // orders that it is about
	// carryOut does what is asked for. It returns the body of the answer, or what
	// only the orders at hand show to be wrong, or an error of the store.
	carryOut func(context.Context, *Entry) (success any, problems []Problem, err error)
}

// wrong is all that is wrong with the request: the problems, and what is remarked besides.
func (r reading) wrong(problems []Problem) []Problem { return slices.Concat(problems, r.remarks) }

// readPostback reads one reported order (Tracking API, POST
// /core/transactions/postback). Most have nothing wrong, which is seen at a glance; the
// others are judged, which takes many times as long and finds out what is wrong.
func (e *Endpoint) readPostback(body []byte) reading {
	if seen, sure := glance(body); sure && e.genuine(seen) {
		return reading{formulas: []string{documented.Name}, ids: []string{seen.order.ID}, carryOut: e.keep(seen.order)}
	}
	return e.judgePostback(body)
}

// genuine tells whether the merchant has signed an order that can be kept.
func (e *Endpoint) genuine(p postback) bool {
	signed := append(append(make([]byte, 0, 128), p.order.ID...), e.config.SecretKey...)
	signature := md5Text(signed)
	return p.order.ID != "" && e.accessKey.fits(p.key) && subtle.ConstantTimeCompare(signature[:], p.signature) == 1
}

// judgePostback reads a postback at length.
func (e *Endpoint) judgePostback(body []byte) reading {
	doc, problems := judge("accesstrade/postback", body)
	var read reading
	if id, ok := doc.literal("transaction_id"); ok {
		read.ids = []string{id}
		matched, mismatch := e.signed(doc, Postback, Formulas(Postback), subject{ids: read.ids})
		read.formulas, problems = matched, append(problems, mismatch...)
	}
	problems = append(problems, e.unknownKey(doc)...)
	if len(problems) == 0 {
		problems = append(doc.idProblems(), doc.timeProblems("transaction_time")...)
	}
	if read.problems = problems; len(problems) > 0 {
		return read
	}
	read.carryOut = e.keep(doc.order())
	return read
}

// keep puts an order into the store.
func (e *Endpoint) keep(order Order) func(context.Context, *Entry) (any, []Problem, error) {
	return func(ctx context.Context, entry *Entry) (any, []Problem, error) {
		order.Reported, order.Changed = entry.Time, entry.Time
		repeated, err := e.config.Store.Put(ctx, order)
		if err != nil {
			return nil, nil, fmt.Errorf("keep the order: %w", err)
		}
		entry.Repeated = repeated
		return done, nil, nil
	}
}

// readListing reads which orders are asked for (Tracking API, GET
// /core/transactions).
func (e *Endpoint) readListing(query string, allowed []Formula) reading {
	body, err := schemas.FromQuery(query)
	if err != nil {
		return reading{problems: []Problem{problem("", "query", err.Error())}}
	}
	doc, problems := judge("accesstrade/listing-query", body)
	date, _ := doc.text("date")
	matched, mismatch := e.signed(doc, Listing, allowed, subject{date: date})
	read := reading{formulas: matched, problems: slices.Concat(problems, mismatch, e.unknownKey(doc))}
	if len(read.problems) > 0 {
		return read
	}
	filter := e.filter(doc)
	read.carryOut = func(ctx context.Context, entry *Entry) (any, []Problem, error) {
		orders, err := e.config.Store.List(ctx, filter)
		if err != nil {
			return nil, nil, fmt.Errorf("list the orders: %w", err)
		}
		answer := tell(orders, e.config.Zone)
		entry.Count = answer.Total
		return answer, nil, nil
	}
	return read
}

// filter is what a listing's query asks for.
func (e *Endpoint) filter(doc document) Filter {
	var filter Filter
	if date, ok := doc.text("date"); ok {
		day, _ := time.ParseInLocation(time.DateOnly, date, e.config.Zone) // the schema has seen to it
		filter.From, filter.Before = day, day.AddDate(0, 0, 1)
	}
	status := Pending
	word, given := doc.text("status")
	if given {
		status, _ = strconv.Atoi(word) // the schema has seen to it
	}
	if given || e.config.PendingByDefault {
		filter.Status = &status
	}
	return filter
}

// readBulkUpdate reads the new states of many orders (Tracking API, POST
// /core/transactions/postbacks/common).
func (e *Endpoint) readBulkUpdate(body []byte, allowed []Formula) reading {
	doc, problems := judge("accesstrade/bulk-update", body)
	changes := doc.changes()
	signs := subject{}
	for _, c := range changes {
		signs.ids = append(signs.ids, c.ID)
	}
	signs.requestTime, _ = doc.literal("request_time")
	matched, mismatch := e.signed(doc, BulkUpdate, allowed, signs)
	problems = slices.Concat(problems, mismatch, e.unknownKey(doc))
	if len(problems) == 0 {
		problems = doc.timeProblems("request_time")
	}
	read := reading{formulas: matched, ids: signs.ids, problems: problems}
	if len(problems) > 0 {
		return read
	}
	read.carryOut = func(ctx context.Context, entry *Entry) (any, []Problem, error) {
		unknown, err := e.config.Store.Change(ctx, changes, entry.Time, e.config.SkipUnknown)
		if err != nil {
			return nil, nil, fmt.Errorf("change the orders: %w", err)
		}
		entry.Unknown = e.keys.ids(unknown)
		if len(unknown) > 0 && !e.config.SkipUnknown {
			return nil, strangers(changes, unknown), nil
		}
		return done, nil, nil
	}
	return read
}

// strangers tells which members of a bulk update name unknown orders.
func strangers(changes []Change, unknown []string) []Problem {
	var problems []Problem
	strange := map[string]bool{}
	for _, id := range unknown {
		strange[id] = true
	}
	for i, c := range changes {
		if strange[c.ID] {
			problems = append(problems, problem(fmt.Sprintf("transactions[%d].transaction_id", i), "unknown",
				fmt.Sprintf("no order %q was reported; nothing was changed", cut(c.ID, 80))))
		}
	}
	return problems
}

// unknownKey says that an access key is not the merchant's. A missing one, or one
// that is no string, is the schema's affair.
func (e *Endpoint) unknownKey(doc document) []Problem {
	key, ok := doc.text("access_key")
	if !ok || e.accessKey.fits([]byte(key)) {
		return nil
	}
	return []Problem{problem("access_key", "unknown", "it is not the key that this endpoint was told (the value is not shown)")}
}

// signed names the formulas of a call that the signature fits. It is a problem when
// none of them is allowed; when nothing is said to be allowed, everything is. A
// missing signature is the schema's affair.
func (e *Endpoint) signed(doc document, call Call, allowed []Formula, s subject) ([]string, []Problem) {
	signature, ok := doc.text("signature")
	if !ok {
		return nil, nil
	}
	matched := matching(Formulas(call), s, e.config.SecretKey, signature)
	if len(allowed) == 0 || overlap(matched, allowed) {
		return names(matched), nil
	}
	more := "expected " + texts(allowed) + " in lower-case hex"
	if guess := misreading(allowed, s, e.config.SecretKey, signature); len(matched) > 0 {
		more += "; this one is " + texts(matched)
	} else if guess != "" {
		more += "; this one is " + guess
	}
	return names(matched), []Problem{problem("signature", "mismatch", more)}
}
