package accesstrade

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// Name is the provider's word on the command line.
const Name = "accesstrade"

// The two secrets.
const (
	AccessKey = "access_key"
	SecretKey = "secret_key"
)

func init() { mocks.Register(Provider()) }

// Provider describes AccessTrade from the other side: khop is the merchant, and the
// target is an endpoint that takes its postbacks.
func Provider() *mocks.Provider {
	return &mocks.Provider{
		Name:     Name,
		Title:    "AccessTrade",
		Document: Document,
		Secrets: []mocks.Secret{
			{Name: AccessKey, Help: "the key that tells the merchant"},
			{Name: SecretKey, Help: "the key that signs, and never travels"},
		},
		Sends:       func(eventType string) bool { return eventType == string(Postback) },
		Dress:       dress,
		Credentials: []string{AccessKey, "signature"},
		Seal:        seal(),
		Fresh:       fresh,
		Sequel:      func(payload rawjson.Value, _ mocks.Birth) rawjson.Value { return payload },
		Key:         "transaction_id",
		Identity:    func(payload rawjson.Value) string { return content(payload, "/transaction_id") },
		Took:        took,
		Objection:   Objection,
		Forbids:     func(_ mocks.Account, to *url.URL) error { return complete(to) },
	}
}

// Of is the merchant whom an account describes.
func Of(account mocks.Account) Merchant {
	return Merchant{AccessKey: account.Secrets[AccessKey], SecretKey: account.Secrets[SecretKey]}
}

// Delivery is the call as khop's checks send it.
func (r Request) Delivery() mocks.Request {
	return mocks.Request{Method: r.Method, Path: r.Path, Query: r.Query, Header: r.Header, Body: r.Body}
}

// complete says that an address is that of one of the calls already, and khop adds their
// paths itself.
func complete(to *url.URL) error {
	path := strings.TrimSuffix(to.Path, "/")
	for _, call := range []string{PostbackPath, BulkUpdatePath, ListingPath} {
		if before, ends := strings.CutSuffix(path, call); ends {
			base := url.URL{Scheme: to.Scheme, Host: to.Host, Path: before}
			return fmt.Errorf("%s is where one of the calls goes, and khop adds their paths itself: give the address before it, %s", call, base.String())
		}
	}
	return nil
}

// dress makes a postback of a payload; what is no payload goes out as it is.
func dress(account mocks.Account, body []byte) mocks.Request {
	payload, err := rawjson.Parse(body)
	if err != nil || payload.Kind() != rawjson.Object {
		return mocks.Request{Method: http.MethodPost, Path: PostbackPath, Header: contentType(), Body: body}
	}
	return Of(account).Postback(payload).Delivery()
}

// clock writes milliseconds since 1970.
func clock(dst []byte, t time.Time) []byte { return strconv.AppendInt(dst, t.UnixMilli(), 10) }

// fresh makes the postback one of a new order that was placed just now.
func fresh(payload rawjson.Value, birth mocks.Birth) rawjson.Value {
	return payload.
		With("/transaction_id", rawjson.Text("KHOP-"+birth.UpperHex(12))).
		With("/transaction_time", rawjson.Literal(birth.Time(0, clock))).
		With("/session_id", rawjson.Text(birth.Hex(24)))
}

// took: an answer is a yes when its body says so, whatever its HTTP status.
func took(_ int, body []byte) bool {
	answer, err := rawjson.Parse(body)
	if err != nil {
		return false
	}
	status, ok := answer.Get("/status")
	return ok && status.Kind() == rawjson.Bool && status.Content() == "true"
}
