package suites

import (
	"github.com/khop-dev/khop/mocks/mobio"
	"github.com/khop-dev/khop/mocks/superai"
)

// profile says where in a provider's payloads lies what the rules vary.
type profile struct {
	kind     string   // the member that says what an event is
	texts    []string // members that hold free text, in the events that have them
	roomy    []string // objects that may grow new members
	optional []string // members that the document calls not required
	unmarked []string // members of the samples that no table calls required
	decimal  string   // a member that may hold any JSON number; it is added where missing
	amount   string   // a member whose value a forger would change
}

var profiles = map[string]profile{
	superai.Name: {
		kind:     "/type",
		texts:    []string{"/name", "/address", "/reason_text", "/status_name"},
		roomy:    []string{""},
		unmarked: []string{"/name", "/payer", "/finsurance"},
		decimal:  "/khop_rate", // all documented numbers are integers
		amount:   "/amount",
	},
	mobio.Name: {
		kind: "/event_type",
		texts: []string{
			"/data_event/fields/0/add/0/state_name", "/data_event/fields/0/add/0/name", "/data_event/fields/0/remove/0/name",
			"/data_event/fields/0/add/0/name/vi", "/data_event/body/add/0/info/title",
		},
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
