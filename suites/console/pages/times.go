package pages

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/khop-dev/khop/suites/lang"
)

// Times are written as the server's clock has them. The pages' script puts the reader's
// own in their place: iso says which moment is meant.

// iso is a time for machines.
func iso(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// clock is a time for people: the time of a day, after the day where that is not today.
func clock(t time.Time) string {
	local := t.Local()
	if local.Format(time.DateOnly) == time.Now().Format(time.DateOnly) {
		return local.Format(time.TimeOnly)
	}
	return local.Format(time.DateTime)
}

// instant is a time to the millisecond, with its zone.
func instant(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05.000 -07:00") }

// zone is where the server's clock stands: "+07:00 (Asia/Ho_Chi_Minh)".
func zone() string {
	offset := time.Now().Format("-07:00")
	if name := time.Local.String(); name != "Local" {
		return offset + " (" + name + ")"
	}
	return offset
}

// units are the names of the units that are longer than a second, and of the second, the
// longest first.
func units(language lang.Language) [3]string {
	return [3]string{language.Text("h"), language.Text("min"), language.Text("s")}
}

// span writes a length of time.
func span(language lang.Language, d time.Duration) string {
	names := units(language)
	switch {
	case d < 0:
		return span(language, -d)
	case d < 10*time.Millisecond:
		return decimal(float64(d)/float64(time.Millisecond)) + "\u00a0ms"
	case d < time.Second:
		return fmt.Sprintf("%d\u00a0ms", d.Round(time.Millisecond).Milliseconds())
	case d < 10*time.Second:
		return decimal(d.Seconds()) + "\u00a0" + names[2]
	}
	d = d.Round(time.Second)
	var parts []string
	for i, length := range [3]time.Duration{time.Hour, time.Minute, time.Second} {
		if n := d / length; n > 0 {
			parts = append(parts, fmt.Sprintf("%d\u00a0%s", n, names[i]))
			d -= n * length
		}
	}
	return strings.Join(parts, " ")
}

// decimal writes a number with at most one decimal.
func decimal(n float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(n, 'f', 1, 64), ".0")
}
