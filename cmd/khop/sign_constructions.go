package main

import (
	"encoding/base64"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// constructions are the documented one and what it is taken for, with the secrets as they
// are and as they come out of a file or a form.
func (s signature) constructions() []variant[func([]byte) string] {
	secrets := s.accounts[0].Secrets
	all := []variant[func([]byte) string]{{"", func(body []byte) string { return s.scheme.Digest(secrets, body) }}}
	for _, lookalike := range s.scheme.Lookalikes {
		all = append(all, variant[func([]byte) string]{
			"computed as " + lookalike.Name, func(body []byte) string { return lookalike.Digest(secrets, body) },
		})
	}
	for _, change := range secretChanges {
		for _, name := range slices.Sorted(maps.Keys(secrets)) {
			changed := maps.Clone(secrets)
			if changed[name] = change.of(secrets[name]); changed[name] == secrets[name] {
				continue
			}
			all = append(all, variant[func([]byte) string]{
				change.name + " (" + name + ")", func(body []byte) string { return s.scheme.Digest(changed, body) },
			})
		}
	}
	return all
}

// secretChanges are what becomes of a secret on its way to the signature.
var secretChanges = []variant[func(string) string]{
	{"computed with a newline behind the secret", func(v string) string { return v + "\n" }},
	{"computed with a carriage return behind the secret", func(v string) string { return v + "\r" }},
	{"computed with a blank before the secret", func(v string) string { return " " + v }},
	{"computed with a blank behind the secret", func(v string) string { return v + " " }},
	{"computed with the blanks around the secret trimmed", strings.TrimSpace},
	{"computed with the secret in quotes", strconv.Quote},
	{"computed with the secret in lower case", strings.ToLower},
	{"computed with the secret in upper case", strings.ToUpper},
	{"computed with the secret decoded from hex", fromHex},
	{"computed with the secret decoded from base64", fromBase64},
}

// fromHex are the bytes that a secret spells in hex; the secret itself if it spells none.
func fromHex(secret string) string {
	raw, err := hex.DecodeString(secret)
	if err != nil {
		return secret
	}
	return string(raw)
}

// fromBase64 are the bytes that a secret spells in base64 of either alphabet; the secret itself if it spells none.
func fromBase64(secret string) string {
	bare := strings.TrimRight(secret, "=")
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if raw, err := encoding.DecodeString(bare); err == nil {
			return string(raw)
		}
	}
	return secret
}
