package quick_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestDatesAreThoseOfTheCalendar(t *testing.T) {
	date := compiled(t, `{"format":"date"}`)
	for _, year := range []int{0, 1900, 1999, 2000, 2023, 2024, 2100, 9999} {
		for month := range 14 {
			for day := range 33 {
				text := fmt.Sprintf("%04d-%02d-%02d", year, month, day)
				if _, err := time.Parse(time.DateOnly, text); date.Accepts(quote(text)) != (err == nil) {
					t.Errorf("%s: %v", text, err)
				}
			}
		}
	}
	for _, text := range []string{"", "2024-01-1", "2024-01-011", "2024/01/01", "24-01-01", "2024-1-01", "2024-01-01Z", "２024-01-01", "202a-01-01"} {
		if date.Accepts(quote(text)) {
			t.Errorf("%q is accepted", text)
		}
	}
}

// TestTimesAreThoseOfRFC3339 tries all combinations of right and wrong parts.
func TestTimesAreThoseOfRFC3339(t *testing.T) {
	dateTime := compiled(t, `{"format":"date-time"}`)
	accepted := 0
	for _, day := range []string{"2024-02-29", "2023-02-29", "2024-2-9"} {
		for _, clock := range []string{"T00:00:00", "T23:59:59", "T24:00:00", "T23:60:00", "T23:59:60", " 00:00:00", "t00:00:00", "T0:00:00", "T00:00", ""} {
			for _, fraction := range []string{"", ".0", ".123456789012", ".", ",5", ".x"} {
				for _, zone := range []string{"Z", "+07:00", "-23:59", "+24:00", "+07:60", "+0700", "+07", "z", "", "Zulu", "+07:00x", "*07:00"} {
					text := day + clock + fraction + zone
					if !dateTime.Accepts(quote(text)) {
						continue
					}
					accepted++
					if _, err := time.Parse(time.RFC3339, text); err != nil || strings.Contains(text, ",") {
						t.Errorf("%s is accepted: %v", text, err)
					}
				}
			}
		}
	}
	if want := 2 * 3 * 3; accepted != want { // clocks, fractions and zones that are right
		t.Errorf("%d are accepted, want %d", accepted, want)
	}
}
