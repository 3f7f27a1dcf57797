package export

import (
	"github.com/khop-dev/khop/mocks/abaha"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/esms"
	"github.com/khop-dev/khop/mocks/mobio"
	"github.com/khop-dev/khop/mocks/superai"
)

// facts are what a provider's document says beside the payloads, in khop's words.
type facts struct {
	about   string // who sends what to whom, and how the receiver knows who it was
	address string // the document's address, as a link
	headers []header
	// taken says which answer ends a delivery well, refused what any other leads to.
	taken, refused string
	// answer is the schema of the documented body of that answer; empty where the
	// document has none.
	answer string
	// envelope is the schema of what several events may come in; empty where each
	// comes alone.
	envelope string
	// probe says what a GET on the webhook URL asks; empty where there is none.
	probe string
	// calls are what the partner sends, where the provider takes and does not send.
	calls []call
}

// header is a request header that a receiver reads.
type header struct {
	name, about, pattern string
}

// call is a request that the partner sends to the provider's endpoint.
type call struct {
	name, method, path string
	query, body        string // IDs of the schemas of what it carries; one of them is empty
	answer, refusal    string // IDs of the schemas of its answers; a refusal is of the same shape where it has none of its own
	signed             string // how its signature is made
}

// known are the facts of the providers by name.
var known = map[string]facts{
	superai.Name: {
		about: "SuperAI posts an update to the partner's callback URL when an order's state or weight changes. " +
			"Each is signed over the bytes of its body.",
		address: "https://docs.superai.vn/guide/webhooks.html",
		headers: []header{{
			"Signature",
			"Lower-case hex HMAC-SHA256 of the body's bytes as they were sent, keyed with the partner code. " +
				"Source: https://docs.superai.vn/guide/webhooks.html, section Xác Thực Webhook.",
			"^[0-9a-f]{64}$",
		}},
		taken: "The update was taken: exactly this status counts. The body is not read. " +
			"Source: https://docs.superai.vn/guide/webhooks.html, section Response.",
		refused: "Not a genuine update, such as one whose signature does not fit. SuperAI takes any status but 200 for a " +
			"failure, and no retry is documented.",
	},
	mobio.Name: {
		about: "Mobio posts an event to the application's webhook URL when a deal changes. " +
			"Each is signed over the bytes of its body.",
		address: "https://help.mobio.io/articles/webhook-dataout-sales/",
		headers: []header{{
			"X-mevent-signature",
			"Lower-case hex SHA-256, no HMAC, of app_id, the body's bytes as they were sent, and app_secret, one after the " +
				"other. The document can be read as mac=<hex> and as the bare digest: take both. " +
				"Source: https://help.mobio.io/articles/webhook-dataout-sales/, every section.",
			"^(mac=)?[0-9a-f]{64}$",
		}},
		taken: "The event was taken: every event is to be answered so, within 100 ms. " +
			"Source: https://help.mobio.io/articles/gioi-thieu-chung-ve-webhook-data-out/, Yêu cầu hiệu suất cho webhook.",
		refused: "Not a genuine event, such as one whose signature does not fit. Mobio sends again, for an hour, only what " +
			"no connection could be opened for.",
		envelope: "mobio/block_event",
		probe: "Mobio asks whether the webhook URL is online; any 2xx says so. " +
			"Source: https://help.mobio.io/articles/gioi-thieu-chung-ve-webhook-data-out/, Thiết lập Webhook.",
	},
	abaha.Name: {
		about: "Abaha posts an order, a product or a customer to the merchant's https URL when it changes. No type tells " +
			"them apart, only their shape. Deliveries are not signed: a merchant may set headers of any name and value that " +
			"come with each, to know them by.",
		address: "https://tailieu.abaha.vn/tai-lieu-webhook",
		taken: "The event was taken; the body says so too. " +
			"Source: https://tailieu.abaha.vn, page tai-lieu-webhook, section D, Response.",
		refused: "Not a genuine event, such as one without the merchant's own header. Abaha sends an event at most three " +
			"times by itself, some minutes apart.",
		answer: "abaha/acknowledgement",
	},
	esms.Name: {
		about: "eSMS tells what became of a message by a GET on the customer's URL; all is in the query string. Callbacks " +
			"are not signed.",
		address: "https://developers.esms.vn/esms-api/callback-url",
		taken:   "The report was taken. Source: https://developers.esms.vn/esms-api/callback-url.",
		refused: "Not a report. eSMS sends again up to five times after a timeout, and what follows an error is not " +
			"documented.",
	},
	accesstrade.Name: {
		about: "A merchant reports orders to AccessTrade, asks which it knows, and reports how they ended. Key and " +
			"signature travel in the body or the query string.",
		address: "https://docs.accesstrade.vn",
		taken: "The call was answered; for a report the body's status says whether it was taken: the document shows only " +
			"the body of a refusal, and leaves its HTTP status open.",
		refused: "No such call, or a refusal where the endpoint gives one a status of its own.",
		calls: []call{
			{
				name: "postback", method: "POST", path: accesstrade.PostbackPath,
				body: "accesstrade/postback", answer: "accesstrade/answer",
				signed: "The body's signature is the lower-case hex MD5 of transaction_id followed by the secret key.",
			},
			{
				name: "listing", method: "GET", path: accesstrade.ListingPath,
				query: "accesstrade/listing-query", answer: "accesstrade/listing", refusal: "accesstrade/answer",
				signed: "No formula that fits is documented for the signature: " + formulas(accesstrade.Listing) + " are candidates.",
			},
			{
				name: "bulk-update", method: "POST", path: accesstrade.BulkUpdatePath,
				body: "accesstrade/bulk-update", answer: "accesstrade/answer",
				signed: "No formula that fits is documented for the signature: " + formulas(accesstrade.BulkUpdate) + " are candidates.",
			},
		},
	},
}

// accessTradeServer is where the document has the endpoint (https://docs.accesstrade.vn, Tracking API).
const accessTradeServer = "api.accesstrade.vn"

// formulas names how a call may be signed.
func formulas(of accesstrade.Call) string {
	text := ""
	for i, f := range accesstrade.Formulas(of) {
		if i > 0 {
			text += ", "
		}
		text += f.Text
	}
	return text
}
