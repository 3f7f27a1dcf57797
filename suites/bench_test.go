package suites_test

import (
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
)

// BenchmarkVerify runs all checks of a provider over its reference receiver on
// loopback. What counts is wall/target: the wall time of the run as a multiple of
// the time that the target itself took to answer.
func BenchmarkVerify(b *testing.B) {
	for _, provider := range mocks.Names() {
		b.Run(provider, func(b *testing.B) {
			server := serve(b, provider)
			var wall, answering time.Duration
			for b.Loop() {
				r, err := suites.RunPlain(b.Context(), config(b, provider, server.URL))
				if err != nil {
					b.Fatal(err)
				}
				wall += time.Duration(r.DurationMS * 1e6)
				answering += time.Duration(r.AnswerMS * 1e6)
			}
			b.ReportMetric(wall.Seconds()/float64(b.N), "s/run")
			b.ReportMetric(float64(wall)/float64(answering), "wall/target")
		})
	}
}
