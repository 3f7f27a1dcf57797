package match_test

import (
	"encoding/json"
	"net/url"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/match"
	"github.com/khop-dev/khop/schemas/rawjson"
)

func TestDocumentedPayloadsMatchTheirSchemasInEveryForm(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	for _, provider := range []string{"superai", "mobio", "abaha", "accesstrade"} {
		for _, example := range fixtures.Documented(provider) {
			if !json.Valid(example.Payload) {
				g.Expect(example.Payload).To(match.MatchSchema(example.Schema), "%s, a query string", example.Name)
				continue
			}
			var value any
			g.Expect(json.Unmarshal(example.Payload, &value)).To(Succeed())
			for _, form := range []any{example.Payload, string(example.Payload), json.RawMessage(example.Payload), value} {
				g.Expect(form).To(match.MatchSchema(example.Schema), "%s as %T", example.Name, form)
			}
		}
	}
}

func TestQueryStringsMatchTheirSchemas(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	for _, example := range fixtures.Documented("esms") {
		query := string(example.Payload)
		values, err := url.ParseQuery(query)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(query).To(match.MatchSchema("esms/callback"))
		g.Expect("?" + query).To(match.MatchSchema("esms/callback"))
		g.Expect(values).To(match.MatchSchema("esms/callback"))
		values.Del("SendStatus")
		g.Expect(values).NotTo(match.MatchSchema("esms/callback"))
	}
}

func TestASchemasFailureListsTheProblems(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	payload := rawjson.MustParse(fixtures.Documented("superai")[0].Payload).
		With("/amount", rawjson.Text("12000")).Without("/code").String()
	matcher := match.MatchSchema("superai/update_status")
	g.Expect(matcher.Match(payload)).To(BeFalse())
	g.Expect(matcher.FailureMessage(payload)).To(Equal(`Expected the payload to fit the schema superai/update_status, and it breaks 2 rules:
    /amount
        rule:     type
        expected: integer
        found:    string "12000"
    /code
        rule:     required
        expected: string
        found:    nothing`))

	whole := match.MatchSchema("superai/update_status")
	g.Expect(whole.Match("[]")).To(BeFalse())
	g.Expect(whole.FailureMessage("[]")).To(SatisfyAll(ContainSubstring("breaks one rule"), ContainSubstring("the whole payload")))
	g.Expect(matcher.NegatedFailureMessage(payload)).To(Equal("Expected the payload not to fit the schema superai/update_status, and it fits"))
}

func TestAFailureShowsNoKey(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	payload := rawjson.MustParse(fixtures.Documented("accesstrade")[0].Payload).With("/access_key", rawjson.Int(55443322)).String()
	matcher := match.MatchSchema("accesstrade/postback")
	g.Expect(matcher.Match(payload)).To(BeFalse())
	g.Expect(matcher.FailureMessage(payload)).NotTo(ContainSubstring("55443322"))
}

func TestWhatNoSchemaCanJudgeIsAnError(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	for says, one := range map[string]struct {
		schema  string
		payload any
	}{
		`no schema is called "superai/update"`: {"superai/update", "{}"},
		"is not one JSON value":                {"superai/update_status", "{"},
		"can't be written as JSON":             {"superai/update_status", func() {}},
		"read the query string":                {"esms/callback", "SMSID=%zz"},
	} {
		_, err := match.MatchSchema(one.schema).Match(one.payload)
		g.Expect(err).To(MatchError(ContainSubstring(says)))
	}
}
