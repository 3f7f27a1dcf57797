package inspect

import (
	"bytes"
	"cmp"
	"unicode/utf8"

	"github.com/khop-dev/khop/mocks/inspect/recognise"
	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/schemas"
)

// judge judges payloads, one after the other; each worker has its own.
type judge struct {
	schema *schemas.Schema // judges everything, if it is there
	strict bool
	survey scan.Survey
}

// verdict is what a judge has to say of one payload.
type verdict struct {
	guess    recognise.Guess
	problems []Problem
	unknown  bool // no provider's payload: a problem only for those who expect one
	garbled  bool // not even JSON, or JSON with comments
}

// json judges a payload that is written in JSON.
func (j *judge) json(t text) verdict {
	if guess, ok := j.passes(t.body); ok {
		return verdict{guess: guess}
	}
	return j.thorough(t)
}

// passes is the quick way: true says that the payload surely is in order.
func (j *judge) passes(doc []byte) (recognise.Guess, bool) {
	if !utf8.Valid(doc) || !j.survey.Look(doc) {
		return recognise.Guess{}, false
	}
	guess := j.guess(doc, j.survey.Members)
	if guess.Schema == nil || len(guess.Rivals) > 0 || !guess.Schema.Fits(doc) || tooFine(guess.Schema, doc, j.survey.Members) != nil {
		return recognise.Guess{}, false
	}
	return guess, !j.strict || len(undocumented(guess.Schema, doc)) == 0
}

// thorough is the long way, for a payload that may have any number of problems.
func (j *judge) thorough(t text) verdict {
	if f, ok := illegible(t.body); ok {
		return j.cannotRead(t, f)
	}
	members := membersOf(t.body)
	guess := j.guess(t.body, members).Settle(t.body)
	if guess.Schema == nil || t.foreign && !recognise.Shares(guess.Schema, members) {
		return verdict{guess: guess, problems: t.tell([]flaw{stranger(t.body, guess)}), unknown: true}
	}
	flaws := twice(t.body)
	broken := j.breaches(guess, t.body, members)
	pointers := make([]string, len(broken))
	for i, p := range broken {
		pointers[i] = p.Pointer
	}
	at := scan.Locate(t.body, pointers)
	for _, p := range broken {
		flaws = append(flaws, flaw{at[p.Pointer], p})
	}
	return verdict{guess: guess, problems: t.tell(flaws), unknown: guess.Faint && len(flaws) > 0}
}

// cannotRead is the verdict on a document that is not JSON. What can be made out of its members still tells whose
// payload it was meant to be. A merge conflict is a problem whosesoever it is.
func (j *judge) cannotRead(t text, f flaw) verdict {
	v := verdict{problems: t.tell([]flaw{f}), garbled: f.Rule != Depth}
	if annotated(t.body) {
		plain, _ := uncommented(t.body)
		v.guess, v.garbled = j.guess(plain, membersOf(plain)), false
	} else {
		j.survey.Look(t.body)
		v.guess = j.guess(t.body, j.survey.Members)
	}
	if v.guess.Schema == nil && v.garbled && !t.foreign {
		v.guess = recognise.Traces(t.body)
	}
	if v.guess.Faint {
		v.guess = recognise.Guess{}
	}
	v.guess.Rivals = nil
	_, conflict := conflicting(t.body)
	v.unknown = v.guess.Schema == nil && !(v.garbled && conflict)
	return v
}

// guess is what a document is: what the user says, or what it says itself.
func (j *judge) guess(doc []byte, members []scan.Member) recognise.Guess {
	if j.schema != nil {
		return recognise.Told(j.schema)
	}
	if at := scan.Space(doc, 0); at == len(doc) || doc[at] != '{' {
		return recognise.Guess{}
	}
	return recognise.Object(doc, members)
}

// membersOf are the outermost members of a valid document.
func membersOf(doc []byte) []scan.Member {
	var members []scan.Member
	at := scan.Space(doc, 0)
	if at < len(doc) && doc[at] == '{' {
		scan.Members(doc, at, func(name string, _, value int) int {
			members = append(members, scan.Member{Name: []byte(name), At: value})
			return scan.Skip(doc, value)
		})
	}
	return members
}

// breaches are the rules that a valid document breaks, without their places: those of its schema and some that a schema
// cannot hold.
func (j *judge) breaches(guess recognise.Guess, doc []byte, members []scan.Member) []Problem {
	s := guess.Schema
	found, err := s.Validate(doc)
	if err != nil {
		return []Problem{{Rule: Syntax, Expected: "a document that can be judged", Found: err.Error()}}
	}
	problems := make([]Problem, 0, len(found))
	for _, p := range found {
		expected := p.Expected
		if p.Rule == "enum" || p.Rule == "const" {
			expected = cmp.Or(guess.Choice(p.Pointer), expected)
		}
		problems = append(problems, Problem{Pointer: p.Pointer, Rule: p.Rule, Expected: expected, Found: p.Found})
	}
	problems = append(problems, tooFine(s, doc, members)...)
	if j.strict {
		for _, pointer := range undocumented(s, doc) {
			problems = append(problems, Problem{
				Pointer: pointer, Rule: Undocumented, Expected: "a member that " + s.ID + " documents", Found: "another",
			})
		}
	}
	return problems
}

func undocumented(s *schemas.Schema, doc []byte) []string {
	pointers, _ := s.Undocumented(doc) // the document is valid JSON
	return pointers
}

// twice are the members that a valid document has again.
func twice(doc []byte) []flaw {
	var flaws []flaw
	for _, d := range scan.Duplicates(doc) {
		flaws = append(flaws, flaw{d.At, Problem{
			Pointer: d.Pointer, Rule: Duplicate, Expected: "one member of this name", Found: "another one",
		}})
	}
	return flaws
}

// blank tells whether a line has nothing on it.
func blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }
