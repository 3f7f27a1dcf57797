package burst

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"
)

func TestJudgeThinksAsTheProviderDoes(t *testing.T) {
	objection := func(status int, body []byte) string {
		if status == 200 && bytes.HasPrefix(body, []byte("yes")) {
			return ""
		}
		return fmt.Sprintf("%d %s", status, body)
	}
	rapid.Check(t, func(t *rapid.T) {
		j := judge{objection: objection}
		buf := make([]byte, 0, 16)
		for range 30 {
			status := rapid.SampledFrom([]int{200, 400}).Draw(t, "status")
			body := append(buf[:0], rapid.SampledFrom([]string{"", "yes", "no", "yes!", "yes?", "no!"}).Draw(t, "body")...) // always in the same place
			if got := j.judge(status, body); got != objection(status, body) {
				t.Fatalf("%d %q: %q", status, body, got)
			}
		}
	})
}

func TestJudgeAsksOnce(t *testing.T) {
	g := NewWithT(t)
	asked := 0
	j := judge{objection: func(int, []byte) string { asked++; return "" }}
	for range 10 {
		for status := range remembered {
			j.judge(200+status, []byte("Done"))
		}
	}
	g.Expect(asked).To(Equal(remembered))
	long := bytes.Repeat([]byte("x"), maxKnown+1)
	j.judge(200, long)
	j.judge(200, long)
	g.Expect(asked).To(Equal(remembered+2), "what is long is not kept")
}

func TestJudgeKeepsSecretsOut(t *testing.T) {
	g := NewWithT(t)
	j := judge{
		objection: func(int, []byte) string { return strings.Repeat("x", maxText-3) + "g1eo" },
		mask:      func(text string) string { return strings.ReplaceAll(text, "g1eo", "***") },
	}
	g.Expect(j.judge(400, nil)).To(HaveSuffix("x***"))
}
