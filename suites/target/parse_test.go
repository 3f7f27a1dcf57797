package target_test

import (
	"strings"
	"testing"

	"github.com/khop-dev/khop/suites/target"
)

func TestParseURLNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"":                          "one looks like http://host:port/path",
		"127.0.0.1:3000/hook":       "needs http:// or https:// in front",
		"localhost:3000/hook":       "needs http:// or https:// in front",
		"/hook":                     "needs http:// or https:// in front",
		"ftp://example.vn/hook":     "needs http:// or https:// in front",
		"http://":                   "names no host",
		"http:///hook":              "names no host",
		"https://:443/hook":         "names no host",
		"http://exa mple.vn/":       "is not a URL",
		"http://127.0.0.1:port/":    "is not a URL",
		"http://example.vn/%zz":     "is not a URL",
		"http://[::1/hook":          "is not a URL",
		"http://a\x7f.example/hook": "is not a URL",
	} {
		u, err := target.ParseURL(address)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseURL(%q) = %v, %v, want an error with %q", address, u, err, want)
		}
	}
}

func TestParseURLNeverRepeatsAPassword(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"http://user:g1eo@exa mple.vn/hook", "ftp://user:g1eo@example.vn/hook", "http://user:g1eo@/hook",
		"http://user:g1eo@example.vn:port/", "http://user:cổng-g1eo@example.vn/",
	} {
		if _, err := target.ParseURL(address); err == nil || strings.Contains(err.Error(), "g1eo") {
			t.Errorf("ParseURL(%q): %v", address, err)
		}
	}
}

func TestParseURLKeepsPathAndQuery(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"http://127.0.0.1:3000/hook":         "http://127.0.0.1:3000/hook",
		"https://example.vn":                 "https://example.vn",
		"HTTP://example.vn/a%2Fb?x=1&y=%20#": "http://example.vn/a%2Fb?x=1&y=%20",
		"http://[::1]:80/hook#part":          "http://[::1]:80/hook",
	} {
		u, err := target.ParseURL(address)
		if err != nil || u.String() != want {
			t.Errorf("ParseURL(%q) = %v, %v, want %s", address, u, err, want)
		}
	}
}
