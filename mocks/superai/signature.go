package superai

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"

	"github.com/khop-dev/khop/mocks"
)

// scheme is the documented one: lower-case hex HMAC-SHA256 of the raw body, keyed
// with the partner code (section "Xác Thực Webhook" and its four sample receivers).
func scheme() *mocks.Scheme {
	return &mocks.Scheme{Header: "Signature", Digest: digest, Signer: signer, Lookalikes: lookalikes}
}

func digest(secrets map[string]string, body []byte) string {
	return hex.EncodeToString(mac(sha256.New, secrets[PartnerCode], body))
}

// signer keeps the keyed state of the HMAC from one body to the next.
func signer(secrets map[string]string) mocks.Signer {
	mac := hmac.New(sha256.New, []byte(secrets[PartnerCode]))
	sum := make([]byte, 0, sha256.Size)
	return func(dst, body []byte) []byte {
		mac.Reset()
		mac.Write(body)
		return hex.AppendEncode(dst, mac.Sum(sum))
	}
}

func mac(hash func() hash.Hash, key string, body []byte) []byte {
	h := hmac.New(hash, []byte(key))
	h.Write(body)
	return h.Sum(nil)
}

func plain(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

var lookalikes = []mocks.Lookalike{
	{Confusion: mocks.WithoutSecret, Name: "sha256(body), which needs no secret", Digest: func(_ map[string]string, body []byte) string {
		return plain(string(body))
	}},
	{Confusion: mocks.EmptySecret, Name: "HMAC-SHA256 with an empty key", Digest: keyed("")},
	{Confusion: mocks.EmptySecret, Name: `HMAC-SHA256 keyed with the word "undefined"`, Digest: keyed("undefined")},
	{Confusion: mocks.EmptySecret, Name: `HMAC-SHA256 keyed with the word "null"`, Digest: keyed("null")},
	{Confusion: mocks.EmptySecret, Name: `HMAC-SHA256 keyed with the word "None"`, Digest: keyed("None")},
	{Confusion: mocks.OtherConstruction, Name: "plain sha256(body + partner_code)", Digest: func(s map[string]string, body []byte) string {
		return plain(string(body), s[PartnerCode])
	}},
	{Confusion: mocks.OtherConstruction, Name: "plain sha256(partner_code + body)", Digest: func(s map[string]string, body []byte) string {
		return plain(s[PartnerCode], string(body))
	}},
	{Confusion: mocks.OtherConstruction, Name: "HMAC-SHA256 with body and key exchanged", Digest: func(s map[string]string, body []byte) string {
		return hex.EncodeToString(mac(sha256.New, string(body), []byte(s[PartnerCode])))
	}},
	{Confusion: mocks.OtherConstruction, Name: "HMAC-SHA1", Digest: func(s map[string]string, body []byte) string {
		return hex.EncodeToString(mac(sha1.New, s[PartnerCode], body))
	}},
	{Confusion: mocks.Misreading, Name: "HMAC-MD5", Digest: func(s map[string]string, body []byte) string {
		return hex.EncodeToString(mac(md5.New, s[PartnerCode], body))
	}},
	{Confusion: mocks.Misreading, Name: "HMAC-SHA512", Digest: func(s map[string]string, body []byte) string {
		return hex.EncodeToString(mac(sha512.New, s[PartnerCode], body))
	}},
	{Confusion: mocks.Misreading, Name: "HMAC-SHA256 in base64 instead of hex", Digest: func(s map[string]string, body []byte) string {
		return base64.StdEncoding.EncodeToString(mac(sha256.New, s[PartnerCode], body))
	}},
	{Confusion: mocks.Misreading, Name: "HMAC-SHA256 in upper-case hex", Digest: func(s map[string]string, body []byte) string {
		return strings.ToUpper(digest(s, body))
	}},
	{Confusion: mocks.Misreading, Name: `HMAC-SHA256 with the prefix "sha256="`, Digest: func(s map[string]string, body []byte) string {
		return "sha256=" + digest(s, body)
	}},
	{Confusion: mocks.OtherConstruction, Name: "the partner code itself, compared as a static token", Digest: func(s map[string]string, _ []byte) string {
		return s[PartnerCode]
	}},
}

func keyed(key string) func(map[string]string, []byte) string {
	return func(_ map[string]string, body []byte) string {
		return hex.EncodeToString(mac(sha256.New, key, body))
	}
}
