package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// Book is a store that can be looked through in pages, and that keeps calls.
type Book interface {
	accesstrade.Store
	PageOrders(ctx context.Context, filter accesstrade.Filter, before string, limit int) ([]accesstrade.Order, error)
	Keep(accesstrade.Entry)
	Calls(ctx context.Context, after, most int) ([]accesstrade.Entry, error)
	LastCall(ctx context.Context) (int, error)
}

// RunBook tests what a book has beside a store; the book is empty and keeps 100 orders
// and 4 calls.
func RunBook(t *testing.T, book Book) {
	t.Run("pages of orders", func(t *testing.T) { pages(t, book) })
	t.Run("calls", func(t *testing.T) { calls(t, book) })
}

// pages: newest first, and none is shown twice or left out, whatever comes meanwhile.
func pages(t *testing.T, book Book) {
	for n := range 10 {
		put(t, book, n)
	}
	success := accesstrade.Success
	for name, c := range map[string]struct {
		filter accesstrade.Filter
		before string
		limit  int
		want   []string
	}{
		"the first":      {accesstrade.Filter{}, "", 3, []string{"9", "8", "7"}},
		"the second":     {accesstrade.Filter{}, "7", 3, []string{"6", "5", "4"}},
		"the last":       {accesstrade.Filter{}, "1", 3, []string{"0"}},
		"behind it":      {accesstrade.Filter{}, "0", 3, nil},
		"before nothing": {accesstrade.Filter{}, "x", 3, nil},
		"of none":        {accesstrade.Filter{}, "", 0, nil},
		"of one state":   {accesstrade.Filter{Status: &success}, "7", 2, []string{"5", "3"}},
		"of a time":      {accesstrade.Filter{Before: zero.Add(2 * time.Hour)}, "", 9, []string{"1", "0"}},
	} {
		orders, err := book.PageOrders(t.Context(), c.filter, c.before, c.limit)
		var got []string
		for _, order := range orders {
			got = append(got, order.ID)
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q, %v", name, got, c.want, err)
		}
	}
	put(t, book, 2) // once more: it keeps its place
	if orders, err := book.PageOrders(t.Context(), accesstrade.Filter{}, "3", 1); err != nil || len(orders) != 1 || orders[0].ID != "2" || orders[0].Postbacks != 2 {
		t.Errorf("an order that was repeated: %v, %v", orders, err)
	}
}

func put(t *testing.T, book Book, n int) {
	t.Helper()
	order := accesstrade.Order{ID: fmt.Sprint(n), Time: zero.Add(time.Duration(n) * time.Hour), Status: n % 2}
	if _, err := book.Put(t.Context(), order); err != nil {
		t.Fatal(err)
	}
}

// calls are numbered from 1, and the oldest are forgotten.
func calls(t *testing.T, book Book) {
	if last, err := book.LastCall(t.Context()); err != nil || last != 0 {
		t.Errorf("the last of no calls is %d, %v", last, err)
	}
	for n := 1; n <= 6; n++ {
		book.Keep(accesstrade.Entry{Number: n, Time: zero, Message: fmt.Sprint(n), Request: accesstrade.Received{Body: "\x00\xff"}})
	}
	for _, c := range []struct {
		after, most int
		want        []int
	}{{0, 0, []int{3, 4, 5, 6}}, {4, 0, []int{5, 6}}, {0, 1, []int{6}}, {6, 9, nil}} {
		kept, err := book.Calls(t.Context(), c.after, c.most)
		var got []int
		for _, call := range kept {
			if got = append(got, call.Number); call.Message != fmt.Sprint(call.Number) || !call.Time.Equal(zero) {
				t.Errorf("call %d is %+v", call.Number, call)
			}
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("after %d, at most %d: %v, want %v, %v", c.after, c.most, got, c.want, err)
		}
	}
	if last, err := book.LastCall(t.Context()); err != nil || last != 6 {
		t.Errorf("the last call is %d, %v", last, err)
	}
}
