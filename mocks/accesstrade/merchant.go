package accesstrade

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// Merchant builds and signs the three calls as a merchant does.
type Merchant struct {
	AccessKey, SecretKey string
	// ListingFormula and BulkFormula sign the two calls for which the document has no
	// formula that fits; a zero Formula is the first of Formulas.
	ListingFormula, BulkFormula Formula
}

// Request is one call, apart from the endpoint's address.
type Request struct {
	Method string
	Path   string
	Query  string // as it goes over the wire, without the question mark
	Header http.Header
	Body   []byte
}

// To makes the request one to an endpoint, "http://127.0.0.1:8090"; a path that the
// address has comes before the request's own.
func (r Request) To(ctx context.Context, endpoint string) (*http.Request, error) {
	address := strings.TrimSuffix(endpoint, "/") + r.Path
	if r.Query != "" {
		address += "?" + r.Query
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, address, bytes.NewReader(r.Body))
	if err != nil {
		return nil, fmt.Errorf("make the %s of %s: %w", r.Method, r.Path, err)
	}
	request.Header = r.Header.Clone()
	return request, nil
}

// Sign is the documented signature: lower-case hex MD5 of an order's ID and the
// secret key (Tracking API, signature).
func (m Merchant) Sign(transactionID string) string { return md5Hex(transactionID + m.SecretKey) }

// Postback reports an order: payload with the merchant's access key and the
// signature of its transaction_id put in. All else stays as it is written.
func (m Merchant) Postback(payload rawjson.Value) Request {
	return m.post(PostbackPath, payload, m.Sign(content(payload, "/transaction_id")))
}

// Listing asks for orders. An empty date ("2016-06-08") or status ("0") leaves the
// parameter out.
func (m Merchant) Listing(date, status string) Request {
	formula := m.ListingFormula
	if formula.text == nil {
		formula = Formulas(Listing)[0]
	}
	query := "access_key=" + url.QueryEscape(m.AccessKey)
	if date != "" {
		query += "&date=" + url.QueryEscape(date)
	}
	if status != "" {
		query += "&status=" + url.QueryEscape(status)
	}
	query += "&signature=" + formula.sign(subject{date: date}, m.SecretKey)
	return Request{http.MethodGet, ListingPath, query, contentType(), nil}
}

// BulkUpdate reports how many orders ended: payload with the access key and the
// signature put in. Report makes such a payload.
func (m Merchant) BulkUpdate(payload rawjson.Value) Request {
	formula := m.BulkFormula
	if formula.text == nil {
		formula = Formulas(BulkUpdate)[0]
	}
	signs := subject{requestTime: content(payload, "/request_time")}
	transactions, _ := payload.Get("/transactions")
	for _, t := range transactions.Items() {
		signs.ids = append(signs.ids, content(t, "/transaction_id"))
	}
	return m.post(BulkUpdatePath, payload, formula.sign(signs, m.SecretKey))
}

// Report is the payload of a bulk update in the document's order, yet to be signed.
func Report(at time.Time, changes ...Change) rawjson.Value {
	transactions := make([]rawjson.Value, len(changes))
	for i, c := range changes {
		transactions[i] = rawjson.Record(
			rawjson.Member{Name: "transaction_id", Value: rawjson.Text(c.ID)},
			rawjson.Member{Name: "status", Value: rawjson.Int(int64(c.Status))},
		)
	}
	return rawjson.Record(
		rawjson.Member{Name: "access_key", Value: rawjson.Text("")},
		rawjson.Member{Name: "signature", Value: rawjson.Text("")},
		rawjson.Member{Name: "request_time", Value: rawjson.Int(at.UnixMilli())},
		rawjson.Member{Name: "transactions", Value: rawjson.List(transactions...)},
	)
}

func (m Merchant) post(path string, payload rawjson.Value, signature string) Request {
	payload = payload.With("/access_key", rawjson.Text(m.AccessKey)).With("/signature", rawjson.Text(signature))
	return Request{http.MethodPost, path, "", contentType(), rawjson.Compact.Encode(payload)}
}

// contentType: the document gives it for all three calls, the GET included.
func contentType() http.Header {
	return http.Header{"Content-Type": {"application/json"}, "User-Agent": {"khop"}}
}

// content is the text or the digits at a pointer; empty when nothing is there.
func content(v rawjson.Value, pointer string) string {
	found, _ := v.Get(pointer)
	return found.Content()
}

// Objection reads the answer to a postback or a bulk update as a merchant should:
// empty when AccessTrade took it, else what speaks against that. Only the body's
// status true is success (Tracking API, POST /core/transactions/postback).
func Objection(status int, body []byte) string {
	var answer map[string]any         // not a struct: Go would take Status for status
	_ = json.Unmarshal(body, &answer) // what is no object has no status
	taken, told := answer["status"].(bool)
	switch {
	case told && !taken:
		return fmt.Sprintf("it was refused: %v", answer["message"])
	case status/100 != 2:
		return fmt.Sprintf("it was answered with HTTP status %d", status)
	case !told:
		return `the answer is not {"status":true,"message":"Done"}`
	}
	return ""
}
