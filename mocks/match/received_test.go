package match_test

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/match"
)

// post sends an order to a server.
func post(t *testing.T, server *accesstrade.Server, id string) {
	t.Helper()
	request, err := postback(id).To(t.Context(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatWasReceived(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	server := accesstrade.NewServer(t, accesstrade.WithKeys("shop-7", "s3cret-7"))
	g.Expect(server).NotTo(match.HaveReceived("postback"))
	post(t, server, "ORDER-1")
	post(t, server, "ORDER-2")
	g.Eventually(server).Should(match.HaveReceived("postback", HaveField("Transactions", ConsistOf("ORDER-2"))))
	g.Expect(server).To(match.HaveReceived("postback").Times(2))
	g.Expect(server.Calls()).To(match.HaveReceived("postback", HaveField("Verdict", accesstrade.Accepted), HaveField("Repeated", false)).Times(2))
	g.Expect(server).To(match.HaveReceived("listing").Times(0))
	g.Expect(server).NotTo(match.HaveReceived("postback", HaveField("Transactions", ConsistOf("ORDER-3"))))
}

func TestWhatWasNotReceivedIsTold(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	calls := []accesstrade.Entry{
		{Number: 1, Call: accesstrade.Listing, Verdict: accesstrade.Accepted},
		{Number: 2, Call: accesstrade.Postback, Verdict: accesstrade.Refused, Transactions: []string{"ORDER-1"}, Message: "signature: mismatch"},
	}
	accepted := match.HaveReceived("postback", HaveField("Verdict", accesstrade.Accepted))
	g.Expect(accepted.Match(calls)).To(BeFalse())
	g.Expect(accepted.FailureMessage(calls)).To(Equal(`Expected the AccessTrade endpoint to have received a postback that fits. It received:
    1  listing accepted
       is no postback
    2  postback refused ORDER-1: signature: mismatch
       Value for field 'Verdict' failed to satisfy matcher.
       Expected
           <accesstrade.Verdict>: refused
       to equal
           <accesstrade.Verdict>: accepted`))

	twice := match.HaveReceived("postback").Times(2)
	g.Expect(twice.Match(calls)).To(BeFalse())
	g.Expect(twice.FailureMessage(calls)).To(ContainSubstring("received exactly 2 postbacks that fit, and one such call came. It received:"))
	g.Expect(twice.NegatedFailureMessage(calls)).To(ContainSubstring("not to have received a postback that fits, and one such call came. It received:"))

	g.Expect(accepted.Match([]accesstrade.Entry{})).To(BeFalse())
	g.Expect(accepted.FailureMessage(nil)).To(HaveSuffix("Nothing was received at all."))

	var many []accesstrade.Entry
	for range 12 {
		many = append(many, calls[0])
	}
	g.Expect(accepted.Match(many)).To(BeFalse())
	g.Expect(accepted.FailureMessage(many)).To(ContainSubstring("(2 calls before these)"))
}

func TestWhatCannotReceiveIsAnError(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	_, err := match.HaveReceived("postbck").Match([]accesstrade.Entry{})
	g.Expect(err).To(MatchError(ContainSubstring(`did you mean "postback"?`)))
	_, err = match.HaveReceived("postback").Match("server")
	g.Expect(err).To(MatchError(ContainSubstring("not a string")))
	_, err = match.HaveReceived("postback", HaveField("Nothing", 1)).Match([]accesstrade.Entry{{Call: accesstrade.Postback}})
	g.Expect(err).To(MatchError(ContainSubstring(`HaveReceived("postback")`)))
}
