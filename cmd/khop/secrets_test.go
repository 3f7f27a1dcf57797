package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever lets somebody in, wherever a user can write it down, reaches neither a
// report nor the terminal; a target that writes back all that it gets changes nothing.
func TestNoSecretIsShownWhereverItWasGiven(t *testing.T) {
	t.Parallel()
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		_ = json.NewEncoder(w).Encode([]any{r.URL.String(), r.Header, user, password, url.QueryEscape(password)})
	}))
	defer echo.Close()
	host := strings.TrimPrefix(echo.URL, "http://")
	secrets := []string{
		"M4RK-SECRET", "M4RK-HEADER", "M4RK-BEARER", "M4RK-USER", "M4RK-PASSWORD", "M4RK-QUERY", "k3y",
		"M4RK-TOKEN", "M4RK-OBS-BEARER", "M4RK-OBS-USER", "M4RK-OBS-PASSWORD", "M4RK-OBS-QUERY", "M4RK-OBS-VARIABLE",
	}
	targets := map[string]string{
		"a user with a password": "http://M4RK-USER:M4RK-PASSWORD@" + host + "/M4RK-SECRET/x?token=M4RK-QUERY&short=k3y",
		"a token for a user":     "http://M4RK-TOKEN@" + host + "/hooks/M4RK-SECRET",
	}
	observers := map[string]string{
		"a command":            `echo M4RK-OBS-BEARER >&2; curl -s -u M4RK-OBS-USER:M4RK-OBS-PASSWORD -H 'Authorization: Bearer M4RK-OBS-BEARER' 'http://127.0.0.1:1/{key}?token=M4RK-OBS-QUERY'; TOKEN=M4RK-OBS-VARIABLE false`,
		"an address":           "http://M4RK-OBS-USER:M4RK-OBS-PASSWORD@127.0.0.1:1/{key}?token=M4RK-OBS-QUERY",
		"an address that says": echo.URL + "/{key}?token=M4RK-OBS-QUERY",
	}
	for what, address := range targets {
		for who, observer := range observers {
			t.Run(what+", "+who, func(t *testing.T) {
				t.Parallel()
				folder, har := t.TempDir(), filepath.Join(t.TempDir(), "run.har")
				_, out, complaint := start(t, nil, "verify", "superai", "-t", address, "--secret", "partner_code=M4RK-SECRET",
					"-H", "X-Shop: M4RK-HEADER", "-H", "Authorization: Bearer M4RK-BEARER", "--observe", observer,
					"--report", folder, "--har", har, "--format", "github", "-v", "--area", "preflight", "--area", "signature", "--area", "retry")
				shown := map[string]string{"the terminal": out + complaint, "the HAR": contents(t, har)}
				files, err := os.ReadDir(folder)
				if err != nil || len(files) < 6 {
					t.Fatalf("%v: %d files", err, len(files))
				}
				for _, file := range files {
					shown[file.Name()] = contents(t, filepath.Join(folder, file.Name()))
				}
				for where, text := range shown {
					for _, secret := range secrets {
						if at := strings.Index(text, secret); at >= 0 {
							t.Errorf("%s shows %s: ...%s", where, secret, text[max(0, at-80):at+len(secret)])
						}
					}
				}
				if !strings.Contains(out, "→ http://") || !strings.Contains(out, host) || !strings.Contains(out, "***") {
					t.Errorf("the target is not named:\n%.300s", out)
				}
			})
		}
	}
}

func contents(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhatRepeatsACheckAsksAnObserverWithoutCredentials(t *testing.T) {
	for text, want := range map[string]string{
		"http://127.0.0.1:3000/orders/{key}":           "'http://127.0.0.1:3000/orders/{key}'",
		"{target}/orders/{key}":                        "'{target}/orders/{key}'",
		"{target}/orders/{key}?token=T":                `"$KHOP_OBSERVE"`,
		"http://127.0.0.1:3000/orders?key={key}":       `"$KHOP_OBSERVE"`,
		"https://me:pass@127.0.0.1:3000/orders/{key}":  `"$KHOP_OBSERVE"`,
		"curl -s -H 'X-Token: T' http://shop.vn/{key}": `"$KHOP_OBSERVE"`,
	} {
		if got := unrevealed(text, "KHOP_OBSERVE"); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
}
