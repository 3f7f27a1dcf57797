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
	lists    []string // lists of changes, which may be of any length
	roomy    []string // objects that may grow new members
	optional []string // members that the document calls not required
	unmarked []string // members of the samples that no table calls required
	decimal  string   // a member that may hold any JSON number; it is added where missing
	steps    []step   // what else changes when a thing goes on to another state
	amount   string   // a member whose value a forger would change
}

type step struct{ member, value string }

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
	},
	abaha.Name: {
		loose:    []string{""},
		texts:    []string{"/address/address", "/user/name", "/name"},
		roomy:    []string{"", "/address", "/user", "/cashback", "/item_fee"},
		unmarked: []string{"/cashback", "/item_fee", "/address", "/user"},
		steps:    []step{{"/status", "1"}, {"/before_status", "5"}},
	},
	accesstrade.Name: {},
	esms.Name: {
		roomy: []string{""},
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
	},
}
