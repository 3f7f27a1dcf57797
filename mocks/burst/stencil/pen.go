package stencil

import "github.com/khop-dev/khop/mocks"

// Pen is what one goroutine at a time fills stencils in with.
type Pen struct {
	sign    mocks.Signer // nil where the provider does not sign
	scratch []byte
}

// Pen makes one.
func (s Sender) Pen() *Pen { return &Pen{s.signer(), make([]byte, 0, 128)} }

func (s Sender) signer() mocks.Signer {
	scheme, seal := s.Provider.Scheme, s.Provider.Seal
	switch {
	case scheme != nil:
		return s.ready(scheme.Signer, scheme.Digest)
	case seal != nil:
		return s.ready(seal.Signer, seal.Digest)
	}
	return nil
}

// ready is a signer, or a digest that serves as one.
func (s Sender) ready(signer func(map[string]string) mocks.Signer, digest func(map[string]string, []byte) string) mocks.Signer {
	if signer != nil {
		return signer(s.Account.Secrets)
	}
	return func(dst, text []byte) []byte { return append(dst, digest(s.Account.Secrets, text)...) }
}

// signed is what a letter's signature covers.
func (s Sender) signed(l letter) []byte {
	if s.Provider.Scheme != nil {
		return l.request.Body
	}
	member, _ := l.payload.Get(s.Provider.Seal.Member)
	return []byte(member.Content())
}
