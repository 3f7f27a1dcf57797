package superai

import (
	"testing"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// A nudge moves a time as SuperAI writes it; what is none was made so on purpose.
func TestNudgeMovesOnlyTimesAsSuperAIWritesThem(t *testing.T) {
	for payload, want := range map[string]string{
		`{"created_at":"2022-05-10T10:27:59+07:00","pushed_at":"2022-05-11T22:26:11+07:00"}`: `{"created_at":"2022-05-10T10:28:00+07:00","pushed_at":"2022-05-11T22:26:11+07:00"}`,
		`{"created_at":null,"pushed_at":"2022-05-11T22:26:11+07:00"}`:                        `{"created_at":null,"pushed_at":"2022-05-11T22:26:12+07:00"}`,
		`{"pushed_at":"2022-05-11T22:26:11+07:00"}`:                                          `{"pushed_at":"2022-05-11T22:26:12+07:00"}`,
		`{"created_at":null,"pushed_at":null}`:                                               `{"created_at":null,"pushed_at":null}`,
		`{"created_at":"2022-05-10T03:27:59Z"}`:                                              `{"created_at":"2022-05-10T03:27:59Z"}`,
		`{"created_at":1652153246}`:                                                          `{"created_at":1652153246}`,
		`{}`:                                                                                 `{}`,
	} {
		if got := nudge(rawjson.MustParse([]byte(payload))).String(); got != want {
			t.Errorf("%s became %s, want %s", payload, got, want)
		}
	}
}
