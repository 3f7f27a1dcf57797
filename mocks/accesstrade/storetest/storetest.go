package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// Open makes an empty store for so many orders, and what closes it.
type Open func(limit int) (store accesstrade.Store, shut func())

// Run tests a store.
func Run(t *testing.T, open Open) {
	t.Run("any sequence of calls", func(t *testing.T) { anySequence(t, open) })
	t.Run("every member", func(t *testing.T) { everyMember(t, open) })
	t.Run("filters", func(t *testing.T) { filters(t, open) })
	t.Run("unknown orders", func(t *testing.T) { unknownOrders(t, open) })
	t.Run("many writers", func(t *testing.T) { manyWriters(t, open) })
}

// zero is the time of the documented order.
var zero = time.UnixMilli(1447388224436)

// same tells whether two lists hold the same orders, times by the instant.
func same(a, b []accesstrade.Order) bool {
	return slices.EqualFunc(a, b, func(a, b accesstrade.Order) bool {
		alike := a.Time.Equal(b.Time) && a.Reported.Equal(b.Reported) && a.Changed.Equal(b.Changed)
		a.Time, a.Reported, a.Changed = b.Time, b.Reported, b.Changed
		return alike && a == b
	})
}

// anySequence plays any sequence of puts and changes against a plain list.
func anySequence(t *testing.T, open Open) {
	rapid.Check(t, func(t *rapid.T) {
		const limit = 4
		store, shut := open(limit)
		defer shut()
		m := &model{store: store, limit: limit}
		for range rapid.IntRange(1, 12).Draw(t, "calls") {
			call := rapid.SampledFrom([]string{"put", "put", "change"}).Draw(t, "call")
			map[string]func(*rapid.T){"put": m.put, "change": m.change}[call](t)
			m.holds(t)
		}
	})
}

// model is a store and what it should hold.
type model struct {
	store accesstrade.Store
	limit int
	want  []accesstrade.Order
}

var (
	ids    = rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", ""})
	states = rapid.SampledFrom([]int{accesstrade.Pending, accesstrade.Success, accesstrade.Cancelled})
)

func (m *model) at(id string) int {
	return slices.IndexFunc(m.want, func(o accesstrade.Order) bool { return o.ID == id })
}

func (m *model) put(t *rapid.T) {
	hour := zero.Add(time.Duration(rapid.IntRange(0, 9).Draw(t, "hour")) * time.Hour)
	order := accesstrade.Order{ID: ids.Draw(t, "id"), Status: states.Draw(t, "status"), Time: zero, Reported: hour, Changed: hour}
	repeated, err := m.store.Put(context.Background(), order)
	i := m.at(order.ID)
	if err != nil || repeated != (i >= 0) {
		t.Fatalf("put: repeated %t, %v", repeated, err)
	}
	order.Postbacks = 1
	if repeated {
		order.Postbacks += m.want[i].Postbacks
		order.Reported = m.want[i].Reported
		m.want[i] = order
	} else if m.want = append(m.want, order); len(m.want) > m.limit {
		m.want = m.want[1:]
	}
}

func (m *model) change(t *rapid.T) {
	skip := rapid.Bool().Draw(t, "skip")
	var asked []accesstrade.Change
	var unknown []string
	for _, id := range rapid.SliceOfN(ids, 0, 4).Draw(t, "ids") {
		asked = append(asked, accesstrade.Change{ID: id, Status: states.Draw(t, "status")})
		if m.at(id) < 0 {
			unknown = append(unknown, id)
		}
	}
	got, err := m.store.Change(context.Background(), asked, zero, skip)
	if err != nil || !slices.Equal(got, unknown) {
		t.Fatalf("change: unknown %v, want %v, %v", got, unknown, err)
	}
	if len(unknown) > 0 && !skip {
		return
	}
	for _, c := range asked {
		if i := m.at(c.ID); i >= 0 {
			m.want[i].Status, m.want[i].Changed = c.Status, zero
		}
	}
}

func (m *model) holds(t *rapid.T) {
	if all, err := m.store.List(context.Background(), accesstrade.Filter{}); err != nil || !same(all, m.want) {
		t.Fatalf("holds %v, want %v, %v", all, m.want, err)
	}
}

// everyMember puts orders whose members hold what merchants send, and nothing at all.
func everyMember(t *testing.T, open Open) {
	store, shut := open(0)
	defer shut()
	want := []accesstrade.Order{
		{
			ID: "Đơn <1>\x00'", Time: zero, Status: accesstrade.Success, Value: "1000000", Discount: "1e5", Session: "568a",
			Products: 3, Reported: zero.Add(time.Nanosecond), Changed: zero.Add(time.Hour),
		},
		{},
		{ID: "far", Time: time.UnixMilli(253402300799999), Reported: time.Unix(1, 0)},
		{ID: "before", Time: time.UnixMilli(-1)},
	}
	for i, order := range want {
		if repeated, err := store.Put(t.Context(), order); err != nil || repeated {
			t.Fatalf("put: %t, %v", repeated, err)
		}
		want[i].Postbacks = 1
	}
	if all, err := store.List(t.Context(), accesstrade.Filter{}); err != nil || !same(all, want) {
		t.Errorf("holds %v, want %v, %v", all, want, err)
	}
}

func filters(t *testing.T, open Open) {
	store, shut := open(0)
	defer shut()
	if all, err := store.List(t.Context(), accesstrade.Filter{}); err != nil || all == nil || len(all) != 0 {
		t.Errorf("an empty store lists %v, %v", all, err)
	}
	for hour := range 4 {
		status := []int{accesstrade.Pending, accesstrade.Success}[hour%2]
		order := accesstrade.Order{ID: fmt.Sprint(hour), Time: zero.Add(time.Duration(hour) * time.Hour), Status: status}
		if _, err := store.Put(t.Context(), order); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.Put(t.Context(), accesstrade.Order{ID: "-", Status: accesstrade.Cancelled}); err != nil { // without a time
		t.Fatal(err)
	}
	success := accesstrade.Success
	for name, c := range map[string]struct {
		filter accesstrade.Filter
		want   string
	}{
		"all":         {accesstrade.Filter{}, "0123-"},
		"from":        {accesstrade.Filter{From: zero.Add(time.Hour)}, "123"},
		"from, finer": {accesstrade.Filter{From: zero.Add(time.Hour + 1)}, "23"},
		"before":      {accesstrade.Filter{Before: zero.Add(2 * time.Hour)}, "01-"},
		"before, too": {accesstrade.Filter{Before: zero.Add(2*time.Hour + 1)}, "012-"},
		"status":      {accesstrade.Filter{Status: &success}, "13"},
		"all three":   {accesstrade.Filter{From: zero.Add(2 * time.Hour), Before: zero.Add(9 * time.Hour), Status: &success}, "3"},
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

// unknownOrders: one of them is enough to change nothing, unless they are skipped.
func unknownOrders(t *testing.T, open Open) {
	store, shut := open(0)
	defer shut()
	if _, err := store.Put(t.Context(), accesstrade.Order{ID: "a"}); err != nil {
		t.Fatal(err)
	}
	asked := []accesstrade.Change{{ID: "a", Status: accesstrade.Success}, {ID: "x"}, {ID: "x"}}
	for _, skip := range []bool{false, true} {
		unknown, err := store.Change(t.Context(), asked, zero, skip)
		if err != nil || !slices.Equal(unknown, []string{"x", "x"}) {
			t.Errorf("unknown %q, %v", unknown, err)
		}
		all, err := store.List(t.Context(), accesstrade.Filter{})
		if err != nil || len(all) != 1 || (all[0].Status == accesstrade.Success) != skip || all[0].Changed.Equal(zero) != skip {
			t.Errorf("skip %t: holds %v, %v", skip, all, err)
		}
	}
}

// manyWriters: the limit holds whoever writes, and nobody fails for somebody else.
func manyWriters(t *testing.T, open Open) {
	const limit, writers, orders = 10, 4, 20
	store, shut := open(limit)
	defer shut()
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for n := range orders {
				id := fmt.Sprint("order-", w*orders+n)
				if _, err := store.Put(t.Context(), accesstrade.Order{ID: id}); err != nil {
					t.Error(err)
				}
				if _, err := store.Change(t.Context(), []accesstrade.Change{{ID: id, Status: accesstrade.Success}}, zero, true); err != nil {
					t.Error(err)
				}
				if held, err := store.List(t.Context(), accesstrade.Filter{}); err != nil || len(held) > limit {
					t.Errorf("%d orders, %v", len(held), err)
				}
			}
		})
	}
	all.Wait()
}
