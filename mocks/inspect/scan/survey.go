package scan

// Survey is what one quick look at the bytes of a document tells. Used again and again it allocates nothing.
type Survey struct {
	// Members are those of the outermost object, in their order.
	Members []Member

	names  [][]byte // of the objects that are open, the innermost last
	frames [deepest]frame
}

// Member is a name and where its value begins.
type Member struct {
	// Name is what stands between the quotes.
	Name []byte
	// At is the offset of the value's first byte.
	At int
}

// deepest and broadest are what a quick look puts up with: deeper documents and larger objects are rare and are left
// to a thorough reading.
const (
	deepest  = 64
	broadest = 512
)

// frame is an object that is open: where its names begin, and which hashes of names it has.
type frame struct {
	first int
	seen  [4]uint64
}

// Look goes over a document once. It is true when the Members are right, provided that the document is valid JSON,
// and no object in it has a member twice. False means that only a thorough reading can tell.
func (s *Survey) Look(doc []byte) bool {
	s.Members, s.names = s.Members[:0], s.names[:0]
	s.frames[0] = frame{}
	depth := 0
	for i := 0; i < len(doc); {
		switch doc[i] {
		case '{', '[':
			if depth++; depth == deepest {
				return false
			}
			s.frames[depth] = frame{first: len(s.names)}
			i++
		case '}', ']':
			if depth == 0 {
				return false
			}
			s.names = s.names[:s.frames[depth].first]
			depth--
			i++
		case '"':
			end, plain := text(doc, i)
			if end == len(doc) {
				return false
			}
			colon := Space(doc, end)
			if colon == len(doc) || doc[colon] != ':' {
				i = colon
				continue
			}
			name := doc[i+1 : end-1]
			if !plain || !s.first(&s.frames[depth], name) {
				return false
			}
			i = Space(doc, colon+1)
			if depth == 1 {
				s.Members = append(s.Members, Member{name, i})
			}
		default:
			i++
		}
	}
	return depth == 0
}

// first notes a name of the innermost object and tells whether it is there for the first time.
func (s *Survey) first(object *frame, name []byte) bool {
	word, bit := hash(name)
	if object.seen[word]&bit != 0 {
		for _, other := range s.names[object.first:] {
			if string(other) == string(name) {
				return false
			}
		}
	}
	object.seen[word] |= bit
	s.names = append(s.names, name)
	return len(s.names)-object.first < broadest
}

// hash is one of 256 bits for a name. Names of one object differ in length or in one of three letters mostly.
func hash(name []byte) (word int, bit uint64) {
	n := len(name)
	mixed := uint32(n) * 0x9E3779B1
	if n > 0 {
		mixed ^= uint32(name[0])*0x85EBCA6B ^ uint32(name[n-1])*0xC2B2AE35 ^ uint32(name[n/2])*0x27D4EB2F
	}
	return int(mixed >> 30), 1 << (mixed >> 24 & 63)
}

// text returns the offset behind the text whose quote is at i, the end of the document if the text does not end, and
// whether it has no escapes.
func text(doc []byte, i int) (end int, plain bool) {
	plain = true
	for i++; i < len(doc); i++ {
		switch doc[i] {
		case '"':
			return i + 1, plain
		case '\\':
			plain = false
			i++
		}
	}
	return len(doc), plain
}

// Space returns the offset of the first byte at or after i that is no white space.
func Space(doc []byte, i int) int {
	for i < len(doc) && (doc[i] == ' ' || doc[i] == '\n' || doc[i] == '\r' || doc[i] == '\t') {
		i++
	}
	return i
}
