package load_test

import (
	"io"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/load"
)

func text(w io.Writer, r burst.Result, language lang.Language) error {
	return load.WriteText(w, r, language, false)
}

func TestText(t *testing.T) {
	t.Parallel()
	for name, r := range samples {
		golden(t, name+".text", rendered(t, text, r, lang.English))
	}
	golden(t, "exceeded.vi.text", rendered(t, text, samples["exceeded"], lang.Vietnamese))
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"measured", "exceeded", "unanswered"} {
		golden(t, name+".markdown", rendered(t, load.WriteMarkdown, samples[name], lang.English))
	}
	golden(t, "exceeded.vi.markdown", rendered(t, load.WriteMarkdown, samples["exceeded"], lang.Vietnamese))
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]load.Outcome{
		"measured": load.Measured, "exceeded": load.Exceeded, "kept": load.Kept, "interrupted": load.Interrupted, "eager": load.Measured,
		"shard": load.Measured, "incomplete": load.Incomplete, "unanswered": load.Unanswered, "refused": load.Exceeded, "nothing": load.Unanswered,
	} {
		if got := load.OutcomeOf(samples[name]); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}

func TestColoursAreForTerminals(t *testing.T) {
	t.Parallel()
	var coloured strings.Builder
	if err := load.WriteText(&coloured, samples["exceeded"], lang.English, true); err != nil {
		t.Fatal(err)
	}
	plain := rendered(t, text, samples["exceeded"], lang.English)
	if !strings.Contains(coloured.String(), "\x1b[31m✗\x1b[0m") || strings.Contains(plain, "\x1b") {
		t.Errorf("coloured:\n%s\nplain:\n%s", coloured.String(), plain)
	}
}

// The rates are those of the shards that a result holds, and of the time in which
// events were due.
func TestRates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		result       burst.Result
		wanted, sent float64
	}{
		"one process":       {calm(), 1000, 1000},
		"one of four":       {samples["shard"], 250, 1000},
		"two of four":       {samples["incomplete"], 500, 1000},
		"interrupted":       {samples["interrupted"], 1000, 2500},
		"late last answers": {changed(func(r *burst.Result) { r.Seconds = 20 }), 1000, 1000},
		"nothing":           {burst.Result{}, 0, 0},
	} {
		if wanted, sent := load.WantedRate(c.result), load.SentRate(c.result); wanted != c.wanted || sent != c.sent {
			t.Errorf("%s: %v of %v, want %v of %v", name, sent, wanted, c.sent, c.wanted)
		}
	}
}
