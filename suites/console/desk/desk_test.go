package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/sqlite"
	_ "github.com/khop-dev/khop/mocks/platforms"
	"github.com/khop-dev/khop/suites/console/desk"
)

const secret = "PARTNER-42"

// set is a desk over a database of its own that delivers.
func set(t *testing.T) *desk.Desk {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "khop.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	courier := outbox.NewCourier(outbox.CourierOptions{})
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- store.Run(ctx, courier.Deliver, 4) }()
	t.Cleanup(func() {
		stop()
		<-over
		courier.Close()
		_ = store.Close()
	})
	return &desk.Desk{Backend: store, Version: "test"}
}

// app is a SuperAI app on the desk, whose target is a reference receiver.
func app(t *testing.T, d *desk.Desk, defects ...string) (outbox.App, *atomic.Int32) {
	t.Helper()
	handler, err := receivers.New("superai", receivers.Config{Secrets: map[string]string{"partner_code": secret}, Defects: defects})
	if err != nil {
		t.Fatal(err)
	}
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	created, err := d.CreateApp(t.Context(), outbox.App{Provider: "superai", Target: server.URL + "/hook", Secrets: map[string]string{"partner_code": secret}})
	if err != nil {
		t.Fatal(err)
	}
	return created, &requests
}

func state(g Gomega, d *desk.Desk, id int64) outbox.State {
	event, err := d.Backend.Event(context.Background(), id)
	g.Expect(err).NotTo(HaveOccurred())
	return event.State
}

func TestTriggeredEventsArrive(t *testing.T) {
	g := NewWithT(t)
	d := set(t)
	a, requests := app(t, d)
	ids, err := d.Trigger(t.Context(), a.ID, desk.Draft{Event: "update_status", Data: map[string]any{"status": "12", "/extra": 1}, Count: 20})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(ids).To(HaveLen(20))
	objects := map[string]bool{}
	for _, id := range ids {
		g.Eventually(func(g Gomega) { g.Expect(state(g, d, id)).To(Equal(outbox.Delivered)) }, 10*time.Second).Should(Succeed())
		event, err := d.Backend.Event(t.Context(), id)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(string(event.Body)).To(And(ContainSubstring(`"status":"12"`), ContainSubstring(`"extra":1`)))
		objects[event.Object] = true
	}
	g.Expect(objects).To(HaveLen(20), "each has an identity of its own")
	g.Expect(requests.Load()).To(BeEquivalentTo(20))
}

func TestABodyGoesOutByteForByte(t *testing.T) {
	g := NewWithT(t)
	d := set(t)
	a, _ := app(t, d)
	body := "{ \"type\" : \"update_status\",\n\"code\":\"X-1\" }\n"
	ids, err := d.Trigger(t.Context(), a.ID, desk.Draft{Event: "update_status", Body: body})
	g.Expect(err).NotTo(HaveOccurred())
	event, err := d.Backend.Event(t.Context(), ids[0])
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(event.Body)).To(Equal(body))
	g.Expect(event.Object).To(Equal("X-1"))
}

func TestAnEnvelopedBodyIsJudgedByWhatIsInIt(t *testing.T) {
	g := NewWithT(t)
	d := set(t)
	a, err := d.CreateApp(t.Context(), outbox.App{
		Provider: "mobio", Target: "http://127.0.0.1:1/hook", Settings: map[string]string{"envelope": "block"},
		Secrets: map[string]string{"app_id": "A", "app_secret": "S"},
	})
	g.Expect(err).NotTo(HaveOccurred())
	made, err := d.Preview(t.Context(), a.ID, desk.Draft{Event: "sale_create_deal"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(made.Body).To(ContainSubstring(`"block_event":[`))
	given, err := d.Preview(t.Context(), a.ID, desk.Draft{Event: "sale_create_deal", Body: made.Body})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(given.Problems).To(BeEmpty())
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	d := set(t)
	a, _ := app(t, d)
	d.Allow = func(u *url.URL) error {
		if u.Hostname() == "forbidden.example" {
			return errors.New("not there")
		}
		return nil
	}
	trigger := func(draft desk.Draft) error { _, err := d.Trigger(t.Context(), a.ID, draft); return err }
	create := func(change func(*outbox.App)) error {
		one := outbox.App{Provider: "superai", Target: "http://127.0.0.1:1/hook", Secrets: map[string]string{"partner_code": secret}}
		change(&one)
		_, err := d.CreateApp(t.Context(), one)
		return err
	}
	for want, one := range map[string]struct {
		err  error
		kind error
	}{
		`did you mean "update_status"`:                                 {trigger(desk.Draft{Event: "update_statuss"}), desk.ErrInvalid},
		`name: there is an app "superai" already; choose another name`: {create(func(a *outbox.App) { a.Name = "superai" }), desk.ErrTaken},
		`no member "statuz"`:                                           {trigger(desk.Draft{Event: "update_status", Data: map[string]any{"statuz": 1}}), desk.ErrInvalid},
		"at most 10000 at once":                                        {trigger(desk.Draft{Event: "update_status", Count: 10_001}), desk.ErrInvalid},
		"needs its secret partner_code":                                {create(func(a *outbox.App) { a.Secrets = nil }), desk.ErrInvalid},
		"needs http:// or https://":                                    {create(func(a *outbox.App) { a.Target = "127.0.0.1:1" }), desk.ErrInvalid},
		`unknown provider "superia"`:                                   {create(func(a *outbox.App) { a.Provider = "superia" }), desk.ErrInvalid},
		"not there":                                                    {create(func(a *outbox.App) { a.Target = "http://forbidden.example/" }), desk.ErrForbidden},
		"AccessTrade sends no events": {create(func(a *outbox.App) {
			a.Provider, a.Secrets = "accesstrade", map[string]string{"access_key": "A", "secret_key": "S"}
		}), desk.ErrInvalid},
		"its endpoint under /core":                      {create(func(a *outbox.App) { a.Provider, a.Secrets = "accesstrade", nil }), desk.ErrInvalid},
		"header X-Shop: its value holds a line break":   {create(func(a *outbox.App) { a.Headers = map[string]string{"X-Shop": "a\nInjected: b"} }), desk.ErrInvalid},
		"header Signature: khop sets this one as Super": {create(func(a *outbox.App) { a.Headers = map[string]string{"Signature": "x"} }), desk.ErrInvalid},
		"it is the same header as X-SHOP":               {create(func(a *outbox.App) { a.Headers = map[string]string{"X-SHOP": "1", "x-shop": "2"} }), desk.ErrInvalid},
	} {
		if one.err == nil || !strings.Contains(one.err.Error(), want) || !errors.Is(one.err, one.kind) {
			t.Errorf("%v, want %q", one.err, want)
		}
	}
	stored, err := d.Backend.PutApp(t.Context(), outbox.App{Provider: "accesstrade", Target: a.Target, Secrets: map[string]string{"access_key": "A", "secret_key": "S"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Trigger(t.Context(), stored.ID, desk.Draft{Event: "postback"}); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("an app that cannot send has sent: %v", err)
	}
	if _, err := d.Trigger(t.Context(), "app_nobody", desk.Draft{Event: "update_status"}); !errors.Is(err, outbox.ErrUnknown) {
		t.Error(err)
	}
}

func TestSecretsThatWereNotShownStay(t *testing.T) {
	g := NewWithT(t)
	d := set(t)
	a, _ := app(t, d)
	g.Expect(a.Secrets).To(HaveKeyWithValue("partner_code", secret))
	a.Target = strings.Replace(a.Target, "http://", "http://anna:p%40ss@", 1)
	a, err := d.UpdateApp(t.Context(), a)
	g.Expect(err).NotTo(HaveOccurred())
	shown := a.Masked()
	g.Expect(shown.Target).To(And(HavePrefix("http://anna:***@127.0.0.1:"), HaveSuffix("/hook")))
	made, err := d.Preview(t.Context(), a.ID, desk.Draft{Event: "update_status"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(made.Curl).To(ContainSubstring("-H 'Authorization: ***'"))
	g.Expect(made.Curl).NotTo(Or(ContainSubstring("anna"), ContainSubstring("p%40ss"), ContainSubstring("p@ss")))
	shown.Name, shown.Target = "shop", shown.Target+"/2"
	_, err = d.UpdateApp(t.Context(), shown)
	g.Expect(err).NotTo(HaveOccurred())
	kept, err := d.Backend.App(t.Context(), a.ID)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(kept.Name).To(Equal("shop"))
	g.Expect(kept.Target).To(Equal(a.Target + "/2"))
	g.Expect(kept.Secrets).To(HaveKeyWithValue("partner_code", secret))
	shown.Provider = "mobio"
	_, err = d.UpdateApp(t.Context(), shown)
	g.Expect(err).To(MatchError(ContainSubstring("stays with its provider")))
}

// The preview's command does what the delivery does.
func TestThePreviewIsWhatGoesOut(t *testing.T) {
	g := NewWithT(t)
	d := set(t)
	a, requests := app(t, d)
	preview, err := d.Preview(t.Context(), a.ID, desk.Draft{Event: "update_status", Data: map[string]any{"weight": "much"}})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(preview.Problems).To(HaveLen(1))
	g.Expect(preview.Problems[0].Pointer).To(Equal("/weight"))
	g.Expect(json.Valid([]byte(preview.Body))).To(BeTrue())
	g.Expect(preview.Curl).NotTo(ContainSubstring(secret))
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("WITHOUT curl")
	}
	out, err := exec.CommandContext(t.Context(), "sh", "-c", preview.Curl+" -sS -o /dev/null -w '%{http_code}'").CombinedOutput()
	g.Expect(err).NotTo(HaveOccurred(), string(out))
	g.Expect(string(out)).To(Equal("200"))
	g.Expect(requests.Load()).To(BeEquivalentTo(1))
}

func TestEveryEventOfEveryProviderCanBePreviewed(t *testing.T) {
	d := set(t)
	for _, provider := range mocks.Names() {
		p, err := mocks.Lookup(provider)
		if err != nil || provider == "accesstrade" {
			continue
		}
		secrets := map[string]string{}
		for _, s := range p.Secrets {
			secrets[s.Name] = "S3CRET-9"
		}
		a, err := d.CreateApp(t.Context(), outbox.App{Provider: provider, Target: "http://127.0.0.1:1/hook", Secrets: secrets})
		if err != nil {
			t.Fatal(err)
		}
		for _, event := range p.Events() {
			for _, generated := range []bool{false, true} {
				preview, err := d.Preview(t.Context(), a.ID, desk.Draft{Event: event.Type, Generated: generated})
				if err != nil || len(preview.Problems) > 0 {
					t.Errorf("%s/%s, generated %t: %v %v", provider, event.Type, generated, err, preview.Problems)
				}
			}
		}
	}
}

func TestAnAppIsVerified(t *testing.T) {
	g := NewWithT(t)
	d := set(t)
	a, _ := app(t, d, "created-201")
	run, err := d.StartCheck(t.Context(), a.ID)
	g.Expect(err).NotTo(HaveOccurred())
	_, err = d.StartCheck(t.Context(), a.ID)
	g.Expect(err).To(MatchError(ContainSubstring("being verified already")))
	g.Eventually(func(g Gomega) {
		now, ok := d.CheckRun(run.ID)
		g.Expect(ok).To(BeTrue())
		g.Expect(now.Finished).To(BeTrue())
	}, time.Minute, 50*time.Millisecond).Should(Succeed())
	over := d.CheckRuns()[0]
	g.Expect(over.Error).To(BeEmpty())
	g.Expect(string(over.Report.Verdict)).To(Equal("fail"))
	g.Expect(over.Done).To(Equal(over.All))
}

// A name stands for one app. Where none is given it is the provider's, with a number where
// that is taken; twins of old can be changed in everything but to one name.
func TestEachAppHasANameOfItsOwn(t *testing.T) {
	g := NewWithT(t)
	d := set(t)
	first, _ := app(t, d)
	second, _ := app(t, d)
	third, _ := app(t, d)
	g.Expect([]string{first.Name, second.Name, third.Name}).To(Equal([]string{"superai", "superai-2", "superai-3"}))
	second.Name = "superai"
	_, err := d.UpdateApp(t.Context(), second)
	g.Expect(err).To(And(MatchError(desk.ErrInvalid), MatchError(desk.ErrTaken)))
	twin := first
	twin.ID = ""
	twin, err = d.Backend.PutApp(t.Context(), twin)
	g.Expect(err).NotTo(HaveOccurred())
	twin.Paused = true
	_, err = d.UpdateApp(t.Context(), twin)
	g.Expect(err).NotTo(HaveOccurred())
}

// What no query string can hold would only be found out by the receiver.
func TestABodyThatIsAQueryString(t *testing.T) {
	g := NewWithT(t)
	d := set(t)
	sms, err := d.CreateApp(t.Context(), outbox.App{Provider: "esms", Target: "http://127.0.0.1:1/", Paused: true})
	g.Expect(err).NotTo(HaveOccurred())
	preview, err := d.Preview(t.Context(), sms.ID, desk.Draft{Event: "callback", Body: "SMSID=1\n"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(preview.Body).To(Equal("SMSID=1"))
	_, err = d.Trigger(t.Context(), sms.ID, desk.Draft{Event: "callback", Body: "SMSID=1 2"})
	g.Expect(err).To(And(MatchError(desk.ErrInvalid), MatchError(ContainSubstring("body: line 1, column 8: a blank cannot stand in a query string"))))
}
