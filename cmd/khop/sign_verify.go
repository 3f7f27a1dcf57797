package main

import (
	"bytes"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// judge says whether a header's value fits the bytes, or what it is instead.
func (s signature) judge(out io.Writer, given string) error {
	given = s.withoutName(given)
	if how, fits := s.fits(given); fits {
		fmt.Fprintln(out, "fits"+how)
		return nil
	}
	fmt.Fprintln(out, "does not fit")
	mistakes := s.mistakes(given)
	for _, mistake := range mistakes {
		fmt.Fprintf(out, "  it is %s\n", mistake)
	}
	if mistakes == nil {
		fmt.Fprintln(out, "  it is no mistake that khop knows: look at the secret, and whether these are the bytes that were signed")
	}
	fmt.Fprintf(out, "  right would be %s: %s\n", s.scheme.Header, s.right())
	return verdict{exitFailed}
}

// fits tells whether a value is right, and in which way where there are several.
func (s signature) fits(given string) (how string, fits bool) {
	for i, account := range s.accounts {
		if equal(given, s.valueFor(account)) {
			if i > 0 {
				how = ", written in another way than khop does by default, which the document allows too"
			}
			return how, true
		}
	}
	for _, formula := range s.formulas {
		if equal(given, formula.Digest(s.accounts[0].Secrets, s.body)) {
			return ", as " + formula.Name, true
		}
	}
	return "", false
}

// withoutName takes the header's name away where the whole line was given.
func (s signature) withoutName(given string) string {
	name, value, ok := strings.Cut(given, ":")
	if ok && strings.EqualFold(strings.TrimSpace(name), s.scheme.Header) {
		return strings.TrimPrefix(value, " ")
	}
	return given
}

// equal compares in a time that says nothing about either text.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// variant is one way to get something wrong, or right where it has no name.
type variant[T any] struct {
	name string
	of   T
}

// mistakes says what was done to get a value: with what bytes, by which construction, in
// what writing. It looks for one mistake first, then for two and for three at a time; nil
// where none of them makes the value.
func (s signature) mistakes(given string) []string {
	bodies, constructions := bodyVariants(s.body), s.constructions()
	for most := 1; most <= 3; most++ {
		for _, body := range bodies {
			for _, construction := range constructions {
				digest := construction.of(body.of)
				for _, writing := range append(s.writings(digest), s.cuts(digest, given)...) {
					names := named(construction.name, body.name, writing.name)
					if len(names) == most && equal(given, writing.of) {
						return names
					}
				}
			}
		}
	}
	return nil
}

func named(names ...string) []string {
	var all []string
	for _, name := range names {
		if name != "" {
			all = append(all, name)
		}
	}
	return all
}

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
	for _, change := range []variant[func(string) string]{
		{"computed with a newline behind the secret", func(v string) string { return v + "\n" }},
		{"computed with a blank before the secret", func(v string) string { return " " + v }},
		{"computed with a blank behind the secret", func(v string) string { return v + " " }},
		{"computed with the blanks around the secret trimmed", strings.TrimSpace},
		{"computed with the secret in quotes", strconv.Quote},
		{"computed with the secret in lower case", strings.ToLower},
		{"computed with the secret in upper case", strings.ToUpper},
	} {
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

// writings are the ways in which a digest gets into a header: that of each dialect, and
// others. The first that is not right has a name.
func (s signature) writings(digest string) []variant[string] {
	right := s.scheme.Value(s.accounts[0], digest)
	all := []variant[string]{{"", right}}
	for _, account := range s.accounts[1:] {
		all = append(all, variant[string]{"", s.scheme.Value(account, digest)})
	}
	for _, prefix := range []string{"mac=", "sha256=", "sha1=", "md5=", "v1=", "Bearer "} {
		if !strings.HasPrefix(right, prefix) {
			all = append(all, variant[string]{"written with " + strconv.Quote(prefix) + " in front", prefix + digest})
		}
	}
	if right != digest {
		all = append(all, variant[string]{"written without " + strconv.Quote(strings.TrimSuffix(right, digest)) + " in front", digest})
	}
	rewritten := []variant[string]{{"written in upper-case hex", strings.ToUpper(digest)}}
	if raw, err := hex.DecodeString(digest); err == nil {
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			rewritten = append(rewritten, variant[string]{"written in base64, not in hex", encoding.EncodeToString(raw)})
		}
		rewritten = append(rewritten, variant[string]{"written as the base64 of the hex", base64.StdEncoding.EncodeToString([]byte(digest))})
	}
	for _, w := range rewritten {
		all = append(all, w, variant[string]{w.name, s.scheme.Value(s.accounts[0], w.of)})
	}
	for name, around := range map[string]string{
		"written with a blank in front": " %s", "written with a blank behind": "%s ", "written with a newline behind": "%s\n", "written in quotes": `"%s"`,
	} {
		all = append(all, variant[string]{name, fmt.Sprintf(around, right)})
	}
	return all
}

// leastDigits are so many that a digest which has them by chance need not be thought of.
const leastDigits = 8

// cuts are what is left of a digest in a header that was cut off.
func (s signature) cuts(digest, given string) []variant[string] {
	var all []variant[string]
	for _, account := range s.accounts {
		before, after, _ := strings.Cut(s.scheme.Value(account, digest), digest)
		part, fits := strings.CutPrefix(given, before)
		part, ends := strings.CutSuffix(part, after)
		if missing := len(digest) - len(part); fits && ends && missing > 0 && len(part) >= leastDigits {
			all = append(all,
				variant[string]{fmt.Sprintf("written without its last %s", digits(missing)), before + digest[:len(part)] + after},
				variant[string]{fmt.Sprintf("written without its first %s%s", digits(missing), zeros(digest[:missing])), before + digest[missing:] + after},
			)
		}
	}
	return all
}

func digits(n int) string {
	if n == 1 {
		return "digit"
	}
	return fmt.Sprintf("%d digits", n)
}

// zeros says of digits that are all 0 how they get lost.
func zeros(lost string) string {
	if strings.Trim(lost, "0") != "" {
		return ""
	}
	return ", as a number is, which has no zeros in front"
}

// bodyVariants are the bytes, and what programs make of them on the way.
func bodyVariants(body []byte) []variant[[]byte] {
	all := []variant[[]byte]{{"", body}}
	add := func(name string, changed []byte) {
		if !bytes.Equal(changed, body) {
			all = append(all, variant[[]byte]{name, changed})
		}
	}
	add("computed over the bytes without the newline at their end", bytes.TrimRight(body, "\r\n"))
	add("computed over the bytes with a newline at their end", append(body[:len(body):len(body)], '\n'))
	add("computed over the bytes without the blanks around them", bytes.TrimSpace(body))
	add("computed over the bytes with LF in place of CRLF", bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n")))
	add("computed over the bytes with CRLF in place of LF", bytes.ReplaceAll(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n")))
	add("computed over the bytes without a byte order mark", bytes.TrimPrefix(body, []byte("\ufeff")))
	add("computed over the bytes with a byte order mark", append([]byte("\ufeff"), body...))
	add("computed over the text in composed Unicode (NFC)", norm.NFC.Bytes(body))
	add("computed over the text in decomposed Unicode (NFD)", norm.NFD.Bytes(body))
	add("computed over the bytes read as Latin-1 and written as UTF-8", latin1(body))
	add("computed over no bytes at all: the body was read before", nil)
	if payload, err := rawjson.Parse(body); err == nil {
		for _, again := range rewritings(payload) {
			add("computed over the JSON written anew, as "+again.name, again.of)
		}
		for _, again := range rewritings(rounded(payload)) {
			add("computed over the JSON written anew, as "+again.name+", its numbers as a float prints them", again.of)
		}
		add("computed over the JSON as a string of JSON", []byte(strconv.Quote(string(body))))
	}
	add("computed over the bytes without any blank", bytes.Join(bytes.Fields(body), nil))
	return all
}

// latin1 reads every byte as one character and writes the characters as UTF-8.
func latin1(body []byte) []byte {
	var text strings.Builder
	for _, b := range body {
		text.WriteRune(rune(b))
	}
	return []byte(text.String())
}

// rounded is a payload whose numbers went through double precision.
func rounded(payload rawjson.Value) rawjson.Value {
	changed := payload
	payload.Walk(func(pointer string, v rawjson.Value) {
		if number, err := strconv.ParseFloat(v.Content(), 64); v.Kind() == rawjson.Number && err == nil {
			changed = changed.With(pointer, rawjson.Literal(strconv.FormatFloat(number, 'f', -1, 64)))
		}
	})
	return changed
}
