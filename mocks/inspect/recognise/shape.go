package recognise

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/schemas"
)

// shape is a documented payload as its outermost members tell it.
type shape struct {
	schema   *schemas.Schema
	number   int // among all shapes
	names    int
	required int
}

// telling is what a member's name tells: which shapes have it, and how much that says. A name that one provider
// uses says 1, one that three use a third.
type telling struct {
	shapes   []*shape
	required []*shape
	weight   float64
}

// mostShapes is room for every documented payload.
const mostShapes = 64

// How much evidence a guess by members needs.
const (
	// enough names that only this provider uses say more than how many of its members are missing.
	enough = 8
	// least is how much the names must say in any case.
	least = 2
)

// byMembers guesses by the names of the outermost members.
func (k *known) byMembers(doc []byte, members []scan.Member) Guess {
	if guess, ok := k.answer(doc, members); ok {
		return guess
	}
	if guess, ok := k.orders(doc, members); ok {
		return guess
	}
	var tally [mostShapes]score
	for _, m := range members {
		t := k.names[string(m.Name)]
		if t == nil {
			continue
		}
		for _, s := range t.shapes {
			tally[s.number].weight += t.weight
			tally[s.number].known++
		}
		for _, s := range t.required {
			tally[s.number].required++
		}
	}
	var best *shape
	var rivals []*schemas.Schema
	for _, s := range k.shapes {
		switch score := tally[s.number]; {
		case s.schema == k.listing || !score.convinces(s, len(members)):
		case best == nil || score.share(s) > tally[best.number].share(best):
			best, rivals = s, nil
		case score.share(s) == tally[best.number].share(best):
			rivals = append(rivals, s.schema)
		}
	}
	if best == nil {
		return Guess{}
	}
	return Guess{Schema: best.schema, Rivals: rivals, known: tally[best.number].known, members: len(members)}
}

// score is what an object's members say for one shape.
type score struct {
	weight          float64
	known, required int
}

// convinces tells whether the members say enough: most of them are the shape's, they say something, and they are
// half of the shape's, or all that it must have, or many that nobody else has.
func (s score) convinces(of *shape, members int) bool {
	if s.weight < least || 2*s.known < members {
		return false
	}
	return 2*s.known >= of.names || of.required > 1 && s.required == of.required || s.weight >= enough
}

// share ranks the shapes: first by what the members say, then by how much of the shape they are.
func (s score) share(of *shape) float64 {
	return s.weight + float64(s.known)/float64(of.names)
}

// orders tells AccessTrade's listing. Its total and data are everybody's names, so that the orders in it have to be
// AccessTrade's. Without any order, and where data is no list, total and data may still be all there is: then it is as
// much a listing as it is anybody's.
func (k *known) orders(doc []byte, members []scan.Member) (Guess, bool) {
	at := valueOf(members, "data")
	if at < 0 {
		return Guess{}, false
	}
	data := doc[at:scan.Skip(doc, at)]
	id, moment := bytes.Contains(data, []byte(`"transaction_id"`)), bytes.Contains(data, []byte(`"transaction_time"`))
	switch total := valueOf(members, "total") >= 0; {
	case total && (id || moment) && len(members) <= 4:
		return Guess{Schema: k.listing, reason: "it has total and data, and there are orders in data"}, true
	case id && moment && len(members) == 1:
		return Guess{Schema: k.listing, reason: "it has data, and there are orders in it"}, true
	case total && len(members) == 2 && !hasElements(data):
		return Guess{Schema: k.listing, reason: "total and data are all it has, as in a listing", Faint: true}, true
	}
	return Guess{}, false
}

// hasElements tells whether a value is an array and not empty.
func hasElements(value []byte) bool {
	if len(value) == 0 || value[0] != '[' {
		return false
	}
	first := scan.Space(value, 1)
	return first < len(value) && value[first] != ']'
}

// answer tells apart the two answers that are a status and a message: Abaha's status is a number.
func (k *known) answer(doc []byte, members []scan.Member) (Guess, bool) {
	if len(members) != 2 || valueOf(members, "message") < 0 {
		return Guess{}, false
	}
	at := valueOf(members, "status")
	if at < 0 || at >= len(doc) {
		return Guess{}, false
	}
	status, quoted := bytes.CutPrefix(doc[at:], []byte{'"'})
	if len(status) > 0 && (status[0] == '-' || '0' <= status[0] && status[0] <= '9') {
		reason := "status and message are all it has, and status is a number"
		if quoted {
			reason += " in quotes"
		}
		return Guess{Schema: k.acknowledgement, reason: reason}, true
	}
	return Guess{Schema: k.accepted, reason: "status and message are all it has, and status is no number"}, true
}

// valueOf is the offset of a member's value, -1 if it is not there.
func valueOf(members []scan.Member, name string) int {
	i := slices.IndexFunc(members, func(m scan.Member) bool { return string(m.Name) == name })
	if i < 0 {
		return -1
	}
	return members[i].At
}

// outline are the parts of a schema that tell its payload from others.
type outline struct {
	Required   []string                   `json:"required"`
	Properties map[string]json.RawMessage `json:"properties"`
}
