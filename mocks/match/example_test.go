package match_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/fixtures/merchant"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/match"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// What a Go team writes for the code that reports its orders to AccessTrade; newShop
// stands for that code.
func TestOurShopReportsItsOrders(t *testing.T) {
	g := NewWithT(t)
	at := accesstrade.NewServer(t)
	at.Fail("503", 1)

	shop := newShop(at.URL, at.AccessKey, at.SecretKey)
	g.Expect(shop.SendOrders(t.Context(), 1)).To(Succeed())

	g.Expect(at).To(match.HaveReceived("postback", HaveField("Fault", "503")))
	g.Expect(at).To(match.HaveReceived("postback",
		HaveField("Verdict", accesstrade.Accepted),
		HaveField("SecretSent", BeEmpty()),
	).Times(1))
	g.Expect(at.Orders()).To(ConsistOf(HaveField("Status", accesstrade.Pending)))
}

// What a Go team writes for code that sends as a provider does; newUpdate stands for it.
func TestOurUpdateIsSuperAIs(t *testing.T) {
	g := NewWithT(t)
	request := newUpdate(t.Context(), "PARTNER-42")

	g.Expect(request).To(match.BeSignedBy("superai", match.Secrets{"partner_code": "PARTNER-42"}))
	g.Expect(io.ReadAll(request.Body)).To(match.MatchSchema("superai/update_status"))
}

func newShop(endpoint, accessKey, secretKey string) *merchant.Merchant {
	shop, err := merchant.New(merchant.Config{Endpoint: endpoint, AccessKey: accessKey, SecretKey: secretKey})
	if err != nil {
		panic(err)
	}
	return shop
}

func newUpdate(ctx context.Context, partnerCode string) *http.Request {
	body := rawjson.Compact.Encode(update)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://shop.example.vn/hook", bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Signature", mac(partnerCode, body))
	return request
}
