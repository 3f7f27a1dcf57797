package pages_test

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites/console/pages"
)

// postback reports an order as a merchant does.
func (o *office) postback(id string) {
	o.Helper()
	payload := rawjson.MustParse(fixtures.Documented("accesstrade")[0].Payload).With("/transaction_id", rawjson.Text(id))
	request := accesstrade.Merchant{AccessKey: accessKey, SecretKey: secretKey}.Postback(payload)
	answer, err := o.client.Post(o.server.URL+request.Path, "application/json", strings.NewReader(string(request.Body)))
	if err != nil {
		o.Fatal(err)
	}
	answer.Body.Close()
}

func TestTheAccesstradePage(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.get("/accesstrade").wants(http.StatusOK, o.server.URL, "POST /core/transactions/postback", "access_key", "No order was reported yet.", "No call came yet.")
	o.postback("DH-1")
	o.postback("DH-1")
	o.postback("")
	page := o.get("/accesstrade").wants(http.StatusOK, "DH-1", "pending", "2×", "accepted postback", "The order was known already.", "refused postback", "transaction_id")
	page.wants(http.StatusOK, "access_key "+accessKey, "secret_key *** as khop serve was given it", "No fault is set").lacks(secretKey)

	o.post("/accesstrade/fault", url.Values{"fault": {"503"}, "times": {"1"}}).wants(http.StatusOK, `The fault "503" is set; postbacks that meet it: 1.`, "answer 503 and process nothing postbacks still to come: 1")
	o.postback("DH-2")
	o.get("/accesstrade").wants(http.StatusOK, "not processed postback DH-2", "Fault: 503", "HTTP 503")
	o.post("/accesstrade/fault", url.Values{"fault": {"503"}, "times": {"often"}}).wants(http.StatusUnprocessableEntity, "a number from 0 to 1000")
	o.post("/accesstrade/fault", url.Values{"fault": {"504"}, "times": {"1"}}).wants(http.StatusUnprocessableEntity, `no fault "504"`)
	o.post("/accesstrade/fault", url.Values{"fault": {"503"}, "times": {"5"}})
	o.post("/accesstrade/fault", url.Values{"fault": {""}, "times": {"5"}}).wants(http.StatusOK, "as they should be")
	o.postback("DH-3")
	o.get("/accesstrade").wants(http.StatusOK, "accepted postback DH-3")

	o.desk.Endpoint = nil
	o.get("/accesstrade").wants(http.StatusOK, "It is not played here.")
	o.post("/accesstrade/fault", url.Values{"fault": {"503"}, "times": {"1"}}).wants(http.StatusUnprocessableEntity, "no AccessTrade endpoint")
}

func TestOrdersArePaged(t *testing.T) {
	t.Parallel()
	o := open(t)
	for n := range 120 {
		o.postback("DH-" + strconv.Itoa(n))
	}
	page := o.get("/accesstrade").wants(http.StatusOK, "DH-119", "DH-70", "Older")
	if shown := words(find(page.root, "orders-part")); strings.Contains(shown, "DH-69") || strings.Contains(shown, "Newest") {
		t.Errorf("the newest page shows %s", shown)
	}
	second := o.get(attribute(find(page.root, "older-orders"), "href")).wants(http.StatusOK, "DH-69", "DH-20", "Newest", "Older")
	o.get(attribute(find(second.root, "older-orders"), "href")).wants(http.StatusOK, "DH-19", "DH-0", "Newest").lacks("Older")
	o.get("/accesstrade?before=forgotten").wants(http.StatusOK, "No order was reported before this one.", "Newest")
}

func TestAScenarioIsNotStartedForATargetThatIsForbidden(t *testing.T) {
	t.Parallel()
	o := open(t)
	app := o.app("superai", "http://127.0.0.1:1/")
	o.desk.Allow = func(*url.URL) error { return errors.New("127.0.0.1 is not among what --allow-target allows") }
	o.post("/scenarios/superai-partial-delivery", url.Values{"app": {app.ID}}).wants(http.StatusUnprocessableEntity, "not among what --allow-target allows", "None was run yet.")
}

func TestScenarios(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	o := open(t)
	o.get("/scenarios").wants(http.StatusOK, "None was run yet.", "It needs an app of SuperAI.", "A parcel, delivered in part")
	app := o.app("superai", "http://127.0.0.1:1/")
	run := "/scenarios/superai-partial-delivery"
	o.post(run, url.Values{"app": {app.ID}, "speed": {"1000000"}}).wants(http.StatusOK, "The scenario is running.", "my superai")
	g.Eventually(func() string { return words(o.get("/scenarios").root) }, "10s").Should(ContainSubstring("✓ done A parcel, delivered in part my superai"))
	o.get("/events").wants(http.StatusOK, "update_weight")

	o.post(run, url.Values{"app": {app.ID}}).wants(http.StatusOK, "running", "next step", "Stop")
	going := o.desk.Scenarios.Runs()[0]
	o.post("/scenarios/runs/"+going.ID+"/stop", url.Values{}).wants(http.StatusOK)
	g.Eventually(func() string { return words(o.get("/scenarios").root) }, "10s").Should(ContainSubstring("– stopped A parcel"))

	o.post(run, url.Values{}).wants(http.StatusUnprocessableEntity, "Choose an app")
	o.post(run, url.Values{"app": {app.ID}, "speed": {"0"}}).wants(http.StatusUnprocessableEntity, "a number above 0")
	o.post("/scenarios/nothing", url.Values{"app": {app.ID}}).wants(http.StatusUnprocessableEntity, `scenario "nothing"`)
	o.post("/scenarios/runs/nothing/stop", url.Values{}).wants(http.StatusUnprocessableEntity, `run "nothing"`)
	other := o.app("abaha", "http://127.0.0.1:1/")
	o.post(run, url.Values{"app": {other.ID}}).wants(http.StatusUnprocessableEntity, "it is one of superai")
	o.desk.Scenarios.Close()
	o.desk.Scenarios = nil
	o.get("/scenarios").wants(http.StatusOK, "There is none here.")
	o.post(run, url.Values{"app": {app.ID}}).wants(http.StatusNotFound)
}

func TestChecks(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	o := open(t)
	o.get("/check").wants(http.StatusOK, "There is no app yet.")
	target := o.receiver()
	target.status.Store(http.StatusTeapot)
	app := o.app("superai", target.URL)
	started := o.post("/check", url.Values{"app": {app.ID}}).wants(http.StatusOK, "Verification of my superai")
	id := strings.TrimPrefix(started.path, "/check/")
	g.Eventually(func() bool { run, _ := o.desk.CheckRun(id); return run.Finished }, "20s").Should(BeTrue())

	o.get(started.path).wants(http.StatusOK, "✗ FAIL", "1 failed", "superai.preflight.genuine-delivery", "Read the whole report")
	o.get("/check").wants(http.StatusOK, "✗ FAIL", "my superai")
	page := o.get(started.path+"/report").wants(http.StatusOK, "The target does not conform", "superai.preflight.genuine-delivery")
	policy := page.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "style-src 'sha256-", "script-src 'sha256-", "form-action 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the report's policy lacks %s: %s", part, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "&#") {
		t.Errorf("the report's policy is %s", policy)
	}
	page.lacks(app.Secrets["partner_code"])

	if find(page.root, "checks") == nil || !strings.Contains(page.text, `<a href="`+started.path+`">`) {
		t.Error("there is no way back out of the report")
	}
	o.post("/check", url.Values{"app": {app.ID}, "observer": {"cat {key}"}, "path": {".n"}}).wants(http.StatusUnprocessableEntity).wrong("observer", "http")
	o.post("/check", url.Values{}).wants(http.StatusUnprocessableEntity, "Choose an app to verify.")
	o.post("/check", url.Values{"app": {"app_9"}}).wants(http.StatusUnprocessableEntity, "app_9")
	o.get("/check/nothing").wants(http.StatusNotFound)
	o.get("/check/nothing/report").wants(http.StatusNotFound)
}

// A report tells what can be done in a console, and nothing of a command line's flags.
func TestAReportOfTheConsoleTellsOfNoFlags(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	o := open(t)
	app := o.app("abaha", o.receiver().URL)
	started := o.post("/check", url.Values{"app": {app.ID}}).wants(http.StatusOK)
	id := strings.TrimPrefix(started.path, "/check/")
	g.Eventually(func() bool { run, _ := o.desk.CheckRun(id); return run.Finished }, "30s").Should(BeTrue())
	o.get(started.path+"/report").wants(http.StatusOK, "verify once more with an observer", "an outage cannot be made from a console", "no header is agreed on").
		lacks("give --", "--observe", "--header")
}

// The keys that every khop serve has where none are given are no secrets.
func TestTheDefaultKeysAreCalledSo(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.server.Config.Handler = pages.New(o.desk, pages.Options{Keys: pages.Keys{Access: "default-access", Secret: "default-secret", Default: true}})
	o.get("/accesstrade").wants(http.StatusOK, "access_key default-access the default; --access-key sets another", "secret_key default-secret the default; --secret-key sets another").lacks("Log out")
}
