package main

import (
	"crypto/subtle"
	"fmt"
	"io"
	"strings"

	"github.com/khop-dev/khop/suites/lang"
)

// judge says whether a header's value fits the bytes, or what it is instead.
func (s signature) judge(out io.Writer, given string, spoken lang.Language) error {
	given = s.withoutName(given)
	if how, fits := s.fits(given, spoken); fits {
		fmt.Fprintln(out, how)
		return nil
	}
	fmt.Fprintln(out, spoken.Text("does not fit"))
	mistakes := s.mistakes(given)
	for _, mistake := range mistakes {
		fmt.Fprintln(out, "  "+spoken.Textf("it is %s", mistake))
	}
	if mistakes == nil {
		fmt.Fprintln(out, "  "+spoken.Text("it is no mistake that khop knows: look at the secret, and whether these are the bytes that were signed"))
	}
	fmt.Fprintln(out, "  "+spoken.Textf("right would be %s: %s", s.scheme.Header, s.right()))
	return verdict{exitFailed}
}

// fits tells whether a value is right, and in which way where there are several.
func (s signature) fits(given string, spoken lang.Language) (how string, fits bool) {
	for i, account := range s.accounts {
		if equal(given, s.valueFor(account)) {
			if i > 0 {
				return spoken.Text("fits, written in another way than khop does by default, which the document allows too"), true
			}
			return spoken.Text("fits"), true
		}
	}
	for _, formula := range s.formulas {
		if equal(given, formula.Digest(s.accounts[0].Secrets, s.body)) {
			return spoken.Textf("fits, as %s", formula.Name), true
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

// mostMistakes is how many mistakes at a time are looked for.
const mostMistakes = 3

// mistakes says what was done to get a value: with what bytes, by which construction, in what writing. It tells the
// fewest mistakes that make the value; nil where no few of them do.
func (s signature) mistakes(given string) []string {
	bodies, constructions, values := bodyVariants(s.body), s.constructions(), peeled(given)
	var fewest []string
	for _, body := range bodies {
		for _, construction := range constructions {
			digest := construction.of(body.of)
			writings := s.writings(digest)
			for _, value := range values {
				for _, writing := range append(writings, s.cuts(digest, value.of)...) {
					if !equal(value.of, writing.of) {
						continue
					}
					names := append(named(construction.name, body.name, writing.name), value.names...)
					if len(names) > 0 && len(names) <= mostMistakes && (fewest == nil || len(names) < len(fewest)) {
						fewest = names
					}
				}
			}
		}
	}
	return fewest
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
