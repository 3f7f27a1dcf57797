package recognise_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/inspect/recognise"
	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/schemas"
)

func guess(t *testing.T, doc string) recognise.Guess {
	t.Helper()
	var survey scan.Survey
	if !json.Valid([]byte(doc)) || !survey.Look([]byte(doc)) {
		t.Fatalf("cannot look at %s", doc)
	}
	return recognise.Object([]byte(doc), survey.Members).Settle([]byte(doc))
}

// events are Mobio's, in the order of their schemas.
const events = "sale_create_deal, sale_update_company, sale_update_contact, sale_update_media, sale_update_product_categories_main, " +
	"sale_update_product_categories_sub, sale_update_product_line, sale_update_products, sale_update_products_bank, sale_update_status"

func TestAWordThatNoDocumentHasIsToldWithThoseThatItHas(t *testing.T) {
	update := string(fixtures.Documented("superai")[0].Payload)
	for _, c := range []struct{ doc, pointer, want string }{
		{strings.Replace(update, "update_status", "update_price", 1), "/type", `"update_weight" or "update_status"`},
		{strings.Replace(update, "update_status", "update_weigth", 1), "/type", `"update_weight"`},
		{strings.Replace(update, "update_status", "update_price", 1), "/code", ""},
		{update, "/type", ""},
		{`{"event_type":"sale_update_produts","data_event":{}}`, "/event_type", `"sale_update_products"`},
	} {
		if got := guess(t, c.doc).Choice(c.pointer); got != c.want {
			t.Errorf("%s: %s, want %s", c.pointer, got, c.want)
		}
	}
}

func TestAGuessHasAReason(t *testing.T) {
	for _, c := range []struct{ doc, schema, reason string }{
		{`{"type":"update_weight"}`, "superai/update_weight", "type is update_weight"},
		{`{"event_type":"sale_update_media"}`, "mobio/sale_update_media", "event_type is sale_update_media"},
		{`{"event_type":"sale_update_produts","data_event":{}}`, "mobio/sale_update_products", `event_type is "sale_update_produts", and the nearest that is documented is sale_update_products`},
		{`{"event_type":"note_create","data_event":{}}`, "", `event_type is "note_create", and the documented Mobio events are ` + events},
		{`{"event_type":"sale\"","data_event":{}}`, "", `event_type is "sale\"", and the documented Mobio events are ` + events},
		{`{"block_event":[]}`, "mobio/block_event", "it has block_event, Mobio's envelope"},
		{
			`{"event_type":"sale_update_products_bank","data_event":{"fields":[{"add":[{"product_types" :[]}]}]}}`,
			"mobio/sale_update_products_bank.types", "event_type is sale_update_products_bank, and it tells of product types",
		},
		{
			`{"event_type":"sale_update_products_bank","data_event":{"fields":[{"add":["product_types","\"product_types\":"]}]}}`,
			"mobio/sale_update_products_bank", "event_type is sale_update_products_bank",
		},
		{
			`{"message_id":"m","data_event":{"id":"1","body":{"add":[],"remove":[]}}}`,
			"mobio/sale_update_media", "it has data_event as Mobio's events do, and no event_type; of 11 possible payloads this one is the closest",
		},
		{
			`{"message_id":"m","data_event":{"id":"1","fields":[{"field_key":"products","field_name":"products"}]}}`,
			"mobio/sale_create_deal", "it has data_event as Mobio's events do, and no event_type; 7 others are as close",
		},
		{`{"SMSID":"1"}`, "esms/callback", "it has SMSID, which only eSMS sends"},
		{`{"status":true,"message":"Done"}`, "accesstrade/answer", "status and message are all it has, and status is no number"},
		{`{"status":200,"message":"OK"}`, "abaha/acknowledgement", "status and message are all it has, and status is a number"},
		{`{"status":"200","message":"OK"}`, "abaha/acknowledgement", "status and message are all it has, and status is a number in quotes"},
		{`{"total":1,"data":[{"transaction_id":"1"}]}`, "accesstrade/listing", "it has total and data, and there are orders in data"},
		{`{"total":1,"data":{"transaction_time":"1"}}`, "accesstrade/listing", "it has total and data, and there are orders in data"},
		{`{"data":[{"transaction_id":"1","transaction_time":"2"}]}`, "accesstrade/listing", "it has data, and there are orders in it"},
		{`{"total":0,"data":[ ]}`, "accesstrade/listing", "total and data are all it has, as in a listing"},
		{`{"total":1000,"data":{}}`, "accesstrade/listing", "total and data are all it has, as in a listing"},
		{`{"data":null,"total":0}`, "accesstrade/listing", "total and data are all it has, as in a listing"},
		{`{"access_key":"k","signature":"s"}`, "accesstrade/listing-query", "2 of its 2 members are those of this payload; of 2 possible payloads this one is the closest"},
		{`{"access_key":"k","signature":"s","transaction_id":"1","transaction_time":1,"more":1}`, "accesstrade/postback", "4 of its 5 members are those of this payload"},
		{`{"access_key":"k","signature":"s","request_time":1}`, "accesstrade/bulk-update", "3 of its 3 members are those of this payload"},
	} {
		g := guess(t, c.doc)
		id := ""
		if g.Schema != nil {
			id = g.Schema.ID
		}
		if id != c.schema || g.Reason() != c.reason {
			t.Errorf("%s is %s: %s; want %s: %s", c.doc, id, g.Reason(), c.schema, c.reason)
		}
	}
}

// TestOtherPeoplesJSONIsNotTakenForAPayload takes what lies about in repositories.
func TestOtherPeoplesJSONIsNotTakenForAPayload(t *testing.T) {
	for _, doc := range []string{
		`{}`,
		`{"status":true}`,
		`{"total":3,"data":[{"id":1}]}`,
		`{"total":3}`,
		`{"data":[]}`,
		`{"data":[{"transaction_id":"1","amount":5}]}`,
		`{"total":0,"data":[],"page":1}`,
		`{"type":"module","name":"x","version":"1.0.0","dependencies":{}}`,
		`{"id":"1","name":"x","price":5,"image":"a.png"}`,
		`{"code":"A","status":"1","name":"x","phone":"0","address":"y","total":1,"items":[],"customer":{}}`,
		`{"user_id":"1","name":"x","email":"x@y.vn"}`,
		`{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"status":{},"message":{}}}`,
		`{"compilerOptions":{},"include":[],"status":1,"message":""}`,
	} {
		if g := guess(t, doc); g.Schema != nil || g.Reason() != "no documented payload has members like these" {
			t.Errorf("%s is taken for %v: %s", doc, g.Schema, g.Reason())
		}
	}
}

func TestShares(t *testing.T) {
	s, err := schemas.Lookup("esms/callback")
	if err != nil {
		t.Fatal(err)
	}
	if !recognise.Shares(s, []scan.Member{{Name: []byte("q")}, {Name: []byte("TypeId")}}) {
		t.Error("TypeId is eSMS's")
	}
	if recognise.Shares(s, []scan.Member{{Name: []byte("q")}, {Name: []byte("status")}}) {
		t.Error("status is not eSMS's")
	}
}
