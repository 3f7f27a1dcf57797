package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/mocks/outbox"
	_ "github.com/khop-dev/khop/mocks/platforms" // registers every provider
)

const partnerCode = "PARTNER-42"

// parcel is an app of SuperAI's.
func parcel(target string) outbox.App {
	return outbox.App{
		ID: "app_1", Provider: "superai", Target: target, Speed: 1,
		Secrets: map[string]string{"partner_code": partnerCode}, Headers: map[string]string{"X-Shop": "Bearer shop-token"},
	}
}

func update() outbox.Event {
	return outbox.Event{ID: 7, App: "app_1", Type: "update_status", Body: []byte(`{"a":1, "b":"đứt"}`)}
}

// deliver makes one attempt with a courier of its own.
func deliver(t *testing.T, app outbox.App, event outbox.Event, options ...func(*outbox.CourierOptions)) outbox.Result {
	t.Helper()
	var o outbox.CourierOptions
	for _, set := range options {
		set(&o)
	}
	courier := outbox.NewCourier(o)
	defer courier.Close()
	result, err := courier.Deliver(t.Context(), app, event)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// serve is a target that answers in one way, and the requests that it gets.
func serve(t *testing.T, status int, body string) (address string, got func() (*http.Request, string)) {
	t.Helper()
	var request *http.Request
	var sent []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request = r
		sent, _ = io.ReadAll(r.Body)
		w.Header().Set("X-Echo", r.Header.Get("X-Shop")+" "+partnerCode)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() (*http.Request, string) { return request, string(sent) }
}

func TestAnAttemptIsSignedOverTheStoredBytes(t *testing.T) {
	g := NewWithT(t)
	address, got := serve(t, 200, "OK")
	result := deliver(t, parcel(address+"/hook?shop=seven"), update())
	g.Expect(result.State).To(Equal(outbox.Delivered))
	g.Expect(result.Next.IsZero()).To(BeTrue())
	request, body := got()
	g.Expect(body).To(Equal(string(update().Body)))
	g.Expect(request.Method).To(Equal("POST"))
	g.Expect(request.RequestURI).To(Equal("/hook?shop=seven"))
	g.Expect(request.Header.Get("Content-Type")).To(Equal("application/json"))
	g.Expect(request.Header.Get("X-Shop")).To(Equal("Bearer shop-token"))
	const signature = "b7068aace0009ac78cd964debc19851e45641b00c964cf11e78da465341c0d52" // by openssl dgst -sha256 -hmac PARTNER-42
	g.Expect(request.Header.Get("Signature")).To(Equal(signature))

	attempt := result.Attempt
	g.Expect(attempt.Event).To(BeEquivalentTo(7))
	g.Expect(attempt.Number).To(Equal(1))
	g.Expect(attempt.Status).To(Equal(200))
	g.Expect(attempt.Outcome).To(Equal("accepted"))
	g.Expect(attempt.Reading).To(BeEmpty())
	g.Expect(string(attempt.Answer)).To(Equal("OK"))
	g.Expect(attempt.Took).To(BeNumerically(">", 0))
	g.Expect(attempt.Started).To(BeTemporally("~", time.Now(), time.Minute))
	g.Expect(attempt.Request.Header).To(ContainElement([2]string{"Signature", request.Header.Get("Signature")}))
}

func TestNothingOnRecordLetsSomebodyIn(t *testing.T) {
	g := NewWithT(t)
	hidden := []string{partnerCode, "shop-token", "pass word", "pass%20word", "khoá", "UEFSVE5FUi00Mg"}
	address, _ := serve(t, 500, "wrong key "+partnerCode+", in base64 UEFSVE5FUi00Mg==; header Bearer shop-token; pass word")
	target := strings.Replace(address, "//", "//user:pass%20word@", 1) + "/hook?token=kho%C3%A1&x"
	attempt := deliver(t, parcel(target), update()).Attempt
	shown := fmt.Sprintf("%+v %s", attempt, attempt.Answer)
	for _, secret := range hidden {
		g.Expect(shown).NotTo(ContainSubstring(secret))
	}
	g.Expect(attempt.Request.URL).To(HaveSuffix("/hook?token=***&x"))
	g.Expect(attempt.Request.URL).To(HavePrefix("http://user:***@127.0.0.1:"))
	g.Expect(attempt.Request.Header).To(ContainElements([2]string{"X-Shop", "***"}, [2]string{"Authorization", "***"}))
	g.Expect(string(attempt.Answer)).To(HavePrefix("wrong key ***, in base64 ***"))

	refusing := deliver(t, parcel(strings.Replace(closed(t), "//", "//user:pass%20word@", 1)), update()).Attempt
	g.Expect(fmt.Sprintf("%+v", refusing)).NotTo(Or(ContainSubstring("pass"), ContainSubstring(partnerCode)))
	g.Expect(refusing.Failure).To(ContainSubstring("connection refused"))
}

func TestALongAnswerIsCutAndKeepsNoPartOfASecret(t *testing.T) {
	g := NewWithT(t)
	address, _ := serve(t, 200, strings.Repeat("x", 4090)+partnerCode)
	answer := deliver(t, parcel(address), update()).Attempt.Answer
	g.Expect(string(answer)).To(Equal(strings.Repeat("x", 4090)))
}

// closed is an address at which nobody listens.
func closed(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	return "http://" + listener.Addr().String() + "/hook"
}

// talking is a target that does something to every connection.
func talking(t *testing.T, do func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() }) // not before: somebody may wait for more
			go do(conn)
		}
	}()
	return "http://" + listener.Addr().String() + "/hook"
}

func TestWhatAProviderMakesOfAnAnswer(t *testing.T) {
	silent := func(net.Conn) {}
	hangUp := func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)); _ = conn.Close() }
	half := func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 4096))
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
		_ = conn.Close()
	}
	stuck := func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 4096))
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
	}
	ok, _ := serve(t, 200, "OK")
	created, _ := serve(t, 201, "")
	moved, _ := serve(t, 307, "")
	abaha, _ := serve(t, 200, `{"status": 200, "message": "OK"}`)
	mobio := map[string]string{"app_id": "ID", "app_secret": "SECRET"}

	for name, c := range map[string]struct {
		provider, target string
		secrets          map[string]string
		settings         map[string]string
		outcome          delivery.Outcome
		status           int
		state            outbox.State
		wait             time.Duration
		failure          string
	}{
		"taken":                        {target: ok, outcome: delivery.Accepted, status: 200, state: outbox.Delivered},
		"another status":               {target: created, outcome: delivery.Refused, status: 201, state: outbox.Failed},
		"a redirect is not followed":   {target: moved, outcome: delivery.Refused, status: 307, state: outbox.Failed},
		"a body that breaks off":       {target: talking(t, half), outcome: delivery.Accepted, status: 200, state: outbox.Delivered},
		"a body that does not end":     {target: talking(t, stuck), outcome: delivery.TimedOut, status: 200, state: outbox.Failed, failure: "no whole answer within 200ms"},
		"nobody there":                 {target: closed(t), outcome: delivery.Unopened, state: outbox.Failed, failure: "no connection: dial tcp"},
		"no such host":                 {target: "http://none.invalid/", outcome: delivery.Unopened, state: outbox.Failed, failure: "no connection: dial tcp"},
		"not TLS":                      {target: strings.Replace(ok, "http:", "https:", 1), outcome: delivery.Unopened, state: outbox.Failed, failure: "no connection"},
		"hung up":                      {target: talking(t, hangUp), outcome: delivery.Broken, state: outbox.Failed, failure: "the connection ended without an answer"},
		"silent":                       {target: talking(t, silent), outcome: delivery.TimedOut, state: outbox.Failed, failure: "no answer within 200ms"},
		"mobio retries what is closed": {provider: "mobio", secrets: mobio, target: closed(t), outcome: delivery.Unopened, state: outbox.Due, wait: 5 * time.Minute},
		"mobio waits 100 ms":           {provider: "mobio", secrets: mobio, target: talking(t, silent), outcome: delivery.TimedOut, state: outbox.Failed, failure: "no answer within 100ms"},
		"mobio waits as agreed":        {provider: "mobio", secrets: mobio, settings: map[string]string{"answer_within": "30ms"}, target: talking(t, silent), outcome: delivery.TimedOut, state: outbox.Failed, failure: "no answer within 30ms"},
		"abaha wants its words":        {provider: "abaha", target: ok, outcome: delivery.Refused, status: 200, state: outbox.Due, wait: 5 * time.Minute},
		"abaha hears its words":        {provider: "abaha", target: abaha, outcome: delivery.Accepted, status: 200, state: outbox.Delivered},
		"abaha wants https":            {provider: "abaha", target: "http://shop.example", outcome: delivery.Unopened, state: outbox.Failed, failure: "not sent: the webhook URL has to be https"},
		"accesstrade sends nothing":    {provider: "accesstrade", secrets: map[string]string{"access_key": "ACCESS", "secret_key": "SECRET"}, target: ok, outcome: delivery.Unopened, state: outbox.Failed, failure: "not sent: AccessTrade sends no events"},
		"no such provider":             {provider: "nobody", target: ok, outcome: delivery.Unopened, state: outbox.Failed, failure: "not sent: unknown provider"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			app := parcel(c.target)
			if c.provider != "" {
				app.Provider, app.Secrets, app.Settings = c.provider, c.secrets, c.settings
			}
			result := deliver(t, app, update(), func(o *outbox.CourierOptions) { o.Timeout = 200 * time.Millisecond })
			attempt := result.Attempt
			g.Expect(attempt.Outcome).To(BeEquivalentTo(c.outcome))
			g.Expect(attempt.Status).To(Equal(c.status))
			g.Expect(result.State).To(Equal(c.state))
			g.Expect(attempt.Wait).To(Equal(c.wait))
			g.Expect(attempt.Failure).To(ContainSubstring(c.failure))
			g.Expect(attempt.Failure == "").To(Equal(c.status != 0 && c.outcome != delivery.TimedOut))
			g.Expect(attempt.Reading != "").To(Equal(c.outcome == delivery.Refused))
		})
	}
}

func TestASendersSchedule(t *testing.T) {
	g := NewWithT(t)
	address, _ := serve(t, 503, "")
	app := outbox.App{ID: "app_1", Provider: "abaha", Target: address, Speed: 3000}
	event := update()
	for times, due := range []time.Duration{0, 5 * time.Minute, 10 * time.Minute} {
		event.Times = times
		result := deliver(t, app, event)
		g.Expect(result.Attempt.Due).To(Equal(due))
		g.Expect(result.Attempt.Number).To(Equal(times + 1))
		if times == 2 {
			g.Expect(result.State).To(Equal(outbox.Failed))
			break
		}
		g.Expect(result.State).To(Equal(outbox.Due))
		g.Expect(result.Attempt.Wait).To(Equal(5 * time.Minute))
		g.Expect(time.Until(result.Next)).To(BeNumerically("~", 100*time.Millisecond, 60*time.Millisecond))
	}
	event.Times, event.ByHand = 1, true
	result := deliver(t, app, event)
	g.Expect(result.State).To(Equal(outbox.Failed), "no policy follows a resend by hand")
	g.Expect(result.Attempt.ByHand).To(BeTrue())
	g.Expect(result.Attempt.Due).To(BeZero())
}

func TestACallbackTravelsInTheQuery(t *testing.T) {
	g := NewWithT(t)
	address, got := serve(t, 200, "")
	app := outbox.App{ID: "app_1", Provider: "esms", Target: address + "/cb?key=kept-safe", Speed: 1}
	attempt := deliver(t, app, outbox.Event{Body: []byte("SMSID=a%20b&SendStatus=5")}).Attempt
	request, body := got()
	g.Expect(request.RequestURI).To(Equal("/cb?key=kept-safe&SMSID=a%20b&SendStatus=5"))
	g.Expect(request.Method + body).To(Equal("GET"))
	g.Expect(attempt.Request.URL).To(Equal(address + "/cb?key=***&SMSID=a%20b&SendStatus=5"))
}

func TestWhereKhopMustNotSend(t *testing.T) {
	g := NewWithT(t)
	address, got := serve(t, 200, "OK")
	refusal := errors.New("not there")
	byName := deliver(t, parcel(address), update(), func(o *outbox.CourierOptions) {
		o.Allow = func(to *url.URL) error { g.Expect(to.String()).To(Equal(address)); return refusal }
	})
	g.Expect(byName.Attempt.Failure).To(Equal("not sent: not there"))
	g.Expect(byName.State).To(Equal(outbox.Failed))
	byAddress := deliver(t, parcel(strings.Replace(address, "127.0.0.1", "localhost", 1)), update(), func(o *outbox.CourierOptions) {
		o.AllowAddress = func(to netip.Addr) error { g.Expect(to.IsLoopback()).To(BeTrue()); return refusal }
	})
	g.Expect(byAddress.Attempt.Failure).To(And(HavePrefix("no connection"), HaveSuffix("not there")))
	request, _ := got()
	g.Expect(request).To(BeNil())
}

func TestAnInterruptedAttemptIsNone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	address := talking(t, func(net.Conn) { cancel() })
	courier := outbox.NewCourier(outbox.CourierOptions{})
	defer courier.Close()
	if _, err := courier.Deliver(ctx, parcel(address), update()); !errors.Is(err, outbox.ErrInterrupted) {
		t.Errorf("got %v", err)
	}
}

func TestAChangedAppIsSentAsItIsNow(t *testing.T) {
	g := NewWithT(t)
	address, got := serve(t, 200, "OK")
	courier := outbox.NewCourier(outbox.CourierOptions{})
	defer courier.Close()
	app := parcel(address)
	_, err := courier.Deliver(t.Context(), app, update())
	g.Expect(err).NotTo(HaveOccurred())
	before, _ := got()
	app.Secrets = map[string]string{"partner_code": "ANOTHER"}
	_, err = courier.Deliver(t.Context(), app, update())
	g.Expect(err).NotTo(HaveOccurred())
	after, _ := got()
	g.Expect(after.Header.Get("Signature")).NotTo(Equal(before.Header.Get("Signature")))
	g.Expect(after.RemoteAddr).To(Equal(before.RemoteAddr), "over the same connection")
}
