package quick

// object holds to the rule the object whose brace is before i.
//
// A member that the rule knows and that comes twice is left to the judge: readers differ in which one they take. Of
// members that it does not know by name each one is held to the rule, so that it does not matter which one is taken.
func (r *rule) object(doc []byte, i, depth int) int {
	if r.kinds&object == 0 {
		return unsure
	}
	i = space(doc, i)
	if i < len(doc) && doc[i] == '}' {
		return r.objectOf(0, i+1)
	}
	var seen uint64
	for {
		name, escaped, value := readName(doc, i)
		if value == unsure {
			return unsure
		}
		next, bit := r.member(name, escaped)
		if next == nil || seen&bit != 0 {
			return unsure
		}
		seen |= bit
		i = next.value(doc, value, depth)
		if i == unsure {
			return unsure
		}
		i = space(doc, i)
		if i >= len(doc) {
			return unsure
		}
		switch doc[i] {
		case ',':
			i = space(doc, i+1)
		case '}':
			return r.objectOf(seen, i+1)
		default:
			return unsure
		}
	}
}

// objectOf is the end of an object if it has all the members that it must have.
func (r *rule) objectOf(seen uint64, end int) int {
	if seen&r.members.required != r.members.required {
		return unsure
	}
	return end
}

// member is the rule of a member by its name, with the name's own bit if it is known. There is no rule where the
// name cannot be read here.
func (r *rule) member(name []byte, escaped bool) (*rule, uint64) {
	if r.members.slots == nil {
		return r.rest, 0
	}
	if escaped {
		var room [longestEscaped]byte
		plain, ok := unescape(room[:0], name)
		if !ok {
			return nil, 0
		}
		return r.named(plain)
	}
	return r.named(name)
}

func (r *rule) named(name []byte) (*rule, uint64) {
	if m := r.members.find(name); m != nil {
		return m.rule, m.bit
	}
	return r.rest, 0
}

// readName reads a member's name and the colon. It returns the position of the member's value.
func readName(doc []byte, i int) (name []byte, escaped bool, value int) {
	if i >= len(doc) || doc[i] != '"' {
		return nil, false, unsure
	}
	end, escaped := readText(doc, i+1)
	if end == unsure {
		return nil, false, unsure
	}
	colon := space(doc, end+1)
	if colon >= len(doc) || doc[colon] != ':' {
		return nil, false, unsure
	}
	return doc[i+1 : end], escaped, space(doc, colon+1)
}

// member returns the letters of the text that a member of the object at i has, as they are written: a way to look at
// what tells objects apart, such as an event's type, without decoding them. It is false where there is no object, or
// it has no such member in plain writing, or no text there. What follows the member is not looked at.
func member(doc []byte, i int, wanted string, depth int) ([]byte, bool) {
	if i >= len(doc) || doc[i] != '{' {
		return nil, false
	}
	for i = space(doc, i+1); ; i = space(doc, i+1) {
		name, _, value := readName(doc, i)
		if value == unsure {
			return nil, false
		}
		if string(name) == wanted && value < len(doc) && doc[value] == '"' {
			end, escaped := readText(doc, value+1)
			if end == unsure || escaped {
				return nil, false
			}
			return doc[value+1 : end], true
		}
		i = anything.value(doc, value, depth+1)
		if i == unsure {
			return nil, false
		}
		if i = space(doc, i); i >= len(doc) || doc[i] != ',' {
			return nil, false
		}
	}
}
