package schemas

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Problem is one rule of a schema that a document breaks.
type Problem struct {
	// Pointer is the RFC 6901 pointer of the offending value; for a missing member, of where it should be. The
	// document itself is the empty string.
	Pointer string
	// Rule is the JSON Schema keyword that was broken: required, type, enum, const, pattern, format, minimum,
	// maximum. One is not a keyword: number, for a number beyond what double precision can hold.
	Rule string
	// Expected and Found tell both sides in a few words. Found never shows a secret, nor what an object holds.
	Expected, Found string
	// Message is the whole problem on one line, "/data_event/fields/0/field_key: required".
	Message string
}

// flaw is a problem while its place is still made of steps.
type flaw struct {
	at                    pointer
	rule, expected, found string
}

// beneath is the same flaw in a document of which this one's is a part.
func (f flaw) beneath(base pointer) flaw {
	f.at = slices.Concat(base, f.at)
	return f
}

// problem tells the flaw to the outside.
func (f flaw) problem() Problem {
	place := f.at.String()
	message := cmp.Or(oneLine(place), "the document") + ": " + f.rule
	if f.rule != "required" {
		message += ": expected " + f.expected + ", found " + f.found
	}
	return Problem{Pointer: place, Rule: f.rule, Expected: f.expected, Found: f.found, Message: message}
}

// oneLine keeps a member name with line breaks or terminal codes in it from breaking the message.
func oneLine(place string) string {
	if strings.ContainsFunc(place, unicode.IsControl) {
		return strconv.Quote(place)
	}
	return place
}

func (f flaw) compare(other flaw) int {
	return cmp.Or(f.at.compare(other.at), strings.Compare(f.rule, other.rule))
}

// tell turns flaws into problems in the order of their places, so that one document always tells the same story.
func tell(flaws []flaw) []Problem {
	slices.SortFunc(flaws, flaw.compare)
	var problems []Problem
	for _, f := range flaws {
		problems = append(problems, f.problem())
	}
	return problems
}

// expectation says in words what a rule of a schema node demands.
func expectation(rule string, n node) string {
	description, _ := n["description"].(string)
	switch rule {
	case "type", "required":
		return strings.Join(n.types(), " or ")
	case "const":
		return spell(n["const"])
	case "enum":
		values, _ := n["enum"].([]any)
		spelled := make([]string, len(values))
		for i, value := range values {
			spelled[i] = spell(value)
		}
		return strings.Join(spelled, " or ")
	case "minimum":
		return "at least " + spell(n["minimum"]) + remark(description)
	case "maximum":
		return "at most " + spell(n["maximum"]) + remark(description)
	case "format":
		return spell(n["format"]) + remark(description)
	case "pattern":
		if examples, _ := n["examples"].([]any); len(examples) > 0 {
			return "a text like " + spell(examples[0]) + remark(description)
		}
		return cmp.Or(description, spell(n[rule]))
	default:
		return cmp.Or(description, spell(n[rule]))
	}
}

func remark(description string) string {
	if description == "" {
		return ""
	}
	return " (" + description + ")"
}

// finding says in words what was found. A wrong type is told by its name, a secret only by its type.
func finding(rule string, n node, value any) string {
	if rule == "required" {
		return "nothing"
	}
	kind := kindOf(value)
	switch value.(type) {
	case []any, map[string]any, nil:
		return kind
	}
	if n["writeOnly"] == true {
		return kind + " (not shown)"
	}
	if rule == "type" {
		return kind + " " + shorten(spell(value))
	}
	return shorten(spell(value))
}

// kindOf names the JSON type of a decoded value; a number written without fraction and exponent is an integer.
func kindOf(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		if strings.ContainsAny(string(value), ".eE") {
			return "number"
		}
		return "integer"
	case []any:
		return "array"
	default:
		return "object"
	}
}

// spell writes a scalar as JSON does, accents and angle brackets as they are.
func spell(value any) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// longestShown is the most letters of a value that a problem shows.
const longestShown = 80

func shorten(text string) string {
	if letters := []rune(text); len(letters) > longestShown {
		return string(letters[:longestShown]) + "…"
	}
	return text
}
