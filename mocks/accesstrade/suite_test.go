package accesstrade_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	"go.uber.org/goleak"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

func TestMain(m *testing.M) {
	ginkgos := goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal/interrupt_handler.(*InterruptHandler).registerForInterrupts.func2")
	goleak.VerifyTestMain(m, ginkgos)
}

func TestAccessTrade(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "mocks/accesstrade")
}

const (
	accessKey = "khop-access-key-1"
	secretKey = "khop-s3cret/key+1"
)

var merchant = accesstrade.Merchant{AccessKey: accessKey, SecretKey: secretKey}

// play starts an endpoint for one spec; changes are made to its config first.
func play(changes ...func(*accesstrade.Config)) *stage {
	GinkgoHelper()
	config := accesstrade.Config{AccessKey: accessKey, SecretKey: secretKey}
	for _, change := range changes {
		change(&config)
	}
	endpoint, err := accesstrade.New(config)
	Expect(err).NotTo(HaveOccurred())
	server := httptest.NewServer(endpoint)
	DeferCleanup(server.Close)
	return &stage{endpoint, server}
}

// stage is an endpoint behind a server.
type stage struct {
	*accesstrade.Endpoint
	server *httptest.Server
}

// said is what came back, its body proven to be JSON.
type said struct {
	Code   int
	Header http.Header
	Body   string
}

// hear sends a request and reads the answer.
func (s *stage) hear(request accesstrade.Request) said {
	GinkgoHelper()
	answer, err := s.try(request, 5*time.Second)
	Expect(err).NotTo(HaveOccurred())
	return answer
}

func (s *stage) try(request accesstrade.Request, patience time.Duration) (said, error) {
	GinkgoHelper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r, err := request.To(ctx, s.server.URL)
	Expect(err).NotTo(HaveOccurred())
	response, err := s.server.Client().Do(r)
	if err != nil {
		return said{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	Expect(err).NotTo(HaveOccurred())
	Expect(json.Valid(body)).To(BeTrue(), "%s", body)
	Expect(response.Header.Get("Content-Type")).To(Equal("application/json"))
	return said{response.StatusCode, response.Header, string(bytes.TrimSpace(body))}, nil
}

// post is a POST with any body, which is declared as JSON.
func post(path, body string) accesstrade.Request {
	return accesstrade.Request{Method: http.MethodPost, Path: path, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)}
}

// last is the newest call in the journal.
func (s *stage) last() accesstrade.Entry {
	GinkgoHelper()
	entries := s.Journal()
	Expect(entries).NotTo(BeEmpty())
	return entries[len(entries)-1]
}

// listing is the answer to a listing, held to its schema.
func (s *stage) listing(date, status string) []map[string]any {
	GinkgoHelper()
	heard := s.hear(merchant.Listing(date, status))
	Expect(heard.Code).To(Equal(http.StatusOK))
	Expect(problemsOf("accesstrade/listing", heard.Body)).To(BeEmpty())
	var answer struct {
		Total int
		Data  []map[string]any
	}
	Expect(json.Unmarshal([]byte(heard.Body), &answer)).To(Succeed())
	Expect(answer.Total).To(Equal(len(answer.Data)))
	return answer.Data
}

func problemsOf(schema, body string) []schemas.Problem {
	GinkgoHelper()
	s, err := schemas.Lookup(schema)
	Expect(err).NotTo(HaveOccurred())
	problems, err := s.Validate([]byte(body))
	Expect(err).NotTo(HaveOccurred())
	return problems
}

// sample is the documented postback, of an order with this ID.
func sample(id string) rawjson.Value {
	return rawjson.MustParse(fixtures.Documented("accesstrade")[0].Payload).With("/transaction_id", rawjson.Text(id))
}

// order is a postback of an order at a time, with a state.
func order(id string, at time.Time, status int64) rawjson.Value {
	return sample(id).With("/transaction_time", rawjson.Int(at.UnixMilli())).With("/transaction_status", rawjson.Int(status))
}

const taken = `{"status":true,"message":"Done"}`

// beRefused matches a documented refusal that says this.
func beRefused(saying string) types.GomegaMatcher {
	return SatisfyAll(
		HaveField("Code", http.StatusOK),
		HaveField("Body", HavePrefix(`{"status":false,"message":"`)),
		WithTransform(message, ContainSubstring(saying)),
	)
}

// message is what an answer says.
func message(heard said) string {
	var answer struct{ Message string }
	Expect(json.Unmarshal([]byte(heard.Body), &answer)).To(Succeed())
	return answer.Message
}
