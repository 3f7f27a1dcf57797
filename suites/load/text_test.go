package load_test

import (
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/load"
)

func text(w io.Writer, r burst.Result, language lang.Language) error {
	return load.WriteText(w, r, language, load.Screen{})
}

func narrow(w io.Writer, r burst.Result, language lang.Language) error {
	return load.WriteText(w, r, language, load.Screen{Columns: 40})
}

func outcome(w io.Writer, r burst.Result, language lang.Language) error {
	return load.WriteOutcome(w, r, language, load.Screen{})
}

func TestText(t *testing.T) {
	t.Parallel()
	for name, r := range samples {
		golden(t, name+".text", rendered(t, text, r, lang.English))
	}
	golden(t, "exceeded.vi.text", rendered(t, text, samples["exceeded"], lang.Vietnamese))
	golden(t, "exceeded.narrow.text", rendered(t, narrow, samples["exceeded"], lang.English))
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"measured", "exceeded", "unanswered", "slow", "found-nothing"} {
		golden(t, name+".markdown", rendered(t, load.WriteMarkdown, samples[name], lang.English))
	}
	golden(t, "exceeded.vi.markdown", rendered(t, load.WriteMarkdown, samples["exceeded"], lang.Vietnamese))
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]load.Outcome{
		"measured": load.Measured, "exceeded": load.Exceeded, "kept": load.Kept, "interrupted": load.Interrupted, "eager": load.Measured,
		"slow": load.Measured, "slow-and-kept": load.Kept, "dying": load.Measured, "found-nothing": load.Unanswered, "under-way": load.Interrupted,
		"one-shard-left": load.Incomplete, "shard": load.Measured, "incomplete": load.Incomplete, "unanswered": load.Unanswered, "refused": load.Exceeded, "nothing": load.Unanswered,
	} {
		if got := load.OutcomeOf(samples[name]); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}

func TestHeadlines(t *testing.T) {
	t.Parallel()
	dyingAndSlow := samples["dying"]
	dyingAndSlow.Unsent = 10_000
	dyingKept, both := samples["dying"], dyingAndSlow
	limits(&dyingKept, "success", "10%")
	limits(&both, "success", "10%")
	forged := samples["kept"]
	forged.Kinds = map[string]burst.Tally{"genuine": {Sent: 9900, Succeeded: 9900}, "bad-signature": {Sent: 100, Succeeded: 100}}
	limits(&forged)
	forgedAndSlow := forged
	limits(&forgedAndSlow, "max", "1us")
	for want, r := range map[string]burst.Result{
		"FAIL  superai: Not one genuine event was accepted":                                                       samples["refused"],
		"FAIL  superai: Events with a bad signature were accepted":                                                forged,
		"FAIL  superai: Not every limit was kept":                                                                 forgedAndSlow,
		"DONE  superai: Measured, without a limit to keep":                                                        samples["measured"],
		"DONE  superai: The rate was not held; there was no limit to keep":                                        samples["slow"],
		"DONE  superai: 50% of the requests got no answer; there was no limit to keep":                            samples["dying"],
		"DONE  superai: The rate was not held, and 50% of the requests got no answer; there was no limit to keep": dyingAndSlow,
		"PASS  superai: Every limit was kept":                                                                     samples["kept"],
		"PASS  superai: Every limit was kept, but the rate was not held":                                          samples["slow-and-kept"],
		"PASS  superai: Every limit was kept, but 50% of the requests got no answer":                              dyingKept,
		"PASS  superai: Every limit was kept, but the rate was not held, and 50% of the requests got no answer":   both,
		"ERROR  superai: The target gave no answer":                                                               samples["unanswered"],
		"ERROR  superai: Nothing was found out: " + samples["found-nothing"].Reason:                               samples["found-nothing"],
		"PARTIAL  superai: Not every shard is here":                                                               samples["one-shard-left"],
		"STOPPED  superai: The burst was ended before its time":                                                   samples["under-way"],
	} {
		if got := rendered(t, outcome, r, lang.English); got != want+"\n" {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Whether events waited is counted: a gap between two percentiles may have another
// reason.
func TestWaitingIsSaidOfWhatWaited(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*burst.Result)
		want   bool
	}{
		"all waited":                    {func(*burst.Result) {}, true},
		"none waited":                   {func(r *burst.Result) { r.Waited = 0 }, false},
		"too few for any percentile":    {func(r *burst.Result) { r.Waited = 100 }, false},
		"enough for the last hundredth": {func(r *burst.Result) { r.Waited = 120 }, true},
		"khop was late":                 {func(r *burst.Result) { r.Late = r.Latency }, false},
		"no longer than it is answered": {func(r *burst.Result) { r.Service = r.Latency }, false},
	} {
		r := stormy()
		c.change(&r)
		out := strings.Join(strings.Fields(rendered(t, text, r, lang.English)), " ")
		if got := strings.Contains(out, "waited for a free connection"); got != c.want {
			t.Errorf("%s: it is said: %t", name, got)
		}
	}
}

// No line is broader than the terminal, but for the first and the last, which the
// terminal may break, and for words that are.
func TestNarrowTerminals(t *testing.T) {
	t.Parallel()
	for name, r := range samples {
		for _, language := range lang.Languages {
			lines := strings.Split(strings.TrimSpace(rendered(t, narrow, r, language)), "\n")
			for _, line := range lines[1 : len(lines)-1] {
				words := strings.TrimLeft(line, " ")
				if utf8.RuneCountInString(line) > 40 && strings.Contains(words, " ") {
					t.Errorf("%s: %d letters: %s", name, utf8.RuneCountInString(line), line)
				}
				if strings.HasSuffix(line, " ") {
					t.Errorf("%s: a blank at the end of %q", name, line)
				}
			}
		}
	}
}

func TestColoursAreForTerminals(t *testing.T) {
	t.Parallel()
	var coloured strings.Builder
	if err := load.WriteText(&coloured, samples["exceeded"], lang.English, load.Screen{Color: true}); err != nil {
		t.Fatal(err)
	}
	plain := rendered(t, text, samples["exceeded"], lang.English)
	if !strings.Contains(coloured.String(), "\x1b[31m✗\x1b[0m") || strings.Contains(plain, "\x1b") {
		t.Errorf("coloured:\n%s\nplain:\n%s", coloured.String(), plain)
	}
}
