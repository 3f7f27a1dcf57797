package accesstrade

import (
	"regexp"
	"strings"
)

// veil stands where a secret would.
const veil = "***"

// The access key is hidden by its name too: a merchant may have sent another one, and that may be the genuine one.
const keyAsMember, keyAsParameter = `"access_key"`, "access_key="

var (
	memberFinder     = newFinder(keyAsMember)
	parameterFinder  = newFinder(keyAsParameter)
	accessKeyInQuery = regexp.MustCompile(`(\b` + keyAsParameter + `)[^&\s"]*`)
)

// hideByName hides the values that are called access_key in text, which may be JSON, or a query, or broken.
func hideByName(text string) string {
	text = hideMembers(text)
	if parameterFinder.in(text) { // it is seldom there, and the pattern takes longer to say so
		text = accessKeyInQuery.ReplaceAllString(text, "${1}"+veil)
	}
	return text
}

// hideMembers hides what follows "access_key" and a colon: a string, which need not have an end, or else what there is
// up to a space, a comma, a brace or a quote.
func hideMembers(text string) string {
	var hidden strings.Builder
	kept, from := 0, 0 // what is before kept is in hidden, and what is before from was looked at
	for {
		at := memberFinder.index(text[from:])
		if at < 0 {
			break
		}
		from += at + len(keyAsMember)
		value := valueBehind(text, from)
		end := valueEnd(text, value)
		if end == value {
			continue
		}
		hidden.Grow(len(text) + len(keyAsMember)) // nothing, from the second time on
		hidden.WriteString(text[kept:value])
		hidden.WriteString(`"` + veil + `"`)
		kept, from = end, end
	}
	if kept == 0 {
		return text
	}
	hidden.WriteString(text[kept:])
	return hidden.String()
}

// valueBehind is where the value begins of a member whose name ends at i; the end of text where there is no colon.
func valueBehind(text string, i int) int {
	colon := blanksEnd(text, i)
	if colon == len(text) || text[colon] != ':' {
		return len(text)
	}
	return blanksEnd(text, colon+1)
}

func blanksEnd(text string, i int) int {
	for i < len(text) && strings.IndexByte(" \t\n\f\r", text[i]) >= 0 {
		i++
	}
	return i
}

// valueEnd is where a value ends that begins at i; there is none where that is i itself.
func valueEnd(text string, i int) int {
	if i < len(text) && text[i] == '"' {
		return stringEnd(text, i+1)
	}
	for i < len(text) && strings.IndexByte(" \t\n\f\r,}\"", text[i]) < 0 {
		i++
	}
	return i
}

// stringEnd is where a string ends whose first letter is at i. It ends as well at the end of text, and at a backslash
// with nothing behind it in its line.
func stringEnd(text string, i int) int {
	for i < len(text) {
		switch text[i] {
		case '"':
			return i + 1
		case '\\':
			if i+1 == len(text) || text[i+1] == '\n' {
				return i
			}
			i++
		}
		i++
	}
	return i
}
