// Package esms plays eSMS's delivery callbacks: a GET on the partner's URL whose
// query string tells what became of a message, unsigned.
//
// Source: https://developers.esms.vn/esms-api/callback-url. It documents eight
// samples, the parameters, and up to five retries when the URL times out. Timeout
// and spacing are not stated and are settings here.
package esms

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// Name is the provider's word on the command line.
const Name = "esms"

// RetryWait is the one setting.
const RetryWait = "retry_wait"

func init() { mocks.Register(Provider()) }

// Provider describes eSMS.
func Provider() *mocks.Provider {
	return &mocks.Provider{
		Name:     Name,
		Title:    "eSMS",
		Document: "https://developers.esms.vn/esms-api/callback-url",
		Settings: []mocks.Setting{
			{
				Name: RetryWait, Default: "1m", Valid: mocks.Duration,
				Help: "the time between retries, which the document leaves open",
			},
		},
		Query:     true,
		Fresh:     fresh,
		Sequel:    sequel,
		Identity:  identity,
		Key:       "SMSID",
		Policy:    policy,
		Objection: objection,
	}
}

// fresh makes the callback one of a new message. The parameters' values stay
// percent-encoded exactly as they are.
func fresh(payload rawjson.Value, birth mocks.Birth) rawjson.Value {
	id, _ := payload.Get("/SMSID")
	return payload.With("/SMSID", rawjson.Text(another(id.Content(), birth)))
}

// another is a new message's id, written as this one is: some of the samples have
// dashes, and they are of three lengths. A text that is no such id is followed by 32
// hex digits and three decimal ones.
func another(id string, birth mocks.Birth) string {
	groups := strings.Split(id, "-")
	if len(id) < 32 || strings.Trim(id, "0123456789abcdef-") != "" || slices.Contains(groups, "") {
		return birth.Hex(32) + birth.Digits(3)
	}
	for i, group := range groups {
		groups[i] = birth.Hex(len(group))
	}
	return strings.Join(groups, "-")
}

// sequel makes the callback the one of the same message before its report: sent,
// and nothing known yet (SendStatus 7). A callback tells no time.
func sequel(payload rawjson.Value, _ mocks.Birth) rawjson.Value {
	return payload.
		With("/SendStatus", rawjson.Text("7")).
		With("/SendSuccess", rawjson.Text("0")).
		With("/SendFailed", rawjson.Text("0"))
}

// identity is the message's id.
func identity(payload rawjson.Value) string {
	id, _ := payload.Get("/SMSID")
	text, err := url.QueryUnescape(id.Content())
	if err != nil {
		return id.Content()
	}
	return text
}

func policy(account mocks.Account) delivery.Policy {
	return delivery.ESMS(delivery.ESMSRetries, account.Time(RetryWait))
}

// objection: the document speaks of timeouts alone; 200 is what a GET that was
// understood is answered with.
func objection(status int, _ []byte) string {
	if status == http.StatusOK {
		return ""
	}
	return fmt.Sprintf("eSMS expects its callback to be answered, with 200 by any convention, not %d", status)
}
