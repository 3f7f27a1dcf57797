package burst

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Latencies are kept from 1 µs to 1 h with three significant digits, in every
// process alike: that is what lets them be added up exactly.
const (
	shortest = int64(1)
	longest  = int64(time.Hour / time.Microsecond)
	digits   = 3
)

// Latency is a distribution of durations, as a high dynamic range histogram of
// microseconds. It is not safe for concurrent use.
type Latency struct{ *hdrhistogram.Histogram }

// NewLatency is an empty distribution.
func NewLatency() Latency {
	return Latency{hdrhistogram.New(shortest, longest, digits)}
}

// Add notes one duration; what lies beyond the bounds is noted at the bound.
func (l Latency) Add(d time.Duration) {
	_ = l.RecordValue(min(max(d.Microseconds(), shortest), longest)) // cannot fail within the bounds
}

// At is the duration within which the given part of all lay: At(0.99) is p99.
func (l Latency) At(part float64) time.Duration {
	return time.Duration(l.ValueAtQuantile(part*100)) * time.Microsecond
}

// latencyJSON is a distribution in a report: figures to read, and the histogram to
// add up, in HdrHistogram's compressed form, version 2, as base64.
type latencyJSON struct {
	Count     int64   `json:"count"`
	MeanMS    float64 `json:"mean_ms"`
	P50MS     float64 `json:"p50_ms"`
	P90MS     float64 `json:"p90_ms"`
	P99MS     float64 `json:"p99_ms"`
	P999MS    float64 `json:"p999_ms"`
	MaxMS     float64 `json:"max_ms"`
	Histogram string  `json:"histogram"`
}

// MarshalJSON writes the figures and the histogram.
func (l Latency) MarshalJSON() ([]byte, error) {
	if l.Histogram == nil {
		l = NewLatency()
	}
	encoded, err := l.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		return nil, fmt.Errorf("encoding the histogram: %w", err)
	}
	at := func(part float64) float64 { return float64(l.At(part).Microseconds()) / 1000 }
	return json.Marshal(latencyJSON{
		Count: l.TotalCount(), MeanMS: l.Mean() / 1000, P50MS: at(0.5), P90MS: at(0.9), P99MS: at(0.99), P999MS: at(0.999),
		MaxMS: float64(l.Max()) / 1000, Histogram: string(encoded),
	})
}

// UnmarshalJSON reads the histogram; the figures follow from it.
func (l *Latency) UnmarshalJSON(text []byte) error {
	var read latencyJSON
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	decoded, err := hdrhistogram.Decode([]byte(read.Histogram))
	if err != nil {
		return fmt.Errorf("decoding the histogram: %w", err)
	}
	l.Histogram = decoded
	return nil
}
