package pages

import (
	"testing"

	"github.com/khop-dev/khop/mocks/outbox"
)

func TestWhatAPageIsConcernedWith(t *testing.T) {
	t.Parallel()
	change := outbox.Change{ID: 7, App: "app_1"}
	for _, c := range []struct {
		page     news
		change   outbox.Change
		concerns bool
	}{
		{news{}, change, true},
		{news{app: "app_1"}, change, true},
		{news{app: "app_2"}, change, false},
		{news{event: 7}, change, true},
		{news{event: 8}, change, false},
		{news{app: "app_1", event: 8}, change, false},
		{news{app: "app_2", event: 8}, outbox.Change{}, true}, // some were missed
	} {
		if got := c.page.concerns(c.change); got != c.concerns {
			t.Errorf("a page of app %q and event %d and %+v: %v", c.page.app, c.page.event, c.change, got)
		}
	}
}
