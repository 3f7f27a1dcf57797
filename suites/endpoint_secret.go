package suites

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// discretionRules: what an endpoint keeps to itself.
var discretionRules = []rule{
	endpoint("secret-hidden", Must, accesstradeSign+"; secret_key is given to the merchant", "no answer shows the secret_key or the signature that would have been right",
		"A refusal that says which signature was expected signs any order for whoever asks, and a debug page does it with all of them.",
		"Say that the signature is wrong, and no more; turn debug pages off.",
		func(ctx context.Context, p *Probe, g gomega.Gomega) {
			replies := p.SendEach(ctx, append(p.unsignedCalls(),
				p.missignedPostback("with a wrong signature", func(_, _, right string) string { return flip(right, 0, len(right)) }),
				p.tampered("with true for a signature", set("/signature", rawjson.MustParse([]byte("true")))),
				p.tampered("with an unknown access_key", set("/access_key", rawjson.Text("khop-unknown"))),
				p.tampered("with a list for an access_key", set("/access_key", rawjson.List())),
				p.tampered("with a number for transaction_id", set("/transaction_id", rawjson.Int(7))),
				p.tampered("with text for products", set("/products", rawjson.Text("none"))),
				p.halfLetter(),
				p.Signed([]byte(`{"access_key":`), "half of a JSON object"),
			))
			for _, reply := range replies {
				g.Expect(reply).To(BeDiscreet(p.rightSignatures(reply)))
			}
		}),
}

// halfLetter is a postback whose id has one half of a surrogate pair: JSON can write it, and
// no encoding that a digest is made of.
func (p *Probe) halfLetter() Delivery {
	const mark = "KHOP-HALF"
	d := p.tampered("with half a letter in transaction_id", set("/transaction_id", rawjson.Text(mark)))
	d.Body = bytes.Replace(d.Body, []byte(mark), []byte(`\ud800`), 1)
	return d
}

// unsignedCalls are one call of each kind that the merchant has not signed.
func (p *Probe) unsignedCalls() []Delivery {
	m := accesstrade.Of(p.Account)
	m.SecretKey += "khop"
	day := p.someDay()
	_, id := p.order(day, "", 0)
	return []Delivery{
		p.tampered("without signature", func(v rawjson.Value) rawjson.Value { return v.Without("/signature") }),
		{Request: m.Listing(day.Format(time.DateOnly), "").Delivery(), Note: "a listing signed with another secret"},
		{Request: m.BulkUpdate(accesstrade.Report(time.Now(), accesstrade.Change{ID: id, Status: 1})).Delivery(), Note: "a bulk update signed with another secret"},
	}
}

// rightSignatures are those that would have been right for the call that was answered,
// without what came with it: an answer may repeat what it was told.
func (p *Probe) rightSignatures(reply Reply) []string {
	signed := []string{""} // what stands before secret_key
	if query, err := url.ParseQuery(reply.exchange.Query); err == nil {
		signed = append(signed, query.Get("date"))
	}
	if body, err := rawjson.Parse(reply.exchange.Body); err == nil {
		signed = append(signed, signedTexts(body)...)
	}
	var right []string
	for _, text := range signed {
		signature := accesstrade.Of(p.Account).Sign(text)
		if !strings.Contains(string(reply.exchange.Body), signature) {
			right = append(right, signature)
		}
	}
	return right
}

// signedTexts are what of a body may be signed: the one formula that the document has,
// and what people read into it where there is no transaction_id, or more than one.
func signedTexts(body rawjson.Value) []string {
	var texts []string
	for _, member := range []string{"/transaction_id", "/request_time"} {
		if text, there := body.Get(member); there {
			texts = append(texts, text.Content())
		}
	}
	all := ""
	transactions, _ := body.Get("/transactions")
	for _, transaction := range transactions.Items() {
		id, _ := transaction.Get("/transaction_id")
		texts = append(texts, id.Content())
		all += id.Content()
	}
	return append(texts, all)
}

// shortestSecret is how long a secret has to be to be known again in a text.
const shortestSecret = 6

// BeDiscreet holds for an answer that shows neither the secret key nor one of the
// signatures that would have been right.
func BeDiscreet(signatures []string) types.GomegaMatcher { return discreet{signatures} }

type discreet struct{ signatures []string }

func (d discreet) Match(actual any) (bool, error) {
	reply, ok := actual.(Reply)
	if !ok {
		return false, fmt.Errorf("khop expects a Reply here, not %T", actual)
	}
	shown := d.shown(reply)
	if shown != "" {
		reply.exchange.disappoint("an answer that gives neither secret_key nor a right signature away", "it shows "+shown)
	}
	return shown == "", nil
}

// shown is what of the secret an answer shows; empty for nothing.
func (d discreet) shown(r Reply) string {
	body := strings.ReplaceAll(string(r.Body), `\/`, "/")
	secret := r.probe.Account.Secrets[accesstrade.SecretKey]
	if len(secret) >= shortestSecret && strings.Contains(body, secret) {
		return "secret_key"
	}
	for _, signature := range d.signatures {
		if strings.Contains(strings.ToLower(body), signature) {
			return "the signature that would have been right"
		}
	}
	return ""
}

func (d discreet) FailureMessage(actual any) string {
	reply := actual.(Reply)
	return fmt.Sprintf("%s: the answer shows %s", reply.exchange.Note, d.shown(reply))
}

func (d discreet) NegatedFailureMessage(actual any) string { return "not " + d.FailureMessage(actual) }
