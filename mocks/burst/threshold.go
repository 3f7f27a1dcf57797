package burst

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Measures are what a limit can be set on, by the names of khop burst's flags, in the
// order in which they are shown.
var Measures = []string{"p50", "p90", "p99", "p999", "max", "reached", "success", "errors"}

// quantiles are the parts of all events that have to be answered within a limit.
var quantiles = map[string]float64{"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999, "max": 1}

// Limit is what a burst has to keep within: at most so long, or at least (reached,
// success), or at most (errors), such a part of the events.
type Limit struct {
	Measure string
	Text    string // as it was given
	within  time.Duration
	part    float64
}

// ParseLimit reads a limit: a duration such as 100ms for the percentiles and the
// maximum, a percentage such as 99.9% for the others.
func ParseLimit(measure, text string) (Limit, error) {
	limit := Limit{Measure: measure, Text: text}
	var err error
	switch _, timed := quantiles[measure]; {
	case timed:
		if limit.within, err = time.ParseDuration(text); err != nil || limit.within <= 0 {
			return limit, fmt.Errorf("%q is not a length of time such as 100ms", text)
		}
	case slices.Contains(Measures, measure):
		limit.part, err = ParsePercent(text)
	default:
		err = fmt.Errorf("no limit is called %q; there are: %s", measure, strings.Join(Measures, ", "))
	}
	return limit, err
}

// ParsePercent reads "0.5%" as 0.005. The sign is wanted: without it 1 might be one
// percent, or all.
func ParsePercent(text string) (float64, error) {
	number, signed := strings.CutSuffix(text, "%")
	digits := strings.Trim(number, "0123456789.") == "" // no exponent, no sign, no NaN
	percent, err := strconv.ParseFloat(number, 64)
	switch {
	case !signed && err == nil && digits && percent <= 100:
		return 0, unsigned(text, percent)
	case !signed, err != nil, !digits, percent > 100:
		return 0, fmt.Errorf("%q is not a percentage from 0%% to 100%%, such as 0.5%%", text)
	}
	return percent / 100, nil
}

// unsigned says what a number without a percent sign may have been meant to be.
func unsigned(text string, number float64) error {
	switch {
	case number > 0 && number < 1:
		return fmt.Errorf("%q wants a percent sign; %s as a part of 1 would be %s", text, text, Percent(number))
	case number == 1:
		return fmt.Errorf("%q wants a percent sign: 1%%, or 100%% for all", text)
	}
	return fmt.Errorf("%q wants a percent sign behind it: %s%%", text, text)
}

// Judge holds the result to limits, in place of those that it was held to before.
//
// Two limits are there without being set, because what breaks them is no more right
// under load: a bad signature that the target accepted, and genuine events of which it
// took not one, which leaves nothing to be said about the others. Refused duplicates
// break none: a target that is overloaded refuses them like any other event, and only
// without load it can be told whether it refuses them for what they are.
func (r *Result) Judge(limits []Limit) {
	r.Thresholds = nil
	if genuine := r.Kinds[Genuine.String()]; genuine.Refused > 0 && genuine.Succeeded == 0 {
		r.Thresholds = append(r.Thresholds, Threshold{Name: Genuine.String(), Limit: "some accepted", Value: "0 accepted"})
	}
	if forged := r.Kinds[BadSignature.String()]; forged.Sent > 0 {
		r.Thresholds = append(r.Thresholds, Threshold{
			Name: BadSignature.String(), Limit: "0 accepted", Value: fmt.Sprintf("%d accepted", forged.Succeeded), Met: forged.Succeeded == 0,
		})
	}
	for _, limit := range limits {
		threshold := Threshold{Name: limit.Measure, Limit: limit.Text}
		threshold.Value, threshold.Met = limit.judge(*r)
		r.Thresholds = append(r.Thresholds, threshold)
	}
}

// Held tells whether every limit was kept.
func (r Result) Held() bool {
	return !slices.ContainsFunc(r.Thresholds, func(t Threshold) bool { return !t.Met })
}

// judge says what was measured, and whether it is within the limit.
func (l Limit) judge(r Result) (value string, met bool) {
	switch l.Measure {
	case "reached":
		if r.Rate == 0 {
			return noRate, false
		}
		return Percent(r.Reached()), r.Reached() >= l.part
	case "success":
		if r.Kinds[Genuine.String()].Sent == 0 {
			return noGenuine, false
		}
		return Percent(r.SuccessInTime()), r.SuccessInTime() >= l.part
	case "errors":
		if r.Requests == 0 {
			return noRequest, false
		}
		part := float64(r.Failed()) / float64(r.Requests)
		return Percent(part), part <= l.part
	}
	took, err := r.Quantile(quantiles[l.Measure])
	if err != nil {
		return err.Error(), false
	}
	return Rounded(took).String(), took <= l.within
}

// What a value says where there is no figure.
const (
	noRate    = "no rate"
	noGenuine = "no genuine event"
	noRequest = "no request"
)

// What a percentile says that no answer has.
var (
	ErrNoAnswer = errors.New("no answer") // it lies among the requests without one
	ErrNotSent  = errors.New("not sent")  // it lies among the events that were due and did not go out
)

// Quantile is the time within which the given part of all events was answered. One
// without an answer counts as slower than any other, and so does one that is overdue: a
// target does not get faster by answering less, nor by having less sent to it.
func (r Result) Quantile(part float64) (time.Duration, error) {
	answered, failed := float64(r.Answered()), float64(r.Failed())
	switch wanted := part * (answered + failed + float64(r.Overdue())); {
	case wanted > answered+failed:
		return 0, ErrNotSent
	case answered == 0, wanted > answered:
		return 0, ErrNoAnswer
	default:
		return r.Latency.At(wanted / answered), nil
	}
}

// Rounded is a duration to three digits, which is what a histogram knows of it.
func Rounded(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for ; d/unit >= 1000; unit *= 10 {
	}
	return d.Round(unit)
}

// Percent writes a part so that no failure is rounded away: 99.996%, not 100%.
func Percent(part float64) string {
	for decimals := 1; decimals < 6; decimals++ {
		text := strconv.FormatFloat(part*100, 'f', decimals, 64)
		if whole, err := strconv.ParseFloat(text, 64); err == nil && (whole == 0) == (part == 0) && (whole == 100) == (part == 1) {
			return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + "%"
		}
	}
	return strconv.FormatFloat(part*100, 'f', 6, 64) + "%"
}
