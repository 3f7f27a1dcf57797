package mobio

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// scheme is the documented one: lower-case hex of plain SHA-256 (no HMAC) over
// app_id + data_string + app_secret, data_string being the webhook's data.
func scheme() *mocks.Scheme {
	return &mocks.Scheme{Header: "X-mevent-signature", Digest: digest, Signer: signer, Wrap: wrap, Lookalikes: lookalikes}
}

func digest(secrets map[string]string, body []byte) string {
	return plain(secrets[AppID], string(body), secrets[AppSecret])
}

// signer keeps the hash, and the two secrets as the bytes that it takes.
func signer(secrets map[string]string) mocks.Signer {
	hash, sum := sha256.New(), make([]byte, 0, sha256.Size)
	id, secret := []byte(secrets[AppID]), []byte(secrets[AppSecret])
	return func(dst, body []byte) []byte {
		hash.Reset()
		hash.Write(id)
		hash.Write(body)
		hash.Write(secret)
		return hex.AppendEncode(dst, hash.Sum(sum))
	}
}

func wrap(account mocks.Account, digest string) string {
	if account.Settings[Signature] == "bare" {
		return digest
	}
	return "mac=" + digest
}

func sum(parts ...string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(parts, "")))
	return sum[:]
}

func plain(parts ...string) string { return hex.EncodeToString(sum(parts...)) }

func mac(key string, parts ...string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(h.Sum(nil))
}

// like spells a lookalike in terms of app_id, body and app_secret.
func like(confusion mocks.Confusion, name string, digest func(id, body, secret string) string) mocks.Lookalike {
	return mocks.Lookalike{Confusion: confusion, Name: name, Digest: func(s map[string]string, body []byte) string {
		return digest(s[AppID], string(body), s[AppSecret])
	}}
}

var lookalikes = []mocks.Lookalike{
	like(mocks.WithoutSecret, "sha256(body), which needs no secret", func(_, body, _ string) string { return plain(body) }),
	like(mocks.WithoutSecret, "sha256(app_id + body), which needs no secret", func(id, body, _ string) string { return plain(id, body) }),
	like(mocks.EmptySecret, "sha256(app_id + body), app_secret being empty", func(id, body, _ string) string { return plain(id, body) }),
	like(mocks.EmptySecret, `sha256(app_id + body + "undefined")`, func(id, body, _ string) string { return plain(id, body, "undefined") }),
	like(mocks.EmptySecret, `sha256(app_id + body + "null")`, func(id, body, _ string) string { return plain(id, body, "null") }),
	like(mocks.EmptySecret, `sha256(app_id + body + "None")`, func(id, body, _ string) string { return plain(id, body, "None") }),
	like(mocks.EmptySecret, `sha256("undefined" + body + "undefined")`, func(_, body, _ string) string { return plain("undefined", body, "undefined") }),
	like(mocks.EmptySecret, `sha256("None" + body + "None")`, func(_, body, _ string) string { return plain("None", body, "None") }),
	like(mocks.SwappedKeys, "sha256(app_secret + body + app_id)", func(id, body, secret string) string { return plain(secret, body, id) }),
	like(mocks.OtherConstruction, "HMAC-SHA256(app_secret, body)", func(_, body, secret string) string { return mac(secret, body) }),
	like(mocks.OtherConstruction, "HMAC-SHA256(app_secret, app_id + body)", func(id, body, secret string) string { return mac(secret, id, body) }),
	like(mocks.OtherConstruction, "HMAC-SHA256(app_secret, app_id + body + app_secret)", func(id, body, secret string) string { return mac(secret, id, body, secret) }),
	like(mocks.OtherConstruction, "sha256(body + app_secret), without app_id", func(_, body, secret string) string { return plain(body, secret) }),
	like(mocks.OtherConstruction, "sha256(app_id + app_secret + body)", func(id, body, secret string) string { return plain(id, secret, body) }),
	like(mocks.OtherConstruction, "sha256(body + app_id + app_secret)", func(id, body, secret string) string { return plain(body, id, secret) }),
	like(mocks.OtherConstruction, "the app secret itself, compared as a static token", func(_, _, secret string) string { return secret }),
	like(mocks.Misreading, "sha256(app_secret + app_id + body)", func(id, body, secret string) string { return plain(secret, id, body) }),
	like(mocks.Misreading, "HMAC-SHA256(app_id, body)", func(id, body, _ string) string { return mac(id, body) }),
	like(mocks.Misreading, "the documented formula over data_event alone", func(id, body, secret string) string { return plain(id, dataEvent(body, rawjson.Compact), secret) }),
	like(mocks.Misreading, "the documented formula over data_event alone, as Python's json.dumps writes it", func(id, body, secret string) string {
		return plain(id, dataEvent(body, rawjson.Python), secret)
	}),
	like(mocks.Misreading, "the documented digest in upper-case hex", func(id, body, secret string) string { return strings.ToUpper(plain(id, body, secret)) }),
	like(mocks.Misreading, "the documented digest in base64 instead of hex", func(id, body, secret string) string {
		return base64.StdEncoding.EncodeToString(sum(id, body, secret))
	}),
	like(mocks.Misreading, "SHA-1 instead of SHA-256", func(id, body, secret string) string {
		sum := sha1.Sum([]byte(id + body + secret))
		return hex.EncodeToString(sum[:])
	}),
	like(mocks.Misreading, "SHA-512 instead of SHA-256", func(id, body, secret string) string {
		sum := sha512.Sum512([]byte(id + body + secret))
		return hex.EncodeToString(sum[:])
	}),
	joinedBy("+"), joinedBy(" "), joinedBy("|"), joinedBy(":"), joinedBy("\n"),
	like(mocks.Misreading, "HMAC-MD5(app_secret, body)", func(_, body, secret string) string {
		h := hmac.New(md5.New, []byte(secret))
		h.Write([]byte(body))
		return hex.EncodeToString(h.Sum(nil))
	}),
	like(mocks.Misreading, "MD5 instead of SHA-256", func(id, body, secret string) string {
		sum := md5.Sum([]byte(id + body + secret))
		return hex.EncodeToString(sum[:])
	}),
}

// joinedBy is the documented formula with something between its parts.
func joinedBy(separator string) mocks.Lookalike {
	return like(mocks.Misreading, fmt.Sprintf("the documented formula with %q between its parts", separator), func(id, body, secret string) string {
		return plain(id, separator, body, separator, secret)
	})
}

// dataEvent cuts the member data_event out of a bare event, in the given style.
func dataEvent(body string, style rawjson.Style) string {
	event, err := rawjson.Parse([]byte(body))
	if err != nil {
		return body
	}
	if data, ok := event.Get("/data_event"); ok {
		return string(style.Encode(data))
	}
	return body
}
