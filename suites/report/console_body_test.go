package report_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/suites/report"
)

// bodyShown are the lines in which a terminal shows a body that was sent.
func bodyShown(t interface{ Fatalf(string, ...any) }, body string) []string {
	out := shown(of(check("a", "payload", report.Fail, found("refused", "", ""), exchanged(text(body), text("ok")))), report.Console{Detail: report.Normal})
	_, rest, found := strings.Cut(out, "               User-Agent: khop\n")
	if !found {
		_, rest, found = strings.Cut(out, "               Content-Type: application/json\n")
	}
	rest, _, ended := strings.Cut(rest, "  answer       ")
	if !found || !ended {
		t.Fatalf("no request in:\n%s", out)
	}
	var lines []string
	for line := range strings.Lines(rest) {
		lines = append(lines, strings.TrimSuffix(strings.TrimPrefix(line, "               "), "\n"))
	}
	return lines
}

func TestConsoleShowsWhatDecidesInABody(t *testing.T) {
	for body, want := range map[string]string{
		"{\"a\":1}":                    `{"a":1}`,
		"{\"a\":1}\n":                  `{"a":1}⏎`,
		"{\"a\":1}\r\n":                `{"a":1}\r⏎`,
		"{\"a\":1} ":                   `{"a":1}\x20`,
		"{\n    \"a\": 1,\n\t\"b\": 2": "{⏎\n    \"a\": 1,⏎\n" + `\t"b": 2`,
		"\n\n{}":                       "⏎\n⏎\n{}",
		"{\"a\":\u00a0\"x\u200b\"}":    `{"a":\u00a0"x\u200b"}`,
		"\ufeff{}":                     `\ufeff{}`,
		"{  }":                         "{  }",
		"Đường 5":                      "Đường 5",
	} {
		if got := strings.Join(bodyShown(t, body), "\n"); got != want {
			t.Errorf("%q is shown as\n%s\nwant\n%s", body, got, want)
		}
	}
}

func TestConsoleShowsTheEndOfALongBody(t *testing.T) {
	lines := bodyShown(t, "{"+strings.Repeat("a long word ", 200)+"}\n")
	if last := lines[len(lines)-2]; !strings.HasSuffix(last, "}⏎") || lines[len(lines)-1] != "(2403 bytes in all)" {
		t.Errorf("%q", lines)
	}
}

// Two bodies that differ are shown as different, however slightly they do.
func TestConsoleTellsBodiesApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		any := rapid.StringOfN(rapid.SampledFrom([]rune("ab{}: \n\t\r\u00a0\u200b")), 1, 40, -1)
		one, other := any.Draw(t, "one"), any.Draw(t, "other")
		if one != other && strings.Join(bodyShown(t, one), "\n") == strings.Join(bodyShown(t, other), "\n") {
			t.Fatalf("%q and %q look the same", one, other)
		}
	})
}
