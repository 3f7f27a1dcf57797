package inspect

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// TestTheQuickWayAgreesWithTheThorough damages generated payloads at random: what the quick way lets pass, the
// thorough one must find without a problem and take for the same.
func TestTheQuickWayAgreesWithTheThorough(t *testing.T) {
	var makers []generate.Generator
	for _, provider := range []string{"abaha", "accesstrade", "mobio", "superai"} {
		g, err := generate.For(provider)
		if err != nil {
			t.Fatal(err)
		}
		makers = append(makers, g)
	}
	quick := 0
	rapid.Check(t, func(t *rapid.T) {
		doc := damagedBytes(t, rapid.SampledFrom(makers).Draw(t, "provider")(t).Body)
		j := &judge{strict: rapid.Bool().Draw(t, "strict")}
		guess, ok := j.passes(doc)
		if !ok {
			return
		}
		quick++
		v := j.thorough(text{body: doc, start: scan.Start})
		if len(v.problems) > 0 || v.guess.Schema != guess.Schema || v.guess.Reason() != guess.Reason() {
			t.Fatalf("the quick way lets %s pass as %s (%s); the thorough finds %+v as %v (%s)",
				doc, guess.Schema.ID, guess.Reason(), v.problems, v.guess.Schema, v.guess.Reason())
		}
	})
	if quick == 0 {
		t.Error("the quick way let nothing pass")
	}
}

// damagedBytes is a payload with up to three bytes changed, taken away or doubled, or with a member that comes twice.
func damagedBytes(t *rapid.T, doc []byte) []byte {
	if rapid.Bool().Draw(t, "member twice") {
		members := rawjson.MustParse(doc).Members()
		m := rapid.SampledFrom(members).Draw(t, "member")
		return []byte(rawjson.Record(append(members, m)...).String())
	}
	for range rapid.IntRange(0, 3).Draw(t, "damages") {
		at := rapid.IntRange(0, len(doc)-1).Draw(t, "at")
		switch rapid.IntRange(0, 2).Draw(t, "damage") {
		case 0:
			doc[at] = rapid.SampledFrom([]byte("\"\\{}[],:e0 \x80u")).Draw(t, "byte")
		case 1:
			doc = append(doc[:at:at], doc[at+1:]...)
		case 2:
			doc = append(doc[:at:at], doc[max(0, at-rapid.IntRange(1, 20).Draw(t, "how many")):]...)
		}
	}
	return doc
}
