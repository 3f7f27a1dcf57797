// Package abaha plays Abaha's webhooks: a JSON POST of an order, a product or a
// customer to the merchant's URL, unsigned, with the custom headers that the
// merchant configured, to be answered {"status": 200, "message": "OK"}.
//
// Source: https://tailieu.abaha.vn, page tai-lieu-webhook. It documents the three
// payloads, the acknowledgement, that the URL has to be https, and three automatic
// sends x minutes apart; x is not stated and is a setting here.
package abaha

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// Name is the provider's word on the command line.
const Name = "abaha"

// The settings.
const (
	Insecure  = "insecure"
	RetryWait = "retry_wait"
	Sends     = "sends"
)

func init() { mocks.Register(Provider()) }

// Provider describes Abaha.
func Provider() *mocks.Provider {
	return &mocks.Provider{
		Name:     Name,
		Title:    "Abaha",
		Document: "https://tailieu.abaha.vn/tai-lieu-webhook",
		Settings: []mocks.Setting{
			{
				Name: Insecure, Default: "false", Values: []string{"false", "true"},
				Help: "send over plain http to other machines; Abaha itself takes https URLs only",
			},
			{
				Name: RetryWait, Default: "5m", Valid: mocks.Duration,
				Help: "the x minutes between automatic sends, which the document leaves open",
			},
			{
				Name: Sends, Default: "3", Values: []string{"3", "4"},
				Help: "automatic sends in all: 3, or 1 and 3 more",
			},
		},
		Fresh:     fresh,
		Sequel:    sequel,
		Identity:  identity,
		Key:       "id (user_id of a customer)",
		Policy:    policy,
		Took:      took,
		Objection: objection,
		Forbids:   forbids,
	}
}

const (
	layout = "2006-01-02 15:04:05" // section D: every time in the samples
	order  = "/cart_code"          // only orders have one
)

// hanoi is the zone of a Vietnamese shop's wall clock.
var hanoi = time.FixedZone("+07", 7*60*60)

// fresh makes the payload one of a new object that was changed just now.
func fresh(payload rawjson.Value, birth mocks.Birth) rawjson.Value {
	id := birth.Number()
	switch {
	case has(payload, order):
		payload = payload.With("/id", rawjson.Text(id)).With(order, rawjson.Text("0000"+id)).With("/orders_time", at(birth, 0))
	case has(payload, "/product_code"):
		payload = payload.With("/id", rawjson.Text(id)).With("/product_code", rawjson.Text("KHOP"+id))
	default:
		payload = payload.With("/user_id", rawjson.Text(id))
	}
	return sequel(payload.With("/created", at(birth, -time.Hour)), birth)
}

// sequel makes the payload a later state of the same object.
func sequel(payload rawjson.Value, birth mocks.Birth) rawjson.Value {
	return payload.With("/modified", at(birth, 0))
}

func at(birth mocks.Birth, after time.Duration) rawjson.Value {
	return rawjson.Text(birth.Time(after, func(dst []byte, t time.Time) []byte { return t.In(hanoi).AppendFormat(dst, layout) }))
}

// identity is the object's id: a customer has it in user_id.
func identity(payload rawjson.Value) string {
	for _, member := range []string{"/id", "/user_id"} {
		if id, ok := payload.Get(member); ok {
			return id.Content()
		}
	}
	return ""
}

func has(payload rawjson.Value, member string) bool {
	_, ok := payload.Get(member)
	return ok
}

func policy(account mocks.Account) delivery.Policy {
	sends := delivery.AbahaSends
	if account.Settings[Sends] == "4" {
		sends++
	}
	return delivery.Abaha(account.Time(RetryWait), sends)
}

// acknowledgement is the documented answer (section D, Response).
type acknowledgement struct {
	Status  json.Number `json:"status"`
	Message *string     `json:"message"`
}

// took: a body that says another status refuses the delivery, also over HTTP 200.
func took(status int, body []byte) bool {
	if status/100 != 2 {
		return false
	}
	said, err := read(body)
	return err != nil || said.Status == "" || said.Status == "200"
}

// objection reads the acknowledgement strictly: status is the JSON number 200.
func objection(status int, body []byte) string {
	const wanted = `Abaha wants HTTP 200 with the body {"status": 200, "message": "OK"}`
	if status != http.StatusOK {
		return fmt.Sprintf("%s, not HTTP %d", wanted, status)
	}
	said, err := read(body)
	switch {
	case err != nil:
		return wanted + ", and this body is no JSON object"
	case said.Status != "200":
		return wanted + ", and this body has not the number 200 in status"
	case said.Message == nil:
		return wanted + ", and this body has no text in message"
	}
	return ""
}

// read takes the acknowledgement apart; a status in quotes is no number.
func read(body []byte) (acknowledgement, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return acknowledgement{}, fmt.Errorf("reading the acknowledgement: %w", err)
	}
	var said acknowledgement
	if raw := bytes.TrimSpace(members["status"]); len(raw) > 0 && (raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9') {
		said.Status = json.Number(raw)
	}
	if raw, ok := members["message"]; ok {
		_ = json.Unmarshal(raw, &said.Message) // a message that is no text is no message
	}
	return said, nil
}

// forbids: the webhook URL has to be https (section B.2); a receiver on the own
// machine is left in peace.
func forbids(account mocks.Account, target *url.URL) error {
	if target.Scheme == "https" || account.Settings[Insecure] == "true" {
		return nil
	}
	host := target.Hostname()
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("the webhook URL has to be https, and %s is not; with its setting %s=true it is sent to all the same", target.Redacted(), Insecure)
}
