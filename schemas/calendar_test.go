package schemas_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/khop-dev/khop/schemas"
)

// timed are the documents in which a time is a text, with %s for it, and what every such time ends with.
var timed = []struct{ id, zone, doc string }{
	{"superai/update_status", "+07:00", `"pushed_at": "2022-05-11T22:26:11+07:00"`},
	{"superai/update_weight", "Z", `"created_at": "2022-05-10T10:27:26+07:00"`},
	{"accesstrade/listing", "", `"transaction_time": "2016-06-08T07:18:55"`},
}

// atTime is a schema's example with another time in the place of one.
func atTime(t *testing.T, s *schemas.Schema, member, text string) []byte {
	name, _, _ := strings.Cut(member, ":")
	doc := strings.Replace(string(exampleOf(t, s)), member, name+": "+`"`+text+`"`, 1)
	if !strings.Contains(doc, text) {
		t.Fatalf("%s: no %s in the example", s.ID, member)
	}
	return []byte(doc)
}

// TestTimesAreOnDaysOfTheCalendar holds judge and shortcut to package time, day by day.
func TestTimesAreOnDaysOfTheCalendar(t *testing.T) {
	for _, one := range timed {
		s, err := schemas.Lookup(one.id)
		if err != nil {
			t.Fatal(err)
		}
		for _, year := range []int{0, 1900, 2000, 2016, 2023} {
			for month := range 14 {
				for _, day := range []int{0, 1, 19, 28, 29, 30, 31, 32} {
					date := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
					_, err := time.Parse(time.DateOnly, date)
					doc := atTime(t, s, one.doc, date+"T22:26:11"+one.zone)
					if fits, quickly := judged(t, s, doc), s.Fits(doc); fits != (err == nil) || quickly != fits {
						t.Fatalf("%s: %s: accepted: %v, quickly: %v, the calendar says %v", s.ID, date, fits, quickly, err)
					}
				}
			}
		}
	}
}

func TestTimesHaveOffsetsThatExist(t *testing.T) {
	s, err := schemas.Lookup("superai/update_status")
	if err != nil {
		t.Fatal(err)
	}
	for offset, fits := range map[string]bool{
		"Z": true, "+07:00": true, "+0700": true, "-12:00": true, "+14:00": true, "+23:59": true,
		"": false, "+24:00": false, "+07:60": false, "+99:99": false, "-9999": false, "07:00": false, "z": false,
	} {
		doc := atTime(t, s, timed[0].doc, "2022-05-11T22:26:11"+offset)
		if judged(t, s, doc) != fits || s.Fits(doc) != fits {
			t.Errorf("%q: accepted: %v, quickly: %v", offset, judged(t, s, doc), s.Fits(doc))
		}
	}
}
