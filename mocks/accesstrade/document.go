package accesstrade

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"time"

	"github.com/khop-dev/khop/schemas"
)

// document is a JSON object with its numbers as they were written. A nil document
// has no members, so that what could not be read can be asked all the same.
type document map[string]any

// judge reads a body and holds it to a schema. The document is what could be read,
// however many problems it has.
func judge(schema string, body []byte) (document, []Problem) {
	if what := otherThanJSON(body); what != "" {
		return nil, []Problem{problem("", "json", "the body "+what)}
	}
	found, err := known(schema).Validate(body)
	if err != nil {
		return nil, []Problem{problem("", "json", err.Error())}
	}
	var problems []Problem
	for _, p := range found {
		problems = append(problems, told(p))
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var doc map[string]any
	if err := decoder.Decode(&doc); err != nil {
		return nil, problems // no object, as the schema has said
	}
	return doc, problems
}

// known is a schema that is part of this build.
func known(id string) *schemas.Schema {
	s, err := schemas.Lookup(id)
	if err != nil {
		panic("mocks/accesstrade: " + err.Error())
	}
	return s
}

// text is a member that is a string.
func (d document) text(name string) (string, bool) {
	text, ok := d[name].(string)
	return text, ok
}

// literal is a member that is a string or a number, as a merchant would sign it.
func (d document) literal(name string) (string, bool) {
	if digits := d.number(name); digits != "" {
		return digits, true
	}
	return d.text(name)
}

// number is the digits of a member that is a number; empty for any other.
func (d document) number(name string) string {
	n, _ := d[name].(json.Number)
	return n.String()
}

// whole is a number that the schema found to be an integer, in whatever writing:
// 1, 1.0, 1e0. It is false for one that 64 bits do not hold.
func (d document) whole(name string) (int64, bool) {
	n, ok := new(big.Rat).SetString(d.number(name))
	if !ok || !n.IsInt() || !n.Num().IsInt64() {
		return 0, false
	}
	return n.Num().Int64(), true
}

// objects are the elements of a member that is a list; what is no object is left
// out.
func (d document) objects(name string) []document {
	list, _ := d[name].([]any)
	var all []document
	for _, element := range list {
		if object, ok := element.(map[string]any); ok {
			all = append(all, object)
		}
	}
	return all
}

// order is the order of a postback without problems. An order without a state is
// pending.
func (d document) order() Order {
	at, _ := d.whole("transaction_time")
	status, _ := d.whole("transaction_status")
	id, _ := d.text("transaction_id")
	session, _ := d.text("session_id")
	return Order{
		ID:       cut(id, longestID),
		Time:     time.UnixMilli(at).UTC(),
		Status:   int(status),
		Value:    d.number("transaction_value"),
		Discount: d.number("transaction_discount"),
		Session:  cut(session, longestID),
		Products: len(d.objects("products")),
	}
}

// changes are the new states of a bulk update.
func (d document) changes() []Change {
	var changes []Change
	for _, transaction := range d.objects("transactions") {
		id, _ := transaction.literal("transaction_id")
		status, _ := transaction.whole("status")
		changes = append(changes, Change{id, int(status)})
	}
	return changes
}

// idProblems: an order is told from others by its ID, so there has to be one; and it
// is kept, so it cannot be endless (the document has no limit: this one is khop's).
func (d document) idProblems() []Problem {
	switch id, _ := d.text("transaction_id"); {
	case id == "":
		return []Problem{problem("transaction_id", "minLength", "it is empty")}
	case len(id) > longestID:
		return []Problem{problem("transaction_id", "maxLength", fmt.Sprintf("it has %d bytes, and khop keeps at most %d", len(id), longestID))}
	}
	return nil
}

// lastMilli is the end of the last year that a listing can write.
var lastMilli = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC).UnixMilli()

// timeProblems: what lies thousands of years ahead was not counted in milliseconds.
func (d document) timeProblems(name string) []Problem {
	milli, ok := d.whole(name)
	if ok && milli <= lastMilli {
		return nil
	}
	return []Problem{problem(name, "maximum", "it lies beyond the year 9999: milliseconds are wanted, not microseconds or nanoseconds")}
}
