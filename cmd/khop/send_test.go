package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/khop-dev/khop/fixtures"
)

// A sample is sent by its own name where an event has several.
func TestSendTakesTheNameOfASample(t *testing.T) {
	var got url.Values
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.URL.Query() }))
	defer server.Close()
	for _, sample := range fixtures.Documented("esms") {
		want, err := url.ParseQuery(string(sample.Payload))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, complaint := khop(t, "send", "esms", sample.Name, "-t", server.URL); complaint != "" {
			t.Errorf("%s: %s", sample.Name, complaint)
		}
		if got.Get("TypeId") != want.Get("TypeId") || got.Get("SMSID") == want.Get("SMSID") {
			t.Errorf("%s: sent %v", sample.Name, got)
		}
	}
	code, _, complaint := khop(t, "send", "esms", "zz", "-t", server.URL)
	if code != exitUsage || !strings.Contains(complaint, `eSMS has no event or sample "zz"; there are: callback, customer-care`) || strings.Count(complaint, "callback") != 1 {
		t.Errorf("exit %d: %s", code, complaint)
	}
	if _, out, _ := khop(t, "list", "events", "esms"); !strings.Contains(out, "zalo-journey") {
		t.Errorf("list events:\n%s", out)
	}
}

// noting is a target that notes what it is sent, byte for byte, and takes it.
func noting(t *testing.T) (address string, sent func() (line, body string)) {
	t.Helper()
	var line, body string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		all, _ := io.ReadAll(r.Body)
		line, body = r.RequestURI, string(all)
		_, _ = io.WriteString(w, `{"status":true,"message":"Done"}`)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() (string, string) { return line, body }
}

// hanging is a target that keeps every answer back, and tells when somebody waits for one.
func hanging(t *testing.T) (address string, asked <-chan struct{}) {
	t.Helper()
	over, came := make(chan struct{}), make(chan struct{}, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		came <- struct{}{}
		select {
		case <-over:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(over) })
	return server.URL, came
}

// A parameter holds what it was given, whatever that means in a query string.
func TestSendEncodesWhatGoesIntoAQueryString(t *testing.T) {
	address, sent := noting(t)
	code, out, complaint := khop(t, "send", "esms", "callback", "-t", address, "--data", "phonenumber=+84 90&1", "--data", "RequestId=a#b", "--data", "TypeId=a&SMSID=x", "--data", "/new one=1")
	if code != exitConforms {
		t.Fatalf("exit code %d: %s%s", code, out, complaint)
	}
	line, _ := sent()
	if !strings.Contains(line, "phonenumber=%2B84%2090%261&") || !strings.HasSuffix(line, "&new%20one=1") {
		t.Errorf("sent %s", line)
	}
	u, err := url.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	got := u.Query()
	if got.Get("phonenumber") != "+84 90&1" || got.Get("RequestId") != "a#b" || got.Get("TypeId") != "a&SMSID=x" || len(got["SMSID"]) != 1 || got.Get("SendStatus") == "" {
		t.Errorf("sent %v", got)
	}
}

func TestSendReadsAQueryStringFromAFile(t *testing.T) {
	address, sent := noting(t)
	if code, out, complaint := khop(t, "send", "esms", "callback", "-t", address, "--file", bodyFile(t, "SMSID=1&TypeId=2\r\n")); code != exitConforms {
		t.Errorf("exit code %d: %s%s", code, out, complaint)
	}
	if line, _ := sent(); line != "/?SMSID=1&TypeId=2" {
		t.Errorf("sent %s", line)
	}
	server, _, requests := served(t)
	t.Setenv("KHOP_SERVER", server)
	asking(t, server, "apps", "add", "esms", "--name", "sms", "--target", "http://127.0.0.1:1/", "--paused")
	asking(t, server, "trigger", "sms", "callback", "--file", bodyFile(t, "SMSID=1&TypeId=2\n"))
	if out := asking(t, server, "events", "1"); !strings.Contains(out, "\nSMSID=1&TypeId=2\n\n") && !strings.HasSuffix(out, "\nSMSID=1&TypeId=2\n") {
		t.Errorf("triggered:\n%s", out)
	}
	for body, want := range map[string]string{
		"SMSID=1\nTypeId=2\n": "line 1, column 8: a line break; a query string is one line",
		"SMSID=1 2":           "line 1, column 8: a blank cannot stand in a query string; write %20",
		"SMSID=1#2":           "line 1, column 8: a # ends a query string; write %23",
	} {
		file := bodyFile(t, body)
		for _, args := range [][]string{{"send", "esms", "callback", "-t", address}, {"trigger", "sms", "callback"}} {
			code, out, complaint := khop(t, append(args, "--file", file)...)
			if code != exitUsage || out != "" || !strings.Contains(complaint, "--file "+file+": "+want) {
				t.Errorf("%s %q: exit code %d, %s%s", args[0], body, code, out, complaint)
			}
		}
	}
	if requests.Load() != 0 {
		t.Error("something was sent")
	}
}

// khop send waits as long as the provider does, unless it is told how long.
func TestSendWaitsAsLongAsTheProvider(t *testing.T) {
	address, _ := hanging(t)
	mobio := []string{"send", "mobio", "sale_create_deal", "-t", address, "--secret", "app_id=A", "--secret", "app_secret=S"}
	for _, one := range []struct {
		args []string
		want string
	}{
		{mobio, "attempt 1: no answer within 100ms\n"},
		{append(mobio[:len(mobio):len(mobio)], "--set", "answer_within=30ms"), "attempt 1: no answer within 30ms\n"},
		{append(mobio[:len(mobio):len(mobio)], "--set", "answer_within=30ms", "--timeout", "50ms"), "attempt 1: no answer within 50ms\n"},
		{[]string{"send", "superai", "update_status", "-t", address, "--secret", "partner_code=P", "--timeout", "40ms"}, "attempt 1: no answer within 40ms\n"},
	} {
		if code, out, complaint := khop(t, one.args...); code != exitFailed || out != one.want || complaint != "" {
			t.Errorf("%v: exit code %d, %q %q; want %q", one.args, code, out, complaint, one.want)
		}
	}
}

// What is given goes out, and the signature is only made where there is none.
func TestSendKeepsTheCredentialsThatAreGiven(t *testing.T) {
	address, sent := noting(t)
	const right = "6137270f515af002fa365f596612f3bd" // md5("1S")
	for _, one := range []struct {
		flags []string
		wants []string
	}{
		{[]string{"--data", "transaction_id=1"}, []string{`"access_key":"K"`, right}},
		{[]string{"--data", "transaction_id=1", "--data", "signature=bad"}, []string{`"access_key":"K"`, `"signature":"bad"`}},
		{[]string{"--data", "transaction_id=1", "--data", "/access_key=WRONG"}, []string{`"access_key":"WRONG"`, right}},
		{[]string{"--file", bodyFile(t, `{"transaction_id": "1"}`)}, []string{`{"transaction_id":"1","access_key":"K","signature":"` + right + `"}`}},
		{[]string{"--file", bodyFile(t, `{"transaction_id": "1", "access_key": "W"}`)}, []string{`{"transaction_id":"1","access_key":"W","signature":"` + right + `"}`}},
		{[]string{"--file", bodyFile(t, "{ \"signature\": \"bad\", \"access_key\":\"W\" }\n")}, []string{"{ \"signature\": \"bad\", \"access_key\":\"W\" }\n"}},
	} {
		code, out, complaint := khop(t, append([]string{"send", "accesstrade", "postback", "-t", address, "--secret", "access_key=K", "--secret", "secret_key=S"}, one.flags...)...)
		if code != exitConforms {
			t.Errorf("%v: exit code %d: %s%s", one.flags, code, out, complaint)
		}
		for _, want := range one.wants {
			if _, body := sent(); !strings.Contains(body, want) {
				t.Errorf("%v: no %s in %s", one.flags, want, body)
			}
		}
	}
}

func TestSendSaysHowLongItReallyWaits(t *testing.T) {
	address := refusing(t)
	code, out, _ := khop(t, "send", "abaha", "order", "-t", address, "--retry", "--speed", "100000")
	if want := "  the next attempt is due in 3ms, in place of the provider's 5m0s\n"; code != exitFailed || strings.Count(out, want) != 2 {
		t.Errorf("exit code %d, no %q in:\n%s", code, want, out)
	}
}

// Whoever gives up has not seen the receiver fail.
func TestSendIsInterrupted(t *testing.T) {
	t.Parallel()
	address, asked := hanging(t)
	child := process(t.Context(), nil, "send", "abaha", "order", "-t", address, "--retry", "--timeout", "1m")
	var out bytes.Buffer
	child.Stdout, child.Stderr = &out, &out
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := child.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	if code := child.ProcessState.ExitCode(); code != exitInterrupted || !regexp.MustCompile(`^attempt 1: interrupted after \S+, before an answer came\n$`).MatchString(out.String()) {
		t.Errorf("exit code %d: %s", code, out.String())
	}
}
