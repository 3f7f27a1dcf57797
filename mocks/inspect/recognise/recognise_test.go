package recognise_test

import (
	"encoding/json"
	"testing"

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

func TestAGuessHasAReason(t *testing.T) {
	for _, c := range []struct{ doc, schema, reason string }{
		{`{"type":"update_weight"}`, "superai/update_weight", "type is update_weight"},
		{`{"event_type":"sale_update_media"}`, "mobio/sale_update_media", "event_type is sale_update_media"},
		{`{"event_type":"sale_update_produts","data_event":{}}`, "mobio/sale_update_products", `event_type is "sale_update_produts", and the nearest that is documented is sale_update_products`},
		{`{"event_type":"note_create","data_event":{}}`, "", `event_type is "note_create", and khop has no document of such a Mobio event`},
		{`{"event_type":"sale\"","data_event":{}}`, "", `event_type is "sale\"", and khop has no document of such a Mobio event`},
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
		{`{"status":"200","message":"OK"}`, "abaha/acknowledgement", "status and message are all it has, and status is a number"},
		{`{"total":1,"data":[{"transaction_id":"1"}]}`, "accesstrade/listing", "2 of its 2 members are those of this payload"},
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
