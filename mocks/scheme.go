package mocks

// Scheme is how a provider signs: which bytes, with which construction, in which
// header.
type Scheme struct {
	// Header is the name as the document writes it.
	Header string
	// Digest computes the signature of body, in the text form that is documented.
	Digest func(secrets map[string]string, body []byte) string
	// Signer is Digest made ready for many bodies; nil where nobody took the trouble.
	Signer func(secrets map[string]string) Signer
	// Wrap puts a digest into the header value that the account's dialect wants;
	// nil when the value is the digest alone.
	Wrap func(Account, string) string
	// Lookalikes are constructions that this one is taken for.
	Lookalikes []Lookalike
}

// Signer writes the digest of a text onto the end of dst, without allocating where dst
// has room. It keeps the state of its hash and is for one goroutine at a time.
type Signer func(dst, text []byte) []byte

// Seal is a signature inside the payload, over the text of one of its members.
type Seal struct {
	Member string // pointer of what is signed
	Digest func(secrets map[string]string, text []byte) string
	Signer func(secrets map[string]string) Signer // as that of a Scheme
}

// Value is the header value for a digest.
func (s *Scheme) Value(account Account, digest string) string {
	if s.Wrap == nil {
		return digest
	}
	return s.Wrap(account, digest)
}

// Confusion sorts lookalikes by what was misunderstood.
type Confusion string

// The confusions. All but Misreading are constructions that an attacker, or a
// receiver's own mistake, could make pass for genuine, and that a check sends.
const (
	WithoutSecret     Confusion = "without-secret"
	EmptySecret       Confusion = "empty-secret"
	SwappedKeys       Confusion = "swapped-keys"
	OtherConstruction Confusion = "other-construction"
	// Misreading is only looked for when a target refuses the genuine signature,
	// to tell its author what the target seems to compute instead.
	Misreading Confusion = "misreading"
)

// Lookalike is a digest that resembles the documented one and is not it.
type Lookalike struct {
	Confusion Confusion
	Name      string // ends the sentence "computed as ..."
	Digest    func(secrets map[string]string, body []byte) string
}

// Confused lists the lookalikes of one confusion.
func (s *Scheme) Confused(by Confusion) []Lookalike {
	var found []Lookalike
	for _, l := range s.Lookalikes {
		if l.Confusion == by {
			found = append(found, l)
		}
	}
	return found
}
