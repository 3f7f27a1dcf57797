package recognise

import (
	"regexp"

	"github.com/khop-dev/khop/mocks/inspect/scan"
)

// named is whatever looks like the name of a member. In a text that was cut off in front, quotes open where they once
// closed, so that each is tried.
var named = regexp.MustCompile(`"([A-Za-z_]\w{0,63})"\s*:\s*`)

// Traces guesses what a text that is not JSON was meant to be, from all in it that looks like members, however deep.
func Traces(text []byte) Guess {
	var members []scan.Member
	seen := map[string]bool{}
	for _, at := range named.FindAllSubmatchIndex(text, -1) {
		name := text[at[2]:at[3]]
		if !seen[string(name)] {
			seen[string(name)] = true
			members = append(members, scan.Member{Name: name, At: at[1]})
		}
	}
	return Object(text, members)
}
