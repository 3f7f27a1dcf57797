// Package superai plays SuperAI's order updates: a JSON POST to the partner's
// callback URL, signed with HMAC-SHA256 of the raw body in the header Signature.
//
// Source: https://docs.superai.vn/guide/webhooks.html. It documents the two update
// types, the members, the signature and that exactly 200 means success. No retry
// is documented, so the default sends once.
package superai

import (
	"fmt"
	"net/http"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// Name is the provider's word on the command line.
const Name = "superai"

// PartnerCode is the one secret: the code that keys the HMAC.
const PartnerCode = "partner_code"

func init() { mocks.Register(Provider()) }

// Provider describes SuperAI.
func Provider() *mocks.Provider {
	return &mocks.Provider{
		Name:     Name,
		Title:    "SuperAI",
		Document: "https://docs.superai.vn/guide/webhooks.html",
		Secrets: []mocks.Secret{
			{Name: PartnerCode, Help: "the partner code that keys the HMAC of every webhook"},
		},
		Scheme:    scheme(),
		Fresh:     fresh,
		Sequel:    sequel,
		Nudge:     nudge,
		Identity:  identity,
		Key:       "code",
		Policy:    func(mocks.Account) delivery.Policy { return delivery.SuperAI() },
		Objection: objection,
	}
}

// hanoi is the zone in which the documented samples are written.
var hanoi = time.FixedZone("+07", 7*60*60)

// fresh makes the update one of a new parcel that changed just now.
func fresh(payload rawjson.Value, birth mocks.Birth) rawjson.Value {
	short := birth.Digits(9)
	return sequel(payload.
		With("/code", rawjson.Text("SGNS"+birth.Digits(6)+"LM."+short)).
		With("/shortcode", rawjson.Text(short)).
		With("/soc", rawjson.Text("EG"+birth.Digits(8)+"-"+birth.Digits(2))).
		With("/created_at", rawjson.Text(birth.Time(-26*time.Hour, clock))), birth)
}

// sequel makes the update one more of the same parcel.
func sequel(payload rawjson.Value, birth mocks.Birth) rawjson.Value {
	now := rawjson.Text(birth.Time(0, clock))
	return payload.With("/updated_at", now).With("/pushed_at", now)
}

// identity is the parcel's code.
func identity(payload rawjson.Value) string {
	code, _ := payload.Get("/code")
	return code.Content()
}

// nudge makes the parcel a second younger, or has its update pushed a second later
// where its birth is no time as SuperAI writes it. Without either it changes nothing.
func nudge(payload rawjson.Value) rawjson.Value {
	for _, member := range []string{"/created_at", "/pushed_at"} {
		written, _ := payload.Get(member)
		t, err := time.Parse(time.RFC3339, written.Content())
		if err == nil && at(t).String() == written.String() {
			return payload.With(member, at(t.Add(time.Second)))
		}
	}
	return payload
}

func at(t time.Time) rawjson.Value { return rawjson.Text(string(clock(nil, t))) }

// clock writes a time as the documented samples do.
func clock(dst []byte, t time.Time) []byte { return t.In(hanoi).AppendFormat(dst, time.RFC3339) }

// objection: SuperAI takes HTTP 200, and nothing else, for success (section
// "Response").
func objection(status int, _ []byte) string {
	if status == http.StatusOK {
		return ""
	}
	return fmt.Sprintf("SuperAI counts only HTTP 200 as delivered, not %d", status)
}
