package accesstrade

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// The keys of these tests, and what stands in a body for the signature that its transaction_id wants.
const (
	ownKey    = "khop-access-key"
	ownSecret = "khop-secret-key"
	toSign    = "SIGNATURE"
)

// usual is the documented postback in the usual writing, and odd are postbacks in others: some right, some wrong.
var (
	usual = `{"access_key":"khop-access-key","signature":"SIGNATURE","transaction_id":"Đơn 1","transaction_time":1447388224436,` +
		`"transaction_discount":100000,"transaction_value":1000000.50,"transaction_status":-1,"session_id":"568a",` +
		`"products":[{"id":"1","sku":"S","price":1e4,"name":"\"quoted\"","category_id":123,"quantity":2,"status":0},{"sku":"","price":0,"quantity":1,"category_id":"","status":1}],"more":{"a":[null]}}`
	odd = []string{
		strings.ReplaceAll(usual, `"Đơn 1"`, `"\u0110\u01a1n 1"`),
		strings.ReplaceAll(usual, `"Đơn 1"`, `""`),
		strings.ReplaceAll(usual, `"Đơn 1"`, `"`+strings.Repeat("x", longestID+1)+`"`),
		strings.ReplaceAll(usual, `"Đơn 1"`, "\"\xc3\x28\""),
		strings.ReplaceAll(usual, `"Đơn 1"`, `7`),
		strings.ReplaceAll(usual, `"568a"`, `"`+strings.Repeat("x", longestID+1)+`"`),
		strings.ReplaceAll(usual, `"568a"`, `"\ud800"`),
		strings.ReplaceAll(usual, `"session_id"`, `"session\u005fid"`),
		strings.ReplaceAll(usual, `"session_id"`, `"transaction_id"`),
		strings.ReplaceAll(usual, `"more"`, `"session_id"`),
		strings.ReplaceAll(usual, `"more"`, `"transaction\u005fid"`),
		strings.ReplaceAll(usual, `"more"`, `"Transaction_ID"`),
		strings.ReplaceAll(usual, `1447388224436`, `1447388224436.0`),
		strings.ReplaceAll(usual, `1447388224436`, `1.447388224436e12`),
		strings.ReplaceAll(usual, `1447388224436`, `1447388224`),
		strings.ReplaceAll(usual, `1447388224436`, `1447388224436000`),
		strings.ReplaceAll(usual, `1447388224436`, `14473882244360000000000`),
		strings.ReplaceAll(usual, `1447388224436`, `1e999`),
		strings.ReplaceAll(usual, `1000000.50`, `-0.0e-0`),
		strings.ReplaceAll(usual, `1000000.50`, `01`),
		strings.ReplaceAll(usual, `1000000.50`, `1e400`),
		strings.ReplaceAll(usual, `-1,`, `-1.0,`),
		strings.ReplaceAll(usual, `-1,`, `-0,`),
		strings.ReplaceAll(usual, `-1,`, `null,`),
		strings.ReplaceAll(usual, `"SIGNATURE"`, `"\u0053"`),
		strings.ReplaceAll(usual, `khop-access-key`, `of somebody else`),
		strings.ReplaceAll(usual, `khop-access-key`, `khop\u002daccess-key`),
		"\ufeff" + usual, " \n" + usual + "\t", usual + "x", usual[:len(usual)-1], "[" + usual + "]", "{}", "",
	}
)

// signed puts the signature in place of what stands for it.
func signed(body []byte) []byte {
	var read struct {
		ID any `json:"transaction_id"`
	}
	_ = json.Unmarshal(body, &read) // what cannot be read is not signed rightly
	id, _ := read.ID.(string)
	return bytes.ReplaceAll(body, []byte(toSign), []byte(md5Hex(id+ownSecret)))
}

// slate is a store that keeps the last order.
type slate struct {
	Store
	last Order
}

func (s *slate) Put(_ context.Context, order Order) (bool, error) {
	s.last = order
	return false, nil
}

// carried is the order that a reading would have kept; the zero Order where it keeps none.
func carried(t testing.TB, kept *slate, read reading) Order {
	t.Helper()
	kept.last = Order{}
	if read.carryOut != nil {
		if _, _, err := read.carryOut(t.Context(), &Entry{}); err != nil {
			t.Fatal(err)
		}
	}
	return kept.last
}

// FuzzPostback holds the reading at a glance to the one at length: they find the same in every body, and what is taken
// at a glance has no problem for the schema's judge.
func FuzzPostback(f *testing.F) {
	f.Add([]byte(usual))
	for _, body := range odd {
		f.Add([]byte(body))
	}
	for _, example := range fixtures.Documented(Name) {
		f.Add(dressed(example.Payload))
	}
	for _, miss := range fixtures.Invalid(Name) {
		f.Add(dressed(miss.Payload))
	}
	kept := &slate{}
	e, err := New(Config{AccessKey: ownKey, SecretKey: ownSecret, Store: kept})
	if err != nil {
		f.Fatal(err)
	}
	judge, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(postbackSchema().Raw))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		body = signed(body)
		quick, slow := e.readPostback(body), e.judgePostback(body)
		if a, b := carried(t, kept, quick), carried(t, kept, slow); a != b {
			t.Errorf("keeps %+v at a glance, %+v at length", a, b)
		}
		quick.carryOut, slow.carryOut = nil, nil
		if !reflect.DeepEqual(quick, slow) {
			t.Errorf("reads %+v at a glance, %+v at length", quick, slow)
		}
		if _, sure := glance(body); !sure {
			return
		}
		if verdict, err := judge.Validate(gojsonschema.NewBytesLoader(body)); err != nil || !verdict.Valid() {
			t.Errorf("taken at a glance, and the judge says %v %v", verdict, err)
		}
	})
}

// dressed has the access key and what stands for the signature, where payload is an object.
func dressed(payload []byte) []byte {
	value, err := rawjson.Parse(payload)
	if err != nil || value.Kind() != rawjson.Object {
		return payload
	}
	return rawjson.Compact.Encode(value.With("/access_key", rawjson.Text(ownKey)).With("/signature", rawjson.Text(toSign)))
}

// TestTheUsualIsSeenAtAGlance: otherwise everything would still be right, and slow.
func TestTheUsualIsSeenAtAGlance(t *testing.T) {
	documented := dressed(fixtures.Documented(Name)[0].Payload)
	for _, body := range [][]byte{[]byte(usual), documented} {
		if _, sure := glance(body); !sure {
			t.Errorf("not sure of %s", body)
		}
	}
	seen, _ := glance([]byte(usual))
	if seen.order.Products != 2 || seen.order.Value != "1000000.50" || seen.order.Status != Cancelled || seen.order.ID != "Đơn 1" {
		t.Errorf("read %+v", seen.order)
	}
}

// TestAGlanceCostsLittle bounds what the way of most requests allocates: each piece of garbage is collected some time.
func TestAGlanceCostsLittle(t *testing.T) {
	e, err := New(Config{AccessKey: ownKey, SecretKey: ownSecret, Store: &slate{}})
	if err != nil {
		t.Fatal(err)
	}
	body := signed([]byte(usual))
	if pieces := testing.AllocsPerRun(100, func() { e.readPostback(body) }); pieces > 8 {
		t.Errorf("%v allocations", pieces)
	}
	usually := []string{"application/json"}
	if pieces := testing.AllocsPerRun(100, func() { mistyped(usually) }); pieces > 0 {
		t.Errorf("%v allocations for a Content-Type", pieces)
	}
}
