package outbox

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Sealer encrypts an app's secrets at rest: AES-256-GCM, a fresh nonce every time. It is
// for any backend; whoever keeps something that it has sealed can tell the right key
// from a wrong one.
type Sealer struct{ aead cipher.AEAD }

// ErrSealed is why something cannot be opened: it was sealed with another key, or
// changed since.
var ErrSealed = errors.New("sealed with another key")

const (
	sealKeySize = 32
	// sealRounds make a passphrase dear to guess; a key of 32 bytes needs none.
	sealRounds = 600_000
)

// NewSalt is what tells equal passphrases of different databases apart; it is kept
// beside what is sealed, and is no secret.
func NewSalt() []byte {
	salt := make([]byte, 16)
	rand.Read(salt)
	return salt
}

// NewSealer takes a key of 32 bytes in hex or base64, or a passphrase.
func NewSealer(key string, salt []byte) (*Sealer, error) {
	raw, err := sealKey(key, salt)
	if err != nil {
		return nil, fmt.Errorf("make a key of the passphrase: %w", err)
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("prepare the key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("prepare the key: %w", err)
	}
	return &Sealer{aead}, nil
}

func sealKey(key string, salt []byte) ([]byte, error) {
	if raw, err := hex.DecodeString(key); err == nil && len(raw) == sealKeySize {
		return raw, nil
	}
	unpadded := strings.TrimRight(key, "=")
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if raw, err := encoding.DecodeString(unpadded); err == nil && len(raw) == sealKeySize {
			return raw, nil
		}
	}
	return pbkdf2.Key(sha256.New, key, salt, sealRounds, sealKeySize)
}

// Seal encrypts values by their names, names included.
func (s *Sealer) Seal(values map[string]string) ([]byte, error) {
	plain, err := json.Marshal(values)
	if err != nil {
		return nil, fmt.Errorf("write the values to seal: %w", err)
	}
	return s.aead.Seal(nil, nil, plain, nil), nil
}

// Open is the way back. What was sealed with another key is ErrSealed.
func (s *Sealer) Open(sealed []byte) (values map[string]string, err error) {
	plain, err := s.aead.Open(nil, nil, sealed, nil)
	if err != nil {
		return nil, ErrSealed
	}
	if err := json.Unmarshal(plain, &values); err != nil {
		return nil, fmt.Errorf("read the sealed values: %w", err)
	}
	return values, nil
}
