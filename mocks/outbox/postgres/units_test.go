package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	. "github.com/onsi/gomega"
)

func TestBatchDoesTogetherWhatComesTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		release := make(chan struct{})
		var sizes []int
		b := newBatch(4, weighOne[int], func(_ context.Context, ins []int) ([]int, error) {
			<-release
			sizes = append(sizes, len(ins))
			return ins, nil
		})
		go b.run(ctx)
		var group sync.WaitGroup
		for i := range 10 {
			group.Go(func() {
				out, err := b.ask(ctx, ctx, i)
				g.Expect(out, err).To(Equal(i))
			})
			synctest.Wait()
		}
		close(release)
		group.Wait()
		g.Expect(sizes).To(Equal([]int{1, 4, 4, 1}))
	})
}

func TestBatchFailsNobodyForAnothersSake(t *testing.T) {
	g := NewWithT(t)
	ctx, cancel := context.WithCancel(t.Context())
	wrong := errors.New("wrong")
	b := newBatch(100, weighOne[int], func(_ context.Context, ins []int) ([]int, error) {
		if slices.Contains(ins, 7) {
			return nil, wrong
		}
		return ins, nil
	})
	var group sync.WaitGroup
	var failed atomic.Int32
	for i := range 20 {
		group.Go(func() {
			out, err := b.ask(ctx, ctx, i)
			if i == 7 {
				g.Expect(err).To(Equal(wrong))
				failed.Add(1)
				return
			}
			g.Expect(out, err).To(Equal(i))
		})
	}
	go b.run(ctx)
	group.Wait()
	g.Expect(failed.Load()).To(BeEquivalentTo(1))

	cancel()
	_, err := b.ask(ctx, ctx, 1)
	g.Expect(err).To(MatchError(context.Canceled))
	_, err = b.ask(context.Background(), ctx, 1)
	g.Expect(err).To(MatchError(ErrClosed))
}

func TestAlarmGoesOffAtTheEarliestTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		a := newAlarm()
		start := time.Now()
		go func() {
			a.set(start.Add(30 * time.Millisecond))
			a.set(start.Add(10 * time.Millisecond))
			a.set(start.Add(20 * time.Millisecond))
		}()
		a.wait(t.Context(), start.Add(time.Hour))
		g.Expect(time.Since(start)).To(Equal(10 * time.Millisecond))
		a.wait(t.Context(), start.Add(time.Second))
		g.Expect(time.Since(start)).To(Equal(time.Second), "it was cleared")
		a.ring()
		a.wait(t.Context(), start.Add(time.Hour))
		g.Expect(time.Since(start)).To(Equal(time.Second))
	})
}

func TestRefusalsAreExplained(t *testing.T) {
	for code, want := range map[string]error{
		"28P01": ErrDenied, "42501": ErrDenied, "25006": ErrReadOnly, "53100": ErrFull, "53300": ErrUnreachable, "XX001": ErrDamaged,
	} {
		cause := &pgconn.PgError{Code: code, Message: "no"}
		if err := doing("store", fmt.Errorf("inside: %w", cause)); !errors.Is(err, want) || !errors.Is(err, cause) {
			t.Errorf("%s: %v", code, err)
		}
	}
	if err := doing("store", nil); err != nil {
		t.Errorf("nothing: %v", err)
	}
	if other := errors.New("other"); explain(other) != other {
		t.Error("another error is changed")
	}
	if !passing(&pgconn.PgError{Code: "40P01"}) || passing(&pgconn.PgError{Code: "23505"}) {
		t.Error("a deadlock passes, a duplicate does not")
	}
}

func TestTextCanBeStored(t *testing.T) {
	for given, want := range map[string]string{"đơn": "đơn", "a\x00b": "a\uFFFDb", "\xff": "\uFFFD"} {
		if got := text(given); got != want {
			t.Errorf("%q: %q", given, got)
		}
	}
}
