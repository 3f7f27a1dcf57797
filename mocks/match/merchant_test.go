package match_test

import (
	"crypto/md5"
	"encoding/hex"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/match"
	"github.com/khop-dev/khop/schemas/rawjson"
)

var (
	seller = accesstrade.Merchant{AccessKey: "shop-7", SecretKey: "s3cret-7"}
	keys   = match.Secrets{"access_key": "shop-7", "secret_key": "s3cret-7"}
)

// postback is the documented order under another ID.
func postback(id string) accesstrade.Request {
	return seller.Postback(rawjson.MustParse(fixtures.Documented("accesstrade")[0].Payload).With("/transaction_id", rawjson.Text(id)))
}

func TestAMerchantsCallsAreSigned(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	for _, formula := range accesstrade.Formulas(accesstrade.BulkUpdate) {
		signer := seller
		signer.BulkFormula = formula
		report := accesstrade.Report(time.Now(), accesstrade.Change{ID: "ORDER-1", Status: accesstrade.Success})
		g.Expect(signer.BulkUpdate(report)).To(match.BeSignedBy("accesstrade", keys), formula.Name)
	}
	g.Expect(seller.Listing("2026-06-08", "0")).To(match.BeSignedBy("accesstrade", keys))
	g.Expect(postback("ORDER-1")).To(match.BeSignedBy("accesstrade", keys))
	g.Expect(postback("ORDER-1")).NotTo(match.BeSignedBy("accesstrade", match.Secrets{"secret_key": "another"}))

	request, err := postback("ORDER-1").To(t.Context(), "https://proxy.example.vn/at/")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(request).To(match.BeSignedBy("accesstrade", keys))
}

func TestAMerchantsMistakeIsNamed(t *testing.T) {
	t.Parallel()
	for says, body := range map[string]string{
		"likely:   it is made with the secret key in front":                            `{"transaction_id":"ORDER-1","signature":"` + sum("s3cret-7ORDER-1") + `"}`,
		"expected: md5(transaction_id + secret_key) in lower-case hex\n    like":       `{"transaction_id":"ORDER-1","signature":"` + sum("ORDER-1") + `"}`,
		"likely:   no known mistake":                                                   `{"transaction_id":"ORDER-1","signature":"` + sum("") + `"}`,
		"likely:   signature: required":                                                `{"transaction_id":"ORDER-1"}`,
		"nothing of it can be checked: access_key: required; transaction_id: required": `{"signature":"` + sum("") + `"}`,
		"nothing of it can be checked: json":                                           `{`,
	} {
		request := postback("ORDER-1")
		request.Body = []byte(body)
		matcher := match.BeSignedBy("accesstrade", keys)
		g := NewWithT(t)
		g.Expect(matcher.Match(request)).To(BeFalse())
		g.Expect(matcher.FailureMessage(request)).To(SatisfyAll(ContainSubstring(says), Not(ContainSubstring("s3cret-7"))))
	}
}

func TestAKeyThatIsNotGivenHidesNothing(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	matcher := match.BeSignedBy("accesstrade", match.Secrets{"access_key": "", "secret_key": "another"})
	g.Expect(matcher.Match(postback("ORDER-1"))).To(BeFalse())
	g.Expect(matcher.FailureMessage(nil)).NotTo(ContainSubstring("***"))
}

func sum(text string) string {
	digest := md5.Sum([]byte(text))
	return hex.EncodeToString(digest[:])
}
