package suites_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/report"
)

const generated = "superai.payload.generated"

func seeded(seed uint64) func(*suites.Config) {
	return func(c *suites.Config) { c.Seed = seed }
}

// drawn are the payloads that a seed sends, without what is fresh in every run.
func drawn(t *testing.T, seed uint64) (payloads []string, used uint64) {
	t.Helper()
	var mu sync.Mutex
	receiver := genuine(t, "superai")
	address := listening(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		payload := members(t, string(body))
		for _, fresh := range []string{"code", "shortcode", "soc", "created_at", "updated_at", "pushed_at"} {
			delete(payload, fresh)
		}
		stable, _ := json.Marshal(payload)
		mu.Lock()
		payloads = append(payloads, string(stable))
		mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		receiver.ServeHTTP(w, r)
	})
	r, err := run(t.Context(), t, against(t, "superai", address, only(generated), seeded(seed)))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Verdict).To(Equal(report.Passed))
	g.Expect(find(t, r, generated).Sent).To(Equal(50))
	slices.Sort(payloads) // a slow machine is sent several at a time
	return payloads, r.Seed
}

func TestASeedDrawsTheSamePayloadsAgain(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	first, used := drawn(t, 20260304)
	again, _ := drawn(t, 20260304)
	other, _ := drawn(t, 20260305)
	g.Expect(used).To(BeNumerically("==", 20260304))
	g.Expect(again).To(Equal(first))
	g.Expect(other).NotTo(Equal(first))
}

func TestARunWithoutASeedDrawsOneThatItReports(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	payloads, used := drawn(t, 0)
	g.Expect(used).To(And(BeNumerically(">", 0), BeNumerically("<", 1<<53)))
	again, _ := drawn(t, used)
	g.Expect(again).To(Equal(payloads))
}

// refusing takes what a reference receiver takes, but for some payloads.
func refusing(t *testing.T, which func(map[string]any) bool) http.HandlerFunc {
	receiver := genuine(t, "superai")
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if which(members(t, string(body))) {
			http.Error(w, "no", http.StatusUnprocessableEntity)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		receiver.ServeHTTP(w, r)
	}
}

func TestARefusedPayloadIsNarrowedToWhatIsRefused(t *testing.T) {
	t.Parallel()
	const limit = 1_000_000
	address := listening(t, refusing(t, func(payload map[string]any) bool { return payload["amount"].(float64) > limit }))
	r, err := run(t.Context(), t, against(t, "superai", address, only(generated)))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	check := find(t, r, generated)
	g.Expect(check.Status).To(Equal(report.Fail))
	g.Expect(check.Message).To(ContainSubstring("in its smallest form, which differs from the documented payload that it takes in /amount (--seed 7 draws it again)"))
	g.Expect(check.Exchanges).To(HaveLen(1), "the smallest alone is shown")
	smallest := members(t, check.Exchanges[0].Request.Text)
	g.Expect(smallest["amount"]).To(BeEquivalentTo(limit + 1))
	g.Expect(smallest["name"]).To(Equal("Anh Nam"), "what is not to blame is as documented")
}

func TestATextIsNarrowedToWhatIsRefused(t *testing.T) {
	t.Parallel()
	const limit = 15
	long := func(payload map[string]any) bool {
		name, _ := payload["name"].(string)
		return utf8.RuneCountInString(name) > limit
	}
	r, err := run(t.Context(), t, against(t, "superai", listening(t, refusing(t, long)), only(generated)))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	check := find(t, r, generated)
	g.Expect(check.Message).To(ContainSubstring("that it takes in /name ("))
	smallest := members(t, check.Exchanges[0].Request.Text)
	g.Expect([]rune(smallest["name"].(string))).To(HaveLen(limit + 1))
}

func TestAPayloadThatIsRefusedForWhatItLacksIsNarrowedToThat(t *testing.T) {
	t.Parallel()
	lacking := func(payload map[string]any) bool { return payload["name"] == nil }
	r, err := run(t.Context(), t, against(t, "superai", listening(t, refusing(t, lacking)), only(generated)))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(find(t, r, generated).Message).To(ContainSubstring("that it takes in /name ("))
}

func TestAPayloadThatIsRefusedOnceIsShownAsItWas(t *testing.T) {
	t.Parallel()
	var seen atomic.Int32
	address := listening(t, refusing(t, func(payload map[string]any) bool {
		return payload["amount"] != float64(230000) && seen.Add(1) == 5
	}))
	r, err := run(t.Context(), t, against(t, "superai", address, only(generated)))
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	check := find(t, r, generated)
	g.Expect(check.Status).To(Equal(report.Fail), check.Message)
	g.Expect(check.Message).To(ContainSubstring("refused once, and not when it came again"))
	g.Expect(check.Exchanges[0].Answer.Status).To(Equal(422))
}
