package accesstrade

import (
	"bytes"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/quick"
)

// postback is a reported order that fits its schema, and what it is signed with.
type postback struct {
	key, signature []byte // of the body, not copies
	order          Order
}

var postbackSchema = sync.OnceValue(func() *schemas.Schema { return known("accesstrade/postback") })

// glance reads a postback from its bytes, without decoding them. It is false for one that does not surely fit its schema,
// and for one in an unusual writing, such as a time with an exponent: that one is for judge, which takes its time.
func glance(body []byte) (p postback, sure bool) {
	if !utf8.Valid(body) || !postbackSchema().Fits(body) {
		return p, false
	}
	for name, value := range quick.Members(body) {
		if !p.take(name, value) {
			return p, false
		}
	}
	return p, true
}

// take reads one member of a postback that fits, which therefore has its kind and comes once.
func (p *postback) take(name, value []byte) (sure bool) {
	switch sure = true; string(name) {
	case "access_key":
		p.key, sure = quick.Plain(value)
	case "signature":
		p.signature, sure = quick.Plain(value)
	case "transaction_id":
		p.order.ID, sure = plain(value)
	case "session_id":
		p.order.Session, sure = plain(value)
	case "transaction_time":
		p.order.Time, sure = moment(value)
	case "transaction_status":
		p.order.Status, sure = state(value)
	case "transaction_value":
		p.order.Value = string(value)
	case "transaction_discount":
		p.order.Discount = string(value)
	case "products":
		for range quick.Elements(value) {
			p.order.Products++
		}
	default:
		sure = bytes.IndexByte(name, '\\') < 0 // with escapes it may be any of these
	}
	return sure
}

// plain is a text without escapes that a journal keeps as a whole.
func plain(value []byte) (string, bool) {
	letters, ok := quick.Plain(value)
	return string(letters), ok && len(letters) <= longestID
}

// moment is a time of a year that a listing can write.
func moment(value []byte) (time.Time, bool) {
	milli, err := strconv.ParseInt(string(value), 10, 64)
	return time.UnixMilli(milli).UTC(), err == nil && milli <= lastMilli
}

func state(value []byte) (int, bool) {
	switch string(value) {
	case "0":
		return Pending, true
	case "1":
		return Success, true
	case "-1":
		return Cancelled, true
	}
	return 0, false
}
