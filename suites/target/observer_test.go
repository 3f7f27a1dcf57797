package target_test

import (
	"context"
	"errors"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites/target"
)

var _ = Describe("an observer that is a function", func() {
	It("needs nothing else, and is asked about the key", func(ctx SpecContext) {
		observer := &target.Observer{Func: func(_ context.Context, key string) (int, error) { return len(key), nil }}
		Expect(observer.Check()).To(Succeed())
		Expect(observer.Count(ctx, "PARCEL-1")).To(Equal(8))
	})

	It("says what went wrong, and about which key", func(ctx SpecContext) {
		broken := errors.New("the database is gone")
		observer := &target.Observer{Func: func(context.Context, string) (int, error) { return 0, broken }}
		_, err := observer.Count(ctx, "PARCEL-1")
		Expect(err).To(MatchError(broken))
		Expect(err).To(MatchError(ContainSubstring("about PARCEL-1")))
	})

	It("is given up when it takes too long", func(spec SpecContext) {
		ctx, cancel := context.WithCancel(spec)
		cancel()
		observer := &target.Observer{Func: func(ctx context.Context, _ string) (int, error) { return 0, ctx.Err() }}
		_, err := observer.Count(ctx, "PARCEL-1")
		Expect(err).To(MatchError(context.Canceled))
	})
})
