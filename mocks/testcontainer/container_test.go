package testcontainer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"
	"github.com/testcontainers/testcontainers-go/wait"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/testcontainer"
	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/report"
)

var superAI = map[string]string{"partner_code": "PARTNER-42"}

func TestContainerPlaysAccessTrade(t *testing.T) {
	image := ready(t)
	t.Parallel()
	khop, err := testcontainer.Run(t.Context(), image, testcontainer.WithAccessTrade("shop-7", "s3cret-7"),
		testcontainers.WithCmdArgs("--failure-status", "422"))
	testcontainers.CleanupContainer(t, khop)
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	address, err := khop.URL(t.Context())
	g.Expect(err).NotTo(HaveOccurred())

	sample := rawjson.MustParse(fixtures.Documented("accesstrade")[0].Payload).With("/transaction_id", rawjson.Text("ORDER-1"))
	for secret, status := range map[string]int{"s3cret-7": http.StatusOK, "another": http.StatusUnprocessableEntity} {
		merchant := accesstrade.Merchant{AccessKey: "shop-7", SecretKey: secret}
		request, err := merchant.Postback(sample).To(t.Context(), address)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(send(t, request)).To(Equal(status))
	}
	g.Expect(khop.Calls(t.Context())).To(ConsistOf(
		SatisfyAll(HaveField("Verdict", accesstrade.Accepted), HaveField("Transactions", []string{"ORDER-1"})),
		HaveField("Verdict", accesstrade.Refused),
	))
	_, err = khop.Applied(t.Context(), "ORDER-1")
	g.Expect(err).To(MatchError(ContainSubstring("only a receiver")))
}

func TestContainerPlaysAReceiver(t *testing.T) {
	image := ready(t)
	t.Parallel()
	khop, err := testcontainer.Run(t.Context(), image, testcontainer.WithReceiver("superai", superAI, "missing-header-passes"))
	testcontainers.CleanupContainer(t, khop)
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(deliver(t, khop, "PARCEL-1", "Signature")).To(Equal(http.StatusOK))
	g.Expect(deliver(t, khop, "PARCEL-2", "X-Other")).To(Equal(http.StatusOK), "the defect lets it pass")
	g.Expect(khop.Applied(t.Context(), "PARCEL-2")).To(Equal(1))
	g.Expect(khop.Applied(t.Context(), "PARCEL-3")).To(Equal(0))
	_, err = khop.Calls(t.Context())
	g.Expect(err).To(MatchError(ContainSubstring("WithAccessTrade")))
	g.Eventually(func() (string, error) {
		state, err := khop.State(t.Context())
		if err != nil || state.Health == nil {
			return "", err
		}
		return string(state.Health.Status), nil
	}, time.Minute, time.Second/2).Should(Equal("healthy"))
}

// deliver sends a parcel's update to a receiver, its signature in some header.
func deliver(t *testing.T, khop *testcontainer.Container, code, header string) int {
	t.Helper()
	g := NewWithT(t)
	address, err := khop.URL(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	provider, err := mocks.Lookup("superai")
	g.Expect(err).NotTo(HaveOccurred())
	account, err := provider.Account(superAI, nil)
	g.Expect(err).NotTo(HaveOccurred())
	event, err := provider.Event("update_status")
	g.Expect(err).NotTo(HaveOccurred())
	signed := provider.Request(account, provider.Write(event.Payload.With("/code", rawjson.Text(code)), rawjson.Compact))
	request, err := http.NewRequestWithContext(t.Context(), signed.Method, address, bytes.NewReader(signed.Body))
	g.Expect(err).NotTo(HaveOccurred())
	request.Header.Set(header, signed.Header.Get("Signature"))
	return send(t, request)
}

func send(t *testing.T, request *http.Request) int {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode
}

// One container of the image verifies another, and the report is taken out of it.
func TestContainerVerifiesAContainer(t *testing.T) {
	image := ready(t)
	for name, one := range map[string]struct {
		defects []string
		code    int
		verdict report.Verdict
	}{
		"a correct receiver": {nil, 0, report.Passed},
		"a faulty one":       {[]string{"missing-header-passes"}, 1, report.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			between, err := network.New(t.Context())
			g.Expect(err).NotTo(HaveOccurred())
			testcontainers.CleanupNetwork(t, between)
			receiver, err := testcontainer.Run(t.Context(), image, testcontainer.WithReceiver("superai", superAI, one.defects...),
				network.WithNetwork([]string{"shop"}, between))
			testcontainers.CleanupContainer(t, receiver)
			g.Expect(err).NotTo(HaveOccurred())

			verify, err := testcontainers.Run(t.Context(), image,
				testcontainers.WithCmd("verify", "superai", "--target", "http://shop:3000/hook", "--area", "signature", "--report", "."),
				testcontainers.WithEnv(map[string]string{"KHOP_SUPERAI_PARTNER_CODE": "PARTNER-42"}),
				testcontainers.WithWaitStrategy(wait.ForExit()),
				network.WithNetwork(nil, between))
			testcontainers.CleanupContainer(t, verify)
			g.Expect(err).NotTo(HaveOccurred())
			state, err := verify.State(t.Context())
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(state.ExitCode).To(Equal(one.code))
			g.Expect(taken(t.Context(), g, verify).Verdict).To(Equal(one.verdict))
		})
	}
}

// taken is the report that a container wrote into its folder.
func taken(ctx context.Context, g Gomega, from testcontainers.Container) (r report.Report) {
	file, err := from.CopyFileFromContainer(ctx, "/work/report.json")
	g.Expect(err).NotTo(HaveOccurred())
	text, err := io.ReadAll(file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(file.Close()).To(Succeed())
	g.Expect(json.Unmarshal(text, &r)).To(Succeed())
	return r
}

func TestContainerThatCannotStartSaysWhy(t *testing.T) {
	image := ready(t)
	t.Parallel()
	khop, err := testcontainer.Run(t.Context(), image, testcontainer.WithReceiver("superai", superAI, "no-such-bug"))
	testcontainers.CleanupContainer(t, khop)
	NewWithT(t).Expect(err).To(MatchError(ContainSubstring(`khop said: khop: --defect: no "no-such-bug"`)))
}

func TestKhopNeedsOnePartAndItsSecrets(t *testing.T) {
	t.Parallel()
	accessTrade := testcontainer.WithAccessTrade("K", "S")
	for says, options := range map[string][]testcontainers.ContainerCustomizer{
		"give either WithAccessTrade or WithReceiver": nil,
		"exactly one part":                     {accessTrade, testcontainer.WithReceiver("superai", superAI)},
		"the secret secret_key of AccessTrade": {testcontainer.WithAccessTrade("K", "")},
		`did you mean "superai"?`:              {testcontainer.WithReceiver("superia", superAI)},
	} {
		khop, err := testcontainer.Run(t.Context(), "khop:never-pulled", options...)
		testcontainers.CleanupContainer(t, khop)
		NewWithT(t).Expect(err).To(MatchError(ContainSubstring(says)))
	}
}
