package burst

import (
	"bytes"
	"strings"
)

const (
	remembered = 4       // verdicts
	maxKnown   = 4 << 10 // bytes of an answer whose verdict is remembered
	maxText    = 300     // bytes of an objection
)

// judge reads answers as the provider does, and remembers what it thought of the latest
// different ones: most answers of a target are the same few, and reading JSON each time
// would cost more than all the rest. It belongs to one connection.
type judge struct {
	objection func(status int, body []byte) string
	mask      func(string) string
	verdicts  [remembered]verdict
	oldest    int
}

// verdict is what the provider would complain about in an answer; empty: nothing.
type verdict struct {
	status int
	body   []byte
	text   string
}

func (j *judge) judge(status int, body []byte) string {
	for i := range j.verdicts {
		if v := &j.verdicts[i]; v.status == status && bytes.Equal(v.body, body) {
			return v.text
		}
	}
	text := j.objection(status, body)
	if text != "" && j.mask != nil {
		text = j.mask(text) // before it is cut: half a secret would go unrecognized
	}
	text = short(text)
	if len(body) <= maxKnown {
		v := &j.verdicts[j.oldest]
		v.status, v.body, v.text = status, append(v.body[:0], body...), text
		j.oldest = (j.oldest + 1) % remembered
	}
	return text
}

// short is a text that can be kept many times, and shown.
func short(text string) string {
	if len(text) <= maxText {
		return strings.ToValidUTF8(text, "\uFFFD")
	}
	return strings.ToValidUTF8(text[:maxText], "") + "…"
}
