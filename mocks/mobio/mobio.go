// Package mobio plays Mobio's Sales events: a JSON POST to the partner's webhook
// URL, signed with a plain SHA-256 of app_id, the raw body and app_secret in the
// header X-mevent-signature.
//
// Sources: https://help.mobio.io/articles/webhook-dataout-sales/ for events and
// signature, https://help.mobio.io/articles/gioi-thieu-chung-ve-webhook-data-out/
// for transport: a GET that checks that the URL is alive, 200 within 100 ms, and
// a resend only when no connection could be opened.
package mobio

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// Name is the provider's word on the command line.
const Name = "mobio"

// The two secrets, which stand before and behind the body in the signed text.
const (
	AppID     = "app_id"
	AppSecret = "app_secret"
)

// Block is the value of Envelope with which events come in a list.
const Block = "block"

// The settings.
const (
	Signature    = "signature"
	Envelope     = "envelope"
	AnswerWithin = mocks.AnswerWithin
	RetrySpacing = "retry_spacing"
)

func init() { mocks.Register(Provider()) }

// Provider describes Mobio.
func Provider() *mocks.Provider {
	return &mocks.Provider{
		Name:     Name,
		Title:    "Mobio",
		Document: "https://help.mobio.io/articles/webhook-dataout-sales/",
		Secrets: []mocks.Secret{
			{Name: AppID, Help: "the application's id, first part of the signed text"},
			{Name: AppSecret, Help: "the application's secret, last part of the signed text"},
		},
		Settings: []mocks.Setting{
			{
				Name: Signature, Default: "mac", Values: []string{"mac", "bare"}, Dialect: true,
				Help: "header value: mac=<hex>, or the bare hex digest; the document can be read both ways",
			},
			{
				Name: Envelope, Default: "bare", Values: []string{"bare", Block}, Dialect: true,
				Help: "one event as the whole body, or wrapped as {merchant_id, timestamp, block_event: [...]}",
			},
			{
				Name: AnswerWithin, Default: "100ms", Valid: mocks.Duration,
				Help: "how fast every event is to be answered",
			},
			{
				Name: RetrySpacing, Default: spacing, Values: []string{spacing, otherSpacing},
				Help: "minutes between resends within the hour; the document says Fibonacci, first after 5",
			},
		},
		Scheme:    scheme(),
		Fresh:     fresh,
		Sequel:    sequel,
		Nudge:     nudge,
		Identity:  identity,
		Key:       "message_id (data_event.id where there is none)",
		Policy:    policy,
		Envelop:   envelop,
		Objection: objection,
	}
}

// fresh makes the event one of a new deal that happened just now.
func fresh(payload rawjson.Value, birth mocks.Birth) rawjson.Value {
	return sequel(payload.With("/data_event/deal_id", rawjson.Text(birth.Hex(24))), birth)
}

// sequel makes the event one more of the same deal.
func sequel(payload rawjson.Value, birth mocks.Birth) rawjson.Value {
	payload = payload.
		With("/data_event/id", rawjson.Text(birth.Hex(24))).
		With("/data_event/action_time", rawjson.Literal(birth.Time(-300*time.Millisecond, clock))).
		With("/data_event/created_time", rawjson.Literal(birth.Time(0, clock)))
	if _, ok := payload.Get("/message_id"); ok { // drawn last, as some events have none
		payload = payload.With("/message_id", rawjson.Text(birth.UUID()))
	}
	return payload
}

// Two readings of "Fibonacci, first after 5 minutes, for one hour".
const (
	spacing      = "5,5,10,15,25"
	otherSpacing = "5,8,13,21"
)

func policy(account mocks.Account) delivery.Policy {
	if account.Settings[RetrySpacing] == otherSpacing {
		return delivery.Mobio(delivery.Minutes(5, 8, 13, 21)...)
	}
	return delivery.Mobio()
}

// identity is the event's message_id; an event without one has the id in its data.
func identity(payload rawjson.Value) string {
	for _, member := range []string{"/message_id", "/data_event/id"} {
		if id, ok := payload.Get(member); ok {
			return id.Content()
		}
	}
	return ""
}

// nudge lets the event be written down a few microseconds later. Where its time is no
// number as Mobio writes it, it changes nothing.
func nudge(payload rawjson.Value) rawjson.Value {
	const member, step = "/data_event/created_time", 3 * time.Microsecond
	written, _ := payload.Get(member)
	micro, err := strconv.ParseInt(strings.Replace(written.Content(), ".", "", 1), 10, 64)
	if t := time.UnixMicro(micro); err == nil && Seconds(t).String() == written.String() {
		return payload.With(member, Seconds(t.Add(step)))
	}
	return payload
}

// Seconds is a time as Mobio writes it: seconds with six decimals. The last one is
// never 0, so that every language prints the number with the same digits.
func Seconds(t time.Time) rawjson.Value { return rawjson.Literal(string(clock(nil, t))) }

// clock writes Seconds.
func clock(dst []byte, t time.Time) []byte {
	micro := t.UnixMicro()
	if micro%10 == 0 {
		micro++
	}
	dst = strconv.AppendInt(dst, micro/1e6, 10)
	point := len(dst)
	dst = strconv.AppendInt(dst, 1e6+micro%1e6, 10) // six decimals behind a 1
	dst[point] = '.'
	return dst
}

// envelop wraps the event as the sibling page of the document shows it, when the
// dialect asks for it.
func envelop(account mocks.Account, event rawjson.Value) rawjson.Value {
	if account.Settings[Envelope] != Block {
		return event
	}
	merchant, ok := event.Get("/data_event/merchant_id")
	if !ok {
		merchant = rawjson.Text("1b99bdcf-d582-4f49-9715-1b61dfff3924")
	}
	seconds := time.Now().Unix()
	if created, ok := event.Get("/data_event/created_time"); ok {
		whole, _, _ := strings.Cut(created.Content(), ".")
		_, _ = fmt.Sscan(whole, &seconds) // what is no number keeps the current time
	}
	return rawjson.Record(
		rawjson.Member{Name: "merchant_id", Value: merchant},
		rawjson.Member{Name: "timestamp", Value: rawjson.Int(seconds)},
		rawjson.Member{Name: "block_event", Value: rawjson.List(event)},
	)
}

// objection: every event is to be answered 200 (general page, performance
// requirements).
func objection(status int, _ []byte) string {
	if status == http.StatusOK {
		return ""
	}
	return fmt.Sprintf("Mobio wants HTTP 200 for every event, not %d", status)
}
