package accesstrade_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

var zero = time.UnixMilli(1447388224436)

// changes are new states for orders that nobody reported.
func changes(count int) []accesstrade.Change {
	all := make([]accesstrade.Change, count)
	for i := range all {
		all[i] = accesstrade.Change{ID: fmt.Sprint("order-", i), Status: accesstrade.Success}
	}
	return all
}

// TestMemoryProperties plays any sequence of puts and changes against a plain list.
func TestMemoryProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const limit = 4
		store, ctx := accesstrade.NewMemory(limit), context.Background()
		var model []accesstrade.Order
		at := func(id string) int {
			return slices.IndexFunc(model, func(o accesstrade.Order) bool { return o.ID == id })
		}
		ids := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", ""})
		states := rapid.SampledFrom([]int{accesstrade.Pending, accesstrade.Success, accesstrade.Cancelled})
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				order := accesstrade.Order{ID: ids.Draw(t, "id"), Status: states.Draw(t, "status"), Time: zero, Reported: zero.Add(time.Hour)}
				repeated, err := store.Put(ctx, order)
				i := at(order.ID)
				if err != nil || repeated != (i >= 0) {
					t.Fatalf("put: repeated %t, %v", repeated, err)
				}
				order.Postbacks = 1
				if repeated {
					order.Postbacks += model[i].Postbacks
					model[i] = order
				} else if model = append(model, order); len(model) > limit {
					model = model[1:]
				}
			},
			"change": func(t *rapid.T) {
				skip := rapid.Bool().Draw(t, "skip")
				var asked []accesstrade.Change
				var want []string
				for _, id := range rapid.SliceOfN(ids, 0, 4).Draw(t, "ids") {
					asked = append(asked, accesstrade.Change{ID: id, Status: states.Draw(t, "status")})
					if at(id) < 0 {
						want = append(want, id)
					}
				}
				unknown, err := store.Change(ctx, asked, zero, skip)
				if err != nil || !slices.Equal(unknown, want) {
					t.Fatalf("change: unknown %v, want %v, %v", unknown, want, err)
				}
				if len(want) > 0 && !skip {
					return
				}
				for _, c := range asked {
					if i := at(c.ID); i >= 0 {
						model[i].Status, model[i].Changed = c.Status, zero
					}
				}
			},
			"": func(t *rapid.T) {
				if all, err := store.List(ctx, accesstrade.Filter{}); err != nil || !slices.Equal(all, model) {
					t.Fatalf("holds %v, want %v, %v", all, model, err)
				}
			},
		})
	})
}

func TestMemoryFilters(t *testing.T) {
	store := accesstrade.NewMemory(0)
	for hour := range 4 {
		status := []int{accesstrade.Pending, accesstrade.Success}[hour%2]
		order := accesstrade.Order{ID: fmt.Sprint(hour), Time: zero.Add(time.Duration(hour) * time.Hour), Status: status}
		if _, err := store.Put(t.Context(), order); err != nil {
			t.Fatal(err)
		}
	}
	success := accesstrade.Success
	for name, c := range map[string]struct {
		filter accesstrade.Filter
		want   string
	}{
		"all":    {accesstrade.Filter{}, "0123"},
		"from":   {accesstrade.Filter{From: zero.Add(time.Hour)}, "123"},
		"before": {accesstrade.Filter{Before: zero.Add(2 * time.Hour)}, "01"},
		"status": {accesstrade.Filter{Status: &success}, "13"},
		"both":   {accesstrade.Filter{From: zero.Add(2 * time.Hour), Status: &success}, "3"},
	} {
		orders, err := store.List(t.Context(), c.filter)
		got := ""
		for _, o := range orders {
			got += o.ID
		}
		if err != nil || got != c.want {
			t.Errorf("%s: %q, want %q, %v", name, got, c.want, err)
		}
	}
}

func TestMemoryStaysWithinItsLimitWhoeverWrites(t *testing.T) {
	store := accesstrade.NewMemory(10)
	var writers sync.WaitGroup
	for w := range 8 {
		writers.Go(func() {
			for n := range 50 {
				id := fmt.Sprint("order-", w*50+n)
				if _, err := store.Put(t.Context(), accesstrade.Order{ID: id}); err != nil {
					t.Error(err)
				}
				if _, err := store.Change(t.Context(), []accesstrade.Change{{ID: id, Status: accesstrade.Success}}, zero, true); err != nil {
					t.Error(err)
				}
				if all, err := store.List(t.Context(), accesstrade.Filter{}); err != nil || len(all) > 10 {
					t.Errorf("%d orders, %v", len(all), err)
				}
			}
		})
	}
	writers.Wait()
}

// brokenStore fails at everything, and says too much about it.
type brokenStore struct{}

var errDisk = errors.New("disk full of " + secretKey)

func (brokenStore) Put(context.Context, accesstrade.Order) (bool, error) { return false, errDisk }

func (brokenStore) Change(context.Context, []accesstrade.Change, time.Time, bool) ([]string, error) {
	return nil, errDisk
}

func (brokenStore) List(context.Context, accesstrade.Filter) ([]accesstrade.Order, error) {
	return nil, errDisk
}

// get500 asks for what a broken store cannot give.
func get500() accesstrade.Request {
	return accesstrade.Request{Method: http.MethodGet, Path: accesstrade.TransactionsPath}
}

// cutBody ends as a connection does that breaks in the middle.
type cutBody struct{ io.Reader }

func (b cutBody) Read(into []byte) (int, error) {
	n, err := b.Reader.Read(into[:min(len(into), 100)])
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (cutBody) Close() error { return nil }
