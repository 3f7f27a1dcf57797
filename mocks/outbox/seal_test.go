package outbox_test

import (
	"bytes"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks/outbox"
)

func TestSealedValuesComeBackWithTheirKeyAlone(t *testing.T) {
	salt := outbox.NewSalt()
	values := map[string]string{"token": "very secret", "": "\x00"}
	for _, key := range []string{
		"a passphrase",
		strings.Repeat("0f", 32),
		"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
	} {
		sealer, err := outbox.NewSealer(key, salt)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := sealer.Seal(values)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(sealed, []byte("secret")) || bytes.Contains(sealed, []byte("token")) {
			t.Errorf("%s: the sealed values can be read", key)
		}
		if opened, err := sealer.Open(sealed); err != nil || !maps.Equal(opened, values) {
			t.Errorf("%s: opened %v, %v", key, opened, err)
		}
		other, err := outbox.NewSealer(key+"x", salt)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.Open(sealed); !errors.Is(err, outbox.ErrSealed) {
			t.Errorf("%s: another key: %v", key, err)
		}
		sealed[len(sealed)-1] ^= 1
		if _, err := sealer.Open(sealed); !errors.Is(err, outbox.ErrSealed) {
			t.Errorf("%s: a changed text: %v", key, err)
		}
	}
}

func TestEqualPassphrasesOfTwoDatabasesAreDifferentKeys(t *testing.T) {
	one, err := outbox.NewSealer("same", outbox.NewSalt())
	if err != nil {
		t.Fatal(err)
	}
	two, err := outbox.NewSealer("same", outbox.NewSalt())
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := one.Seal(map[string]string{"a": "b"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := two.Open(sealed); !errors.Is(err, outbox.ErrSealed) {
		t.Errorf("opened with another database's key: %v", err)
	}
}
