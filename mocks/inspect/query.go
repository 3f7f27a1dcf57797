package inspect

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/khop-dev/khop/mocks/inspect/recognise"
	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/schemas"
)

// parameter is a name of a query string and where it stands.
type parameter struct {
	name string
	at   int
}

// query judges a payload that is a query string.
func (j *judge) query(t text) verdict {
	all, f, ok := parameters(t)
	if !ok {
		return verdict{problems: t.tell([]flaw{f}), unknown: j.schema == nil && !bytes.Contains(t.body, []byte("SMSID="))}
	}
	doc, err := schemas.FromQuery(string(plain(t)))
	if err != nil {
		return verdict{problems: t.tell([]flaw{{0, Problem{Rule: Syntax, Expected: "a query string", Found: err.Error()}}})}
	}
	if guess, ok := j.passes(doc); ok {
		return verdict{guess: guess}
	}
	members := membersOf(doc)
	guess := j.guess(doc, members).Settle(doc)
	if guess.Schema == nil || t.foreign && !recognise.Shares(guess.Schema, members) {
		f := flaw{0, Problem{Rule: Unknown, Expected: "a payload that a provider documents, or --schema to say which", Found: guess.Reason()}}
		return verdict{guess: guess, problems: t.tell([]flaw{f}), unknown: true}
	}
	var flaws []flaw
	for _, p := range j.breaches(guess, doc, members) {
		at, times := placeOf(p.Pointer, all)
		if times > 1 {
			p = Problem{Pointer: p.Pointer, Rule: Duplicate, Expected: "one parameter of this name", Found: fmt.Sprintf("%d of them", times)}
		}
		flaws = append(flaws, flaw{at, p})
	}
	return verdict{guess: guess, problems: t.tell(flaws)}
}

// parameters takes a query string apart. The flaw is of the first parameter that is not well-formed.
func parameters(t text) ([]parameter, flaw, bool) {
	var all []parameter
	at := 0
	for piece := range bytes.SplitSeq(t.body, []byte{'&'}) {
		written := string(plain(text{body: piece, logged: t.logged}))
		name, value, _ := strings.Cut(written, "=")
		name, wrongName := url.QueryUnescape(name)
		value, wrongValue := url.QueryUnescape(value)
		switch {
		case strings.Contains(written, ";"):
			return nil, flaw{at, Problem{
				Rule: Syntax, Expected: "parameters with & between them", Found: "a semicolon, which must be written %3B",
			}}, false
		case wrongName != nil || wrongValue != nil:
			return nil, flaw{at, Problem{Rule: Syntax, Expected: "%HH in a query string", Found: "a % without two hex digits"}}, false
		case !utf8.ValidString(name) || !utf8.ValidString(value):
			return nil, flaw{at, Problem{Rule: Encoding, Expected: "UTF-8 behind the %HH", Found: "other bytes"}}, false
		}
		all = append(all, parameter{name, at})
		at += len(piece) + 1
	}
	return all, flaw{}, true
}

// placeOf is where the parameter of a pointer begins, and how often it comes; of one that comes again, where it comes
// last; of a missing one, where the query begins.
func placeOf(pointer string, all []parameter) (at, times int) {
	for _, p := range all {
		if pointer == "/"+scan.Escape(p.name) {
			at = p.at
			times++
		}
	}
	return at, times
}

// logEscape is how nginx and Apache write a byte that they do not trust to their logs.
var logEscape = regexp.MustCompile(`\\x([0-9A-Fa-f]{2})`)

// plain is a query string as it came, without what a log made of it.
func plain(t text) []byte {
	if !t.logged {
		return t.body
	}
	return logEscape.ReplaceAll(t.body, []byte("%$1"))
}

// queryOn finds the query string on a line: the line itself, or what a callback URL has behind its question mark.
func queryOn(line []byte) (query []byte, at int, ok bool) {
	at = len(line) - len(bytes.TrimLeft(line, " \t"))
	query = bytes.TrimSpace(line)
	if mark := bytes.IndexByte(query, '?'); mark >= 0 && address.Match(query[:mark]) {
		query, at = query[mark+1:], at+mark+1
	}
	query, _, _ = bytes.Cut(query, []byte{'#'})
	return query, at, pairs.Match(query)
}

var (
	// address is what may stand before the question mark of a callback URL.
	address = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*://[^\s"]*|/[^\s"]*|)$`)
	// pairs is how a query string begins. What is in a value does not matter.
	pairs = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.%+\[\]-]*=`)
)
