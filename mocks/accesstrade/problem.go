package accesstrade

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// Problem is one reason to refuse a request, or to object to one that is taken.
type Problem struct {
	// Member is where: "products[0].sku"; empty for the request as a whole.
	Member string `json:"member,omitempty"`
	// Rule is which rule is broken: a keyword of the call's schema (required, type,
	// enum, minimum, maximum, format, number), or one of the endpoint's own: path,
	// method, body, json, query, content-type, minLength, maxLength, unknown, mismatch.
	Rule string `json:"rule"`
	// Message is the whole of it on one line: "products[0].sku: required".
	Message string `json:"message"`
}

// problem puts member, rule and what there is to add into one line.
func problem(member, rule, more string) Problem {
	line := rule
	if member != "" {
		line = member + ": " + rule
	}
	if more != "" {
		line += ": " + more
	}
	return Problem{member, rule, line}
}

// told is a schema's problem in the words of this endpoint.
func told(p schemas.Problem) Problem {
	member := memberName(p.Pointer)
	switch {
	case p.Rule == "required":
		return problem(member, p.Rule, "")
	case p.Rule == "minimum" && tenDigits.MatchString(p.Found):
		return problem(member, p.Rule, fmt.Sprintf("%s has ten digits, which are seconds: milliseconds are wanted, %s000", p.Found, p.Found))
	default:
		return problem(member, p.Rule, "expected "+p.Expected+", found "+p.Found)
	}
}

var tenDigits = regexp.MustCompile(`^[0-9]{10}$`)

// memberName writes a JSON pointer as programmers write a path:
// /products/0/sku is products[0].sku.
func memberName(pointer string) string {
	var name strings.Builder
	for _, token := range rawjson.Tokens(pointer) {
		switch {
		case digits.MatchString(token):
			name.WriteString("[" + token + "]")
		case !isPlain(token):
			name.WriteString("[" + strconv.Quote(token) + "]")
		case name.Len() > 0:
			name.WriteString("." + token)
		default:
			name.WriteString(token)
		}
	}
	return name.String()
}

var digits = regexp.MustCompile(`^[0-9]+$`)

// isPlain tells whether a member's name can stand in a path as it is: a word that is
// not endless.
func isPlain(name string) bool {
	const longest = 100
	for i, r := range []rune(name) {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || r != '-' && !unicode.In(r, unicode.M, unicode.N)) {
			return false
		}
	}
	return name != "" && utf8.RuneCountInString(name) <= longest
}

// mostTold is how many problems an answer tells, and mostKept how many the journal
// keeps of one call.
const (
	mostTold = 5
	mostKept = 20
)

// summary is the message of a refusal for so many problems, of which the first are
// given.
func summary(problems []Problem, count int) string {
	var lines []string
	for _, p := range problems[:min(mostTold, len(problems))] {
		lines = append(lines, p.Message)
	}
	if more := count - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "; ")
}
