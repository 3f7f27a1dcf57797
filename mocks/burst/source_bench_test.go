package burst_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/mocks/burst/stencil"
)

// BenchmarkSource tells what an event costs, and how many times as much it is when the
// provider itself writes it (naive/op).
func BenchmarkSource(b *testing.B) {
	for _, name := range mocks.Names() {
		b.Run(name, func(b *testing.B) {
			options := sending(b, name)
			s := source(b, options)
			naive := naively(b, options)
			b.ReportAllocs()
			var buf []byte
			number := uint64(0)
			for b.Loop() {
				buf = s.Append(buf[:0], number, burst.Genuine)
				number++
			}
			b.SetBytes(int64(len(buf)))
			b.ReportMetric(float64(naive)*float64(b.N)/float64(b.Elapsed()), "naive/op")
		})
	}
}

// naively is how long one event takes that is made like a single one.
func naively(b *testing.B, options burst.Options) time.Duration {
	b.Helper()
	sender := stencil.Sender{Provider: options.Provider, Account: options.Account, URL: options.URL}
	chance := rand.New(rand.NewPCG(1, 1))
	events := options.Provider.Events()
	const times = 2000
	start := time.Now()
	for number := range times {
		birth := mocks.Birth{Now: time.Now(), Rand: chance, Serial: number}
		if _, err := sender.Write(events[number%len(events)], birth); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start) / times
}
