package recognise

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/schemas"
)

// Object guesses what an object is, from its bytes and its outermost members.
func Object(doc []byte, members []scan.Member) Guess {
	k := knowledge()
	outer := evidence{}
	for _, m := range members {
		switch string(m.Name) {
		case "type":
			outer.kind = literal(doc, m.At)
		case "event_type":
			outer.event = literal(doc, m.At)
		case "data_event":
			outer.mobio = true
		case "block_event":
			return Guess{Schema: k.envelope, reason: "it has block_event, Mobio's envelope"}
		case "SMSID":
			return Guess{Schema: k.callback, reason: "it has SMSID, which only eSMS sends"}
		}
	}
	switch {
	case outer.event != nil || outer.mobio:
		return k.mobioEvent(doc, outer)
	case outer.kind != nil:
		if guess, ok := k.superaiUpdate(doc, members, outer.kind); ok {
			return guess
		}
	}
	return k.byMembers(doc, members)
}

// evidence are the members that speak for a provider; a value is there if it is a text, in its quotes.
type evidence struct {
	kind, event []byte
	mobio       bool
}

// literal is the text at an offset as it is written, quotes and all; nil for another value.
func literal(doc []byte, at int) []byte {
	if at >= len(doc) || doc[at] != '"' {
		return nil
	}
	return doc[at:scan.Skip(doc, at)]
}

// mobioEvent tells Mobio's events by their event_type.
func (k *known) mobioEvent(doc []byte, outer evidence) Guess {
	if outer.event == nil {
		return Guess{
			Schema: k.mobio[0].schema, Rivals: rivals(k.mobio),
			reason: "it has data_event as Mobio's events do, and no event_type",
		}
	}
	if guess, ok := k.events[string(outer.event)]; ok {
		if guess.Schema == k.bank && (names(doc, `"product_line"`) || names(doc, `"product_types"`)) {
			return k.bankTypes
		}
		return guess
	}
	word := spelled(outer.event)
	nearest, ok := schemas.Nearest(word, k.eventTypes)
	if !ok {
		return Guess{reason: fmt.Sprintf("event_type is %s, and the documented Mobio events are %s", quoted(word), strings.Join(k.eventTypes, ", "))}
	}
	guess := k.events[`"`+nearest+`"`]
	guess.unheard = unheard{"/event_type", word, k.eventTypes}
	guess.reason = fmt.Sprintf("event_type is %s, and the nearest that is documented is %s", quoted(word), nearest)
	return guess
}

// superaiUpdate tells SuperAI's updates by their type. A type that the document does not name is SuperAI's only when
// the other members are.
func (k *known) superaiUpdate(doc []byte, members []scan.Member, kind []byte) (Guess, bool) {
	if guess, ok := k.updates[string(kind)]; ok {
		return guess, true
	}
	shape := k.byMembers(doc, members)
	if shape.Schema == nil || shape.Schema.Provider != "superai" {
		return Guess{}, false
	}
	word := spelled(kind)
	guess := k.updates[`"update_status"`]
	if nearest, ok := schemas.Nearest(word, k.updateTypes); ok {
		guess = k.updates[`"`+nearest+`"`]
	}
	guess.reason = fmt.Sprintf("%s, though type is %s", shape.Reason(), quoted(word))
	guess.unheard = unheard{"/type", word, k.updateTypes}
	return guess, true
}

// names tells whether a quoted word is somewhere the name of a member. In valid JSON a text is a name if a colon
// comes after it; a backslash before the quote says that the word is part of a longer text.
func names(doc []byte, word string) bool {
	for i := 0; ; {
		found := bytes.Index(doc[i:], []byte(word))
		if found < 0 {
			return false
		}
		at := i + found
		i = at + len(word)
		if colon := scan.Space(doc, i); colon < len(doc) && doc[colon] == ':' && doc[at-1] != '\\' {
			return true
		}
	}
}

// spelled is the text that a literal means.
func spelled(literal []byte) string {
	var word string
	if err := json.Unmarshal(literal, &word); err != nil {
		return string(literal)
	}
	return word
}

// longestQuoted is the most letters of a payload's own word that a reason repeats.
const longestQuoted = 40

func quoted(word string) string {
	if letters := []rune(word); len(letters) > longestQuoted {
		word = string(letters[:longestQuoted]) + "…"
	}
	return strconv.Quote(word)
}

func rivals(shapes []*shape) []*schemas.Schema {
	var all []*schemas.Schema
	for _, s := range shapes[1:] {
		all = append(all, s.schema)
	}
	return all
}
