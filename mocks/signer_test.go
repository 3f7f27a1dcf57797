package mocks_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/mocks"
)

// A signer is the digest, whatever it has signed before.
func TestASignerWritesTheDigest(t *testing.T) {
	for _, name := range mocks.Names() {
		p := lookup(t, name)
		var digest func(map[string]string, []byte) string
		var signer func(map[string]string) mocks.Signer
		switch {
		case p.Scheme != nil:
			digest, signer = p.Scheme.Digest, p.Scheme.Signer
		case p.Seal != nil:
			digest, signer = p.Seal.Digest, p.Seal.Signer
		default:
			continue // it does not sign
		}
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			secrets := map[string]string{}
			for _, s := range p.Secrets {
				secrets[s.Name] = rapid.String().Draw(t, s.Name)
			}
			sign := signer(secrets)
			for _, text := range rapid.SliceOfN(rapid.SliceOf(rapid.Byte()), 1, 4).Draw(t, "texts") {
				before := rapid.String().Draw(t, "before")
				if got, want := string(sign([]byte(before), text)), before+digest(secrets, text); got != want {
					t.Fatalf("%q became %q, not %q", text, got, want)
				}
			}
		}))
	}
}
