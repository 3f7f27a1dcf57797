package pages

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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
	Keys    Keys
	Due     accesstrade.Fault // what goes wrong with the next postbacks
	Left    int               // how many of them
	Times   string            // as it was typed
	Picked  string            // the fault, as it was chosen
	Orders  []order
	Older   string // where the next page of orders is, if there is one
	Newest  bool   // whether this is the first
	Calls   []call
	Faults  []accesstrade.Fault
	Wrong   map[string]string // what is wrong, by field
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

// How many orders and calls a page shows.
const (
	ordersShown = 50
	callsShown  = 100
)

// accesstrade shows what merchants reported and what came of it.
func (v *visit) accesstrade() error { return v.showAccesstrade(http.StatusOK, nil) }

// showAccesstrade shows the page, with a form that was refused as it was typed.
func (v *visit) showAccesstrade(status int, wrong map[string]string) error {
	v.home = "/accesstrade"
	page := accesstradePage{
		Address: cmp.Or(v.options.Endpoint, ownHost(v.r)), Faults: accesstrade.Faults(), Keys: v.options.Keys,
		Picked: v.text("fault"), Times: cmp.Or(v.text("times"), "1"), Wrong: wrong,
		Paths: []route{
			{accesstrade.Postback, http.MethodPost, accesstrade.PostbackPath},
			{accesstrade.Listing, http.MethodGet, accesstrade.ListingPath},
			{accesstrade.BulkUpdate, http.MethodPost, accesstrade.BulkUpdatePath},
		},
	}
	if v.desk.Endpoint != nil {
		page.Played = true
		page.Due, page.Left = v.desk.Endpoint.FaultLeft()
		if err := v.fill(&page); err != nil {
			return err
		}
	}
	return v.show(status, "accesstrade.html", "calls", page)
}

// fill reads a page of orders, from where the address says on, and the newest calls.
func (v *visit) fill(page *accesstradePage) error {
	before := v.r.URL.Query().Get("before")
	orders, more, err := v.desk.Orders(v.r.Context(), accesstrade.Filter{}, before, ordersShown)
	if err != nil {
		return fmt.Errorf("listing the orders: %w", err)
	}
	for _, o := range orders {
		page.Orders = append(page.Orders, order{o})
	}
	if page.Newest = before == ""; more {
		page.Older = "/accesstrade?" + url.Values{"before": {orders[len(orders)-1].ID}}.Encode()
	}
	calls, err := v.desk.Calls(v.r.Context(), 0, callsShown)
	if err != nil {
		return fmt.Errorf("listing the calls: %w", err)
	}
	for _, entry := range slices.Backward(calls) {
		page.Calls = append(page.Calls, call{entry})
	}
	return nil
}

// ownHost is the address at which the page was asked for.
func ownHost(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// callsState changes with every call, and with the faults that are still to come.
func (v *visit) callsState() string {
	if v.desk.Endpoint == nil {
		return ""
	}
	last, err := v.desk.LastCall(v.r.Context())
	if err != nil {
		return "" // whatever it is, the page itself says it
	}
	fault, left := v.desk.Endpoint.FaultLeft()
	return fmt.Sprint(last, fault.Name, left)
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
		return v.showAccesstrade(http.StatusUnprocessableEntity, map[string]string{"times": v.language.Text("This has to be a number from 0 to 1000.")})
	}
	if v.text("fault") == "" || times == 0 {
		v.desk.Endpoint.SetFault(accesstrade.Fault{}, 0)
		v.say(said{Text: v.language.Text("Postbacks are processed again as they should be.")})
		return v.goTo("/accesstrade")
	}
	fault, err := accesstrade.ParseFault(v.text("fault"))
	if err != nil {
		return v.showAccesstrade(http.StatusUnprocessableEntity, map[string]string{"fault": err.Error()})
	}
	v.desk.Endpoint.SetFault(fault, times)
	v.say(said{Text: v.language.Textf("The fault %q is set; postbacks that meet it: %d.", fault.Name, times)})
	return v.goTo("/accesstrade")
}
