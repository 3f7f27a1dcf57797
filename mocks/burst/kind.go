package burst

// Kind is what an event of a burst is there for.
type Kind uint8

// The kinds.
const (
	// Genuine is a new event, signed as it is sent.
	Genuine Kind = iota
	// Duplicate is an event that the target has acknowledged, once more byte for byte.
	Duplicate
	// Stale is signed correctly, at a time that is long past.
	Stale
	// BadSignature is a new event whose signature is of another one.
	BadSignature
)

// Kinds are all of them, in the order in which they are shown.
var Kinds = []Kind{Genuine, Duplicate, Stale, BadSignature}

// String is the kind's word in reports and flags.
func (k Kind) String() string {
	return [...]string{"genuine", "duplicate", "stale", "bad-signature"}[k]
}

// MarshalText writes the kind's word.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Shares is what part of all events is of a kind, from 0 to 1; the rest is genuine.
type Shares struct {
	Duplicates   float64 `json:"duplicates,omitempty"`
	Stale        float64 `json:"stale,omitempty"`
	BadSignature float64 `json:"bad_signature,omitempty"`
}
