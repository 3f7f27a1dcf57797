package mobio

import (
	"testing"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// A nudge moves a time as Mobio writes it; what is none was made so on purpose.
func TestNudgeMovesOnlyTimesAsMobioWritesThem(t *testing.T) {
	for payload, want := range map[string]string{
		`{"data_event":{"created_time":1658876078.765139}}`:   `{"data_event":{"created_time":1658876078.765142}}`,
		`{"data_event":{"created_time":1658876078.999997}}`:   `{"data_event":{"created_time":1658876079.000001}}`,
		`{"data_event":{"created_time":1658876078.0}}`:        `{"data_event":{"created_time":1658876078.0}}`,
		`{"data_event":{"created_time":"1658876078.765139"}}`: `{"data_event":{"created_time":"1658876078.765139"}}`,
		`{"data_event":{"created_time":null}}`:                `{"data_event":{"created_time":null}}`,
		`{"data_event":{}}`:                                   `{"data_event":{}}`,
		`{"data_event":null}`:                                 `{"data_event":null}`,
	} {
		if got := nudge(rawjson.MustParse([]byte(payload))).String(); got != want {
			t.Errorf("%s became %s, want %s", payload, got, want)
		}
	}
}
