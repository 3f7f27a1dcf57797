package lang

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// FromAcceptLanguage is the language that a browser's Accept-Language header (RFC 9110,
// 12.5.4) likes best of those that khop speaks; false where it likes none of them.
func FromAcceptLanguage(header string) (Language, bool) {
	for _, tag := range preferred(header) {
		if language, err := Parse(tag); err == nil {
			return language, true
		}
	}
	return English, false
}

// preferred are the tags of an Accept-Language header, the dearest first.
func preferred(header string) []string {
	type wish struct {
		tag     string
		quality float64
	}
	var wishes []wish
	for part := range strings.SplitSeq(header, ",") {
		tag, parameter, _ := strings.Cut(part, ";")
		quality := 1.0
		if q, ok := strings.CutPrefix(strings.TrimSpace(parameter), "q="); ok {
			quality, _ = strconv.ParseFloat(q, 64) // what is no number is not wished for
		}
		if quality > 0 {
			wishes = append(wishes, wish{strings.TrimSpace(tag), quality})
		}
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(b.quality, a.quality) })
	var tags []string
	for _, w := range wishes {
		tags = append(tags, w.tag)
	}
	return tags
}
