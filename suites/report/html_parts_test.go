package report

import (
	"html"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// joined is a compared text with brackets around what the other lacks.
func joined(pieces []piece) string {
	var out strings.Builder
	for _, p := range pieces {
		if p.Differs {
			out.WriteString("[" + p.Text + "]")
		} else {
			out.WriteString(p.Text)
		}
	}
	return out.String()
}

func TestCompare(t *testing.T) {
	for _, c := range []struct{ a, b, left, right string }{
		{"", "", "", ""},
		{"same", "same", "same", "same"},
		{"", "all", "", "[all]"},
		{"200 within 10s", "409 within 10s", "[200] within 10s", "[409] within 10s"},
		{"one two three", "one four five three", "one [two] three", "one [four five] three"},
		{"200, which is right", "409 Conflict", "[200, which is right]", "[409 Conflict]"},
		{`{"a":1}`, `{"a":"1"}`, `{"a":1}`, `{"a":["]1["]}`},
		{"đã giao", "đang giao", "[đã] giao", "[đang] giao"},
		{"a  b", "a b", "a[  ]b", "a[ ]b"},
	} {
		left, right := compare(c.a, c.b)
		if joined(left) != c.left || joined(right) != c.right {
			t.Errorf("compare(%q, %q) is %q and %q, want %q and %q", c.a, c.b, joined(left), joined(right), c.left, c.right)
		}
	}
}

func TestCompareLosesNothing(t *testing.T) {
	texts := rapid.StringMatching(`([abc,. {}"0-9đ\n]|word|other){0,40}`)
	whole := func(pieces []piece) (all, shared string) {
		for _, p := range pieces {
			all += p.Text
			if !p.Differs {
				shared += p.Text
			}
		}
		return all, shared
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := texts.Draw(t, "a"), texts.Draw(t, "b")
		left, right := compare(a, b)
		all, shared := whole(left)
		itsAll, itsShared := whole(right)
		if all != a || itsAll != b {
			t.Fatalf("compare(%q, %q) writes %q and %q", a, b, all, itsAll)
		}
		bare := func(text string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) || r == ',' { // these may be marked along with what is around them
					return -1
				}
				return r
			}, text)
		}
		if bare(shared) != bare(itsShared) {
			t.Fatalf("compare(%q, %q) shares %q and %q", a, b, shared, itsShared)
		}
		if (joined(left) == a && joined(right) == b) != (a == b) {
			t.Fatalf("compare(%q, %q) marks %q and %q", a, b, joined(left), joined(right))
		}
	})
}

func TestCompareOfGreatTextsIsQuick(t *testing.T) {
	a, b := strings.Repeat("a b ", 1<<15), strings.Repeat("b c ", 1<<15)
	left, right := compare("same "+a+"end", "same "+b+"end")
	if len(left) != 3 || len(right) != 3 || left[0].Text != "same " || !strings.HasSuffix(right[2].Text, "end") {
		t.Errorf("%d and %d pieces: the beginning and the end are shared", len(left), len(right))
	}
}

func TestWire(t *testing.T) {
	for text, want := range map[string]string{
		"":                   "",
		"Nguyễn ✓":           "Nguyễn ✓",
		`<a href="x">&amp;`:  `&lt;a href="x"&gt;&amp;amp;`,
		"a\tb\r\n":           `a<i>\t</i>b<i>\r</i><i>\n</i>` + "\n",
		"\x00\x1b\x7f":       `<i>\x00</i><i>\x1b</i><i>\x7f</i>`,
		"\u00a0\u200b\ufeff": `<i>\u00a0</i><i>\u200b</i><i>\ufeff</i>`,
		"\u202ereversed":     `<i>\u202e</i>reversed`,
		"\xff\ufffd":         `<i>\xff</i><i>\ufffd</i>`,
		`\n is two signs`:    `\n is two signs`,
	} {
		if got := string(wire(text)); got != want {
			t.Errorf("wire(%q) is %q, want %q", text, got, want)
		}
	}
}

func TestWireShowsEveryCharacter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`([<>&"';#ilt/\n\t ]|&lt;|<i>|</i>|\\n)*`)).Draw(t, "text")
		shown := string(wire(text))
		plain := html.UnescapeString(strings.NewReplacer("<i>", "", "</i>", "").Replace(shown))
		if strings.ContainsFunc(plain, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
			t.Fatalf("%q is shown with unseen characters: %q", text, shown)
		}
		if bare := strings.NewReplacer("<i>", "", "</i>", "").Replace(shown); strings.ContainsAny(bare, "<>") {
			t.Fatalf("%q makes markup: %q", text, shown)
		}
		if !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) && plain != text {
			t.Fatalf("%q is shown as %q", text, plain)
		}
	})
}

func TestTook(t *testing.T) {
	for ms, want := range map[float64]string{
		0: "0 ms", 0.04: "0 ms", 0.46: "0.5 ms", 12.5: "12.5 ms", 99.96: "100 ms", 732.9: "733 ms",
		999.7: "1 s", 1302: "1.3 s", 59_940: "59.9 s", 59_999: "1 min", 60_000: "1 min", 300_000: "5 min", 3_600_000: "1 h", 5_430_000: "1 h 30 min 30 s",
	} {
		if got := strings.ReplaceAll(took(ms), "\u00a0", " "); got != want {
			t.Errorf("took(%v) is %q, want %q", ms, got, want)
		}
	}
}

func TestTallyFillsTheBar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var checks []*pageCheck
		for _, status := range rapid.SliceOfN(rapid.SampledFrom(Statuses), 1, 60).Draw(t, "statuses") {
			checks = append(checks, &pageCheck{Check: &Check{Status: status}})
		}
		shares := tallyOf(place{}, checks).Shares
		count, at := 0, 0.0
		for _, s := range shares {
			if s.From != at || s.Width <= 0 {
				t.Fatalf("there is a gap or an overlap: %v", shares)
			}
			count, at = count+s.Count, at+s.Width
		}
		if count != len(checks) || at < 99.9 || at > 100.1 {
			t.Fatalf("%d checks fill %v of the bar: %v", count, at, shares)
		}
		if !slices.IsSortedFunc(shares, func(a, b share) int { return rank(a.Status) - rank(b.Status) }) {
			t.Fatalf("the worst is not first: %v", shares)
		}
	})
}
