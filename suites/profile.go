package suites

import (
	"github.com/khop-dev/khop/mocks/abaha"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/esms"
	"github.com/khop-dev/khop/mocks/mobio"
	"github.com/khop-dev/khop/mocks/superai"
)

// profile says where in a provider's payloads lies what the rules vary.
type profile struct {
	loose    []string // objects in which no table says which members always have a value
	kind     string   // the member that says what an event is
	texts    []string // members that hold free text, in the events that have them
	notes    []string // members for free text that the samples leave empty
	lists    []string // lists of changes, which may be of any length
	roomy    []string // objects that may grow new members
	optional []string // members that the document calls not required
	unmarked []string // members of the samples that no table calls required
	decimal  string   // a member that may hold any JSON number; it is added where missing
	steps    []step   // what else changes when a thing goes on to another state
	amount   string   // a member whose value a forger would change
	tenant   string   // the member that says whose event it is, where one address serves several
	spare    []string // members whose absence takes nothing from what an event says
	fixed    []string // members that say how a thing stands or whose it is: other values may rightly be ignored
	states   []string // event types that tell nothing but how a thing stands
	moment   []string // members that two events of one thing at one moment have in common
	routes   []route  // how a thing goes on that seemed to be at its end
}

type step struct{ member, value string }

// route is a way of a thing from state to state: by station, the values of some members.
type route struct {
	members  []string
	stations [][]string
}

// parcelState is where SuperAI tells how a parcel stands.
var parcelState = []string{"/status", "/status_name"}

// orderState is where Abaha tells how an order stands.
var orderState = []string{"/status", "/before_status"}

var profiles = map[string]profile{
	superai.Name: {
		loose:    []string{""},
		kind:     "/type",
		texts:    []string{"/name", "/address", "/reason_text", "/status_name"},
		roomy:    []string{""},
		unmarked: []string{"/name", "/payer", "/finsurance"},
		decimal:  "/khop_rate", // all documented numbers are integers
		amount:   "/amount",
		steps:    []step{{"/status", "11"}, {"/status_name", "Đang Giao Hàng"}}, // the sample's 14 goes back to 11
		spare:    []string{"/name", "/payer", "/finsurance"},
		fixed:    []string{"/status", "/status_name", "/partial", "/barter", "/reason_code", "/reason_text"},
		moment:   []string{"/code", "/shortcode", "/soc", "/created_at", "/updated_at", "/pushed_at"},
		routes: []route{ // delivered, returned or lost is not the last that is heard of a parcel
			{parcelState, [][]string{{"12", "Đã Giao Hàng Toàn Bộ"}, {"16", "Đã Đối Soát Giao Hàng"}}},
			{parcelState, [][]string{{"20", "Đang Trả Hàng"}, {"21", "Đã Trả Hàng"}, {"17", "Đã Đối Soát Trả Hàng"}}},
			{parcelState, [][]string{{"25", "Hàng Thất Lạc"}, {"27", "Đã Bồi Hoàn"}}},
		},
	},
	abaha.Name: {
		loose:    []string{""},
		texts:    []string{"/address/address", "/user/name", "/name"},
		notes:    []string{"/user_note", "/comment", "/short_content", "/content", "/desc", "/intro"},
		roomy:    []string{"", "/address", "/user", "/cashback", "/item_fee"},
		unmarked: []string{"/cashback", "/item_fee", "/address", "/user"},
		steps:    []step{{"/status", "1"}, {"/before_status", "5"}},
		fixed: []string{
			"/status", "/before_status", "/payment_status", "/payment_status_name", "/payment_type", "/payment",
			"/cart_type", "/cart_type_name", "/order_type", "/product_type", "/delete_flag", "/is_reject", "/store_id",
		},
		routes: []route{ // completed, and then closed; or cancelled
			{orderState, [][]string{{"20", "15"}, {"25", "20"}, {"30", "25"}}},
			{orderState, [][]string{{"1", "1"}, {"0", "1"}}},
			{orderState, [][]string{{"5", "5"}, {"-1", "5"}}},
		},
	},
	accesstrade.Name: {},
	esms.Name: {
		kind:  "/TypeId",
		roomy: []string{""},
		fixed: []string{"/SendStatus", "/SendSuccess", "/SendFailed", "/TotalReceiver", "/TotalSent", "/RequestId", "/oaid", "/tempid"},
	},
	mobio.Name: {
		loose: []string{"/data_event/fields/0/add/0", "/data_event/fields/0/remove/0"},
		kind:  "/event_type",
		texts: []string{
			"/data_event/fields/0/add/0/state_name", "/data_event/fields/0/add/0/name", "/data_event/fields/0/remove/0/name",
			"/data_event/fields/0/add/0/name/vi", "/data_event/body/add/0/info/title",
		},
		lists: []string{"/data_event/fields/0/add", "/data_event/fields/0/remove", "/data_event/body/add"},
		roomy: []string{"", "/data_event", "/data_event/fields/0"},
		optional: []string{
			"/data_event/deal_code", "/data_event/body/remove", "/data_event/body/add",
			"/data_event/body/add/0/merchant_id", "/data_event/body/add/0/entity_id", "/data_event/body/add/0/entity_type",
			"/data_event/body/add/0/info", "/data_event/body/add/0/info/type_media", "/data_event/body/add/0/info/url",
			"/data_event/body/add/0/info/format_file", "/data_event/body/add/0/info/title", "/data_event/body/add/0/info/local_path",
			"/data_event/body/add/0/created_time", "/data_event/body/add/0/updated_time",
			"/data_event/body/add/0/_id", "/data_event/body/add/0/id", "/data_event/body",
		},
		unmarked: []string{"/data_event/fields/0/add", "/data_event/fields/0/remove", "/data_event/fields/0/change", "/data_event/fields"},
		decimal:  "/data_event/action_time",
		amount:   "/data_event/deal_id",
		tenant:   "/data_event/merchant_id",
		spare: []string{
			"/data_event/deal_code", "/data_event/body/remove",
			"/data_event/fields/0/add", "/data_event/fields/0/remove", "/data_event/fields/0/change",
		},
		fixed:  []string{"/data_event/merchant_id", "/data_event/fields/0/add/0/state_name"},
		states: []string{"sale_create_deal", "sale_update_status"},
		moment: []string{"/data_event/deal_id", "/data_event/action_time"},
	},
}
