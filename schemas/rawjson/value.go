package rawjson

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Kind tells the six JSON types apart.
type Kind uint8

// The kinds of a Value. The zero Value is null.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// Member is one name and value of an object.
type Member struct {
	Name  string
	Value Value
}

// Value is one JSON value. The zero Value is null.
type Value struct {
	kind    Kind
	text    string // the literal of a number or boolean, the decoded text of a string
	items   []Value
	members []Member
}

// Text returns a JSON string with the given content.
func Text(s string) Value { return Value{kind: String, text: s} }

// Literal returns a number that is written with exactly these digits. It panics
// when they are no JSON number: literals are written by programmers, not read.
func Literal(digits string) Value {
	if !json.Valid([]byte(digits)) || strings.ContainsAny(digits, `"[{tfn`) {
		panic(fmt.Sprintf("rawjson: %q is not a JSON number", digits))
	}
	return Value{kind: Number, text: digits}
}

// Int returns an integer number.
func Int(n int64) Value { return Value{kind: Number, text: strconv.FormatInt(n, 10)} }

// List returns an array of the given items.
func List(items ...Value) Value { return Value{kind: Array, items: items} }

// Record returns an object with the given members, in that order.
func Record(members ...Member) Value { return Value{kind: Object, members: members} }

// Kind tells which JSON type v has.
func (v Value) Kind() Kind { return v.kind }

// Content is the decoded text of a string, the literal of a number or boolean,
// and empty for everything else.
func (v Value) Content() string { return v.text }

// Items are the elements of an array; nil for other kinds.
func (v Value) Items() []Value { return v.items }

// Members are an object's members in their order; nil for other kinds.
func (v Value) Members() []Member { return v.members }

// Get follows a JSON pointer (RFC 6901) and tells whether something is there.
func (v Value) Get(pointer string) (Value, bool) {
	for _, token := range Tokens(pointer) {
		i, ok := v.index(token)
		if !ok {
			return Value{}, false
		}
		v = v.child(i)
	}
	return v, true
}

// With returns a copy of v in which the value at pointer is replaced; a missing
// last member is appended ("-" appends to an array). It returns v unchanged when
// the way to it does not exist.
func (v Value) With(pointer string, to Value) Value {
	return v.edit(Tokens(pointer), func(parent Value, token string) Value {
		if i, ok := parent.index(token); ok {
			return parent.replaced(i, to)
		}
		switch {
		case parent.kind == Object:
			parent.members = append(slices.Clone(parent.members), Member{token, to})
		case parent.kind == Array && token == "-":
			parent.items = append(slices.Clone(parent.items), to)
		}
		return parent
	}, to)
}

// Without returns a copy of v that lacks the value at pointer; v itself when
// nothing is there.
func (v Value) Without(pointer string) Value {
	return v.edit(Tokens(pointer), func(parent Value, token string) Value {
		i, ok := parent.index(token)
		switch {
		case !ok:
		case parent.kind == Object:
			parent.members = slices.Delete(slices.Clone(parent.members), i, i+1)
		case parent.kind == Array:
			parent.items = slices.Delete(slices.Clone(parent.items), i, i+1)
		}
		return parent
	}, v)
}

// Reversed returns v with the members of every object in the opposite order: the
// same JSON value in other bytes.
func (v Value) Reversed() Value {
	return v.mapped(func(v Value) Value {
		v.members = slices.Clone(v.members)
		slices.Reverse(v.members)
		return v
	})
}

// Walk calls visit with the pointer of every value below and including v, parents
// first.
func (v Value) Walk(visit func(pointer string, v Value)) { v.walk("", visit) }

func (v Value) walk(at string, visit func(string, Value)) {
	visit(at, v)
	for _, m := range v.members {
		m.Value.walk(at+"/"+Escape(m.Name), visit)
	}
	for i, item := range v.items {
		item.walk(at+"/"+strconv.Itoa(i), visit)
	}
}

// mapped applies change to every value, leaves first.
func (v Value) mapped(change func(Value) Value) Value {
	if v.kind == Object {
		members := make([]Member, len(v.members))
		for i, m := range v.members {
			members[i] = Member{m.Name, m.Value.mapped(change)}
		}
		v.members = members
	}
	if v.kind == Array {
		items := make([]Value, len(v.items))
		for i, item := range v.items {
			items[i] = item.mapped(change)
		}
		v.items = items
	}
	return change(v)
}

// edit rebuilds the path to the last token's parent and lets change make the
// parent anew. An empty path means v itself, which becomes root.
func (v Value) edit(path []string, change func(parent Value, token string) Value, root Value) Value {
	switch len(path) {
	case 0:
		return root
	case 1:
		return change(v, path[0])
	}
	i, ok := v.index(path[0])
	if !ok {
		return v
	}
	return v.replaced(i, v.child(i).edit(path[1:], change, root))
}

func (v Value) index(token string) (int, bool) {
	if v.kind == Object {
		i := slices.IndexFunc(v.members, func(m Member) bool { return m.Name == token })
		return i, i >= 0
	}
	i, err := strconv.Atoi(token)
	return i, err == nil && i >= 0 && i < len(v.items)
}

func (v Value) child(i int) Value {
	if v.kind == Object {
		return v.members[i].Value
	}
	return v.items[i]
}

func (v Value) replaced(i int, by Value) Value {
	if v.kind == Object {
		v.members = slices.Clone(v.members)
		v.members[i].Value = by
		return v
	}
	v.items = slices.Clone(v.items)
	v.items[i] = by
	return v
}
