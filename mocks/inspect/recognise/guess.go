package recognise

import (
	"fmt"
	"strconv"

	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/schemas"
)

// Guess is what a payload most likely is.
type Guess struct {
	// Schema judges such payloads; nil when no documented payload comes close.
	Schema *schemas.Schema
	// Rivals are the schemas that the evidence speaks for just as much; empty when the guess is unique. The payload
	// itself decides among them: see Settle.
	Rivals []*schemas.Schema

	// Faint says that others have payloads like these as well: only one without problems is surely a provider's.
	Faint bool

	reason  string
	unheard unheard
	known   int // members that the schema knows, where those are the reason
	members int
}

// unheard is a word that tells what a payload is, and that no document has.
type unheard struct {
	pointer string
	word    string
	known   []string
}

// Choice is what could stand at a pointer, if that is where the payload has a word that no document has; empty for any
// other place.
func (g Guess) Choice(pointer string) string {
	if g.unheard.known == nil || g.unheard.pointer != pointer {
		return ""
	}
	return schemas.Choice(g.unheard.word, g.unheard.known)
}

// Reason says in a few words why: "type is update_status".
func (g Guess) Reason() string {
	switch {
	case g.reason != "":
		return g.reason
	case g.Schema == nil:
		return "no documented payload has members like these"
	}
	return fmt.Sprintf("%d of its %s are those of this payload", g.known, count(g.members, "member"))
}

// Settle chooses among the guess and its rivals the one that the document breaks the fewest rules of and, among
// equals, the one that knows most of its members. The document is valid JSON.
func (g Guess) Settle(doc []byte) Guess {
	if len(g.Rivals) == 0 {
		return g
	}
	best, least, equals := g.Schema, misfit(g.Schema, doc), 0
	for _, rival := range g.Rivals {
		switch m := misfit(rival, doc); {
		case m.less(least):
			best, least, equals = rival, m, 0
		case m == least:
			equals++
		}
	}
	reason := fmt.Sprintf("%s; of %d possible payloads this one is the closest", g.Reason(), 1+len(g.Rivals))
	switch {
	case equals == 1:
		reason = fmt.Sprintf("%s; another one is as close", g.Reason())
	case equals > 1:
		reason = fmt.Sprintf("%s; %s as close", g.Reason(), others(equals))
	}
	return Guess{Schema: best, reason: reason}
}

// distance is how far a document is from a schema.
type distance struct{ broken, strange int }

func (d distance) less(other distance) bool {
	return d.broken < other.broken || d.broken == other.broken && d.strange < other.strange
}

func misfit(s *schemas.Schema, doc []byte) distance {
	problems, _ := s.Validate(doc)
	strangers, _ := s.Undocumented(doc)
	return distance{len(problems), len(strangers)}
}

// others says how many more there are.
func others(n int) string {
	if n == 1 {
		return "1 other is"
	}
	return strconv.Itoa(n) + " others are"
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// Told is the guess of somebody who says what the payload is.
func Told(s *schemas.Schema) Guess {
	return Guess{Schema: s, reason: "it was named"}
}

// Shares tells whether any member of an object is one that the schema names.
func Shares(s *schemas.Schema, members []scan.Member) bool {
	for _, m := range members {
		if t := knowledge().names[string(m.Name)]; t != nil {
			for _, shape := range t.shapes {
				if shape.schema == s {
					return true
				}
			}
		}
	}
	return false
}
