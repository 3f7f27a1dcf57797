package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/khop-dev/khop/suites/console/wire"
)

// asking runs a command line against the khop at an address, which has to be content.
func asking(t *testing.T, address string, args ...string) (out string) {
	t.Helper()
	t.Setenv("KHOP_SERVER", address)
	code, out, complaint := khop(t, args...)
	if code != exitConforms || complaint != "" {
		t.Fatalf("khop %s: exit %d: %s", strings.Join(args, " "), code, complaint)
	}
	return out
}

// untilItSays asks again and again until the output fits.
func untilItSays(t *testing.T, address, pattern string, args ...string) (out string) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		if out = asking(t, address, args...); regexp.MustCompile(pattern).MatchString(out) {
			return out
		}
		if time.Now().After(deadline) {
			t.Fatalf("khop %s never says %s:\n%s", strings.Join(args, " "), pattern, out)
		}
	}
}

func TestAKhopThatCannotIsNotAMatterOfUsage(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	locked := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer right" {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", wire.ProblemType)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, `{"title":"Service Unavailable","status":503,"detail":"disk full"}`)
	}))
	defer locked.Close()
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"status": 200, "message": "OK"}`)
	}))
	defer stranger.Close()
	pages := httptest.NewServer(http.NotFoundHandler())
	defer pages.Close()
	for _, c := range []struct {
		server, token string
		code          int
		want          string
	}{
		{gone.URL, "", exitError, "is khop serve running?"},
		{stranger.URL, "", exitError, "no khop answers at " + stranger.URL + ": what answers there is no khop serve, or one of another version: "},
		{pages.URL, "", exitError, "no khop answers at " + pages.URL},
		{locked.URL, "", exitUsage, "give --token, or set KHOP_TOKEN"},
		{locked.URL, "wrong-token", exitUsage, "give --token, or set KHOP_TOKEN"},
		{locked.URL, "right", exitError, "disk full"},
	} {
		t.Setenv("KHOP_TOKEN", c.token)
		for _, args := range [][]string{
			{"apps"},
			{"apps", "show", "shop"},
			{"apps", "pause", "shop"},
			{"trigger", "shop", "update_status"},
			{"events"},
			{"events", "1"},
			{"events", "--follow"},
			{"resend", "1"},
			{"resend", "--failed"},
		} {
			code, out, complaint := khop(t, append(args, "--server", c.server)...)
			if code != c.code || out != "" || !strings.Contains(complaint, c.want) || strings.Contains(complaint, "wrong-token") {
				t.Errorf("%v at %s: exit %d, %s%s", args, c.server, code, out, complaint)
			}
		}
	}
}

func TestWhatIsAskedWronglyIsTold(t *testing.T) {
	withoutSecretsInTheEnvironment(t)
	address, _, requests := served(t)
	t.Setenv("KHOP_SERVER", address)
	for want, args := range map[string][]string{
		`khop apps knows no "lst"; did you mean "list"?`: {"apps", "lst"},
		`--format: no "yaml"; there are: text, json`:     {"apps", "--format", "yaml"},
		`there is no app "shpo"; did you mean "shop"?`:   {"apps", "show", "shpo"},
		`wants one app; `:                {"apps", "show"},
		`wants an app; `:                 {"apps", "pause"},
		`wants one provider: `:           {"apps", "add"},
		`did you mean "superai"?`:        {"apps", "add", "superia", "--target", "http://x/"},
		`--target: `:                     {"apps", "add", "abaha"},
		`give --secret partner_code=...`: {"apps", "add", "superai", "--target", "http://x/"},
		"AccessTrade sends no events: it takes merchants'":                 {"apps", "add", "accesstrade", "--target", "http://x/"},
		"--header Connection: khop sets this one":                          {"apps", "add", "superai", "--target", "http://x/", "--secret", "partner_code=P", "-H", "connection: close"},
		`--header Signature: khop sets this one`:                           {"apps", "add", "superai", "--target", "http://x/", "--secret", "partner_code=hush-hush", "-H", "Signature: x"},
		`--speed is how many times faster`:                                 {"apps", "add", "abaha", "--target", "http://x/", "--speed", "0"},
		`wants an app and an event; `:                                      {"trigger", "shop"},
		`did you mean "update_status"?`:                                    {"trigger", "shop", "update_statsu"},
		`--count 0: has to be 1 at least`:                                  {"trigger", "shop", "update_status", "--count", "0"},
		`--data wants member=value`:                                        {"trigger", "shop", "update_status", "--data", "status"},
		`--data: the event has no member "statsu"; did you mean "status"?`: {"trigger", "shop", "update_status", "--data", "statsu=1"},
		`--file: open `:                                      {"trigger", "shop", "update_status", "--file", "no/such"},
		`--file /dev/null: is empty`:                         {"trigger", "shop", "update_status", "--file", "/dev/null"},
		`--state: no "fail"; did you mean`:                   {"events", "--state", "fail"},
		`--limit has to be 1 at least`:                       {"events", "--limit", "0"},
		`"x" is no ID of an event`:                           {"events", "x"},
		`--follow is for a list; leave it out, or the ID`:    {"events", "1", "--follow"},
		`wants one event's ID, or none`:                      {"events", "1", "2"},
		`there is no event "9"`:                              {"events", "9"},
		`wants the IDs of events, or --failed`:               {"resend"},
		`"0" is no ID of an event`:                           {"resend", "0"},
		`--app goes with --failed`:                           {"resend", "1", "--app", "shop"},
		`there is no event "8"`:                              {"resend", "8"},
		`"localhost" is no address of khop serve`:            {"apps", "--server", "localhost"},
		`--server is given and empty; is a variable not set`: {"events", "--server", ""},
	} {
		code, out, complaint := khop(t, args...)
		if code != exitUsage || out != "" || !strings.Contains(complaint, want) || strings.Contains(complaint, "hush-hush") {
			t.Errorf("%v: exit %d, %s%s; want %s", args, code, out, complaint, want)
		}
	}
	if requests.Load() != 0 {
		t.Error("something was sent")
	}
}

func TestCompletionAsksTheKhopThatServes(t *testing.T) {
	address, _, _ := served(t)
	t.Setenv("KHOP_SERVER", address)
	for typed, want := range map[string]string{
		"trigger s":                      "shop\n:",
		"trigger shop update_w":          "update_weight\n:",
		"apps show ":                     "shop\n:",
		"apps add sup":                   "superai\n:",
		"apps add superai --secret ":     "partner_code=\n:",
		"events --state f":               "failed\n:",
		"events --app ":                  "shop\n:",
		"events --format j":              "json\n:",
		"apps --format t":                "text\n:",
		"apps re":                        "remove\tRemove an app with its events\nresume\tLet an app's events go on\n:",
		"trigger nobody ":                ":",
		"trigger s --server http://[::1": ":",
	} {
		if _, out, _ := khop(t, append([]string{"__complete"}, strings.Split(typed, " ")...)...); !strings.HasPrefix(out, want) {
			t.Errorf("%q proposes %q, want %q", typed, out, want)
		}
	}
}
