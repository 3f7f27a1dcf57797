package accesstrade_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/accesstrade/storetest"
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

func TestMemoryIsAStore(t *testing.T) {
	storetest.Run(t, func(limit int) (accesstrade.Store, func()) { return accesstrade.NewMemory(limit), func() {} })
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
