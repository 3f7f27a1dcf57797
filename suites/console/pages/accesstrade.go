package pages

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/suites/console/desk"
)

// accesstradePage is what the page of the AccessTrade endpoint shows.
type accesstradePage struct {
	Played  bool // there is an endpoint
	Address string
	Paths   []route
	Keys    []string
	Orders  []order
	All     int // how many orders there are
	Calls   []call
	Faults  []accesstrade.Fault
	Wrong   string
}

// route is one documented call, and how and where it is made.
type route struct {
	Call         accesstrade.Call
	Method, Path string
}

// order is an order as the table shows it.
type order struct{ accesstrade.Order }

// State is the order's state as a word.
func (o order) State() string {
	switch o.Status {
	case accesstrade.Success:
		return "success"
	case accesstrade.Cancelled:
		return "cancelled"
	}
	return "pending"
}

// call is one call of a merchant as the page shows it.
type call struct{ accesstrade.Entry }

// How many orders and calls the page shows, the newest ones.
const (
	ordersShown = 100
	callsShown  = 100
)

// accesstrade shows what merchants reported and what came of it.
func (v *visit) accesstrade() error { return v.showAccesstrade(http.StatusOK, "") }

func (v *visit) showAccesstrade(status int, wrong string) error {
	page := accesstradePage{
		Address: cmp.Or(v.options.Endpoint, ownHost(v.r)), Faults: accesstrade.Faults(), Wrong: wrong,
		Keys: []string{accesstrade.AccessKey, accesstrade.SecretKey},
		Paths: []route{
			{accesstrade.Postback, http.MethodPost, accesstrade.PostbackPath},
			{accesstrade.Listing, http.MethodGet, accesstrade.ListingPath},
			{accesstrade.BulkUpdate, http.MethodPost, accesstrade.BulkUpdatePath},
		},
	}
	if endpoint := v.desk.Endpoint; endpoint != nil {
		page.Played = true
		orders, err := endpoint.Orders(v.r.Context(), accesstrade.Filter{})
		if err != nil {
			return fmt.Errorf("listing the orders: %w", err)
		}
		page.All = len(orders)
		for _, o := range newest(orders, ordersShown) {
			page.Orders = append(page.Orders, order{o})
		}
		for _, entry := range newest(endpoint.Journal(), callsShown) {
			page.Calls = append(page.Calls, call{entry})
		}
	}
	return v.show(status, "accesstrade.html", "calls", page)
}

// newest are the last ones of a list, the very last first.
func newest[T any](all []T, most int) []T {
	last := slices.Clone(all[max(0, len(all)-most):])
	slices.Reverse(last)
	return last
}

// ownHost is the address at which the page was asked for.
func ownHost(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// callsState changes with every call.
func (v *visit) callsState() string {
	if v.desk.Endpoint == nil {
		return ""
	}
	if calls := v.desk.Endpoint.Journal(); len(calls) > 0 {
		return strconv.Itoa(calls[len(calls)-1].Number)
	}
	return ""
}

// setFault lets the next postbacks go wrong.
func (v *visit) setFault() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	if v.desk.Endpoint == nil {
		return fmt.Errorf("%w: %w", desk.ErrInvalid, errors.New("there is no AccessTrade endpoint here"))
	}
	times, err := strconv.Atoi(v.text("times"))
	if err != nil || times < 0 || times > 1000 {
		return v.showAccesstrade(http.StatusUnprocessableEntity, v.language.Text("How often has to be a number from 0 to 1000."))
	}
	if v.text("fault") == "" || times == 0 {
		v.desk.Endpoint.SetFault(accesstrade.Fault{}, 0)
		v.say(said{Text: v.language.Text("Postbacks are processed again as they should be.")})
		return v.goTo("/accesstrade")
	}
	fault, err := accesstrade.ParseFault(v.text("fault"))
	if err != nil {
		return v.showAccesstrade(http.StatusUnprocessableEntity, err.Error())
	}
	v.desk.Endpoint.SetFault(fault, times)
	v.say(said{Text: v.language.Textf("The fault %q is played with the next postbacks, so often: %d.", fault.Name, times)})
	return v.goTo("/accesstrade")
}
