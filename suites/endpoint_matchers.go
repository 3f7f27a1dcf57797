package suites

import (
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// BeAnsweredAsDocumented holds for one of the two answers that AccessTrade documents: status
// true or false, with a message.
func BeAnsweredAsDocumented() types.GomegaMatcher {
	return BeJSONWith(`status true, or status false and a message`, func(v rawjson.Value) bool {
		return is(v, "/status", rawjson.Bool, "true") || refusedAsDocumented(v)
	})
}

// refusedAsDocumented tells whether an answer is {"status": false, "message": "..."}.
func refusedAsDocumented(v rawjson.Value) bool {
	message, _ := v.Get("/message")
	return is(v, "/status", rawjson.Bool, "false") && message.Kind() == rawjson.String && strings.TrimSpace(message.Content()) != ""
}

// BeListing holds for a list of orders.
func BeListing() types.GomegaMatcher {
	return expectation{
		want: "a list of orders",
		holds: func(r Reply) bool {
			_, listed := readListing(r)
			return listed
		},
	}
}
