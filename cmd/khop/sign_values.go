package main

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// peeling is a header's value without some of what was put around it, and what that was.
type peeling struct {
	names []string
	of    string
}

// peeled are a value and what is left of it when one thing after another is taken away that may have got around it.
func peeled(given string) []peeling {
	all := []peeling{{of: given}}
	for _, peel := range []func(string) (name, inner string){headerInFront, blanksAround, quotesAround, blanksWithin, capitals} {
		for _, outer := range all {
			if name, inner := peel(outer.of); inner != outer.of {
				all = append(all, peeling{append(outer.names[:len(outer.names):len(outer.names)], name), inner})
			}
		}
	}
	return all
}

// headerLine is a line of a header whose name has a hyphen in it, or is the providers' own.
var headerLine = regexp.MustCompile(`(?s)^((?i:signature)|[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+):[ \t]*(.*)$`)

func headerInFront(value string) (name, inner string) {
	found := headerLine.FindStringSubmatch(value)
	if found == nil {
		return "", value
	}
	return fmt.Sprintf("written with the header's name %q in the value", found[1]), found[2]
}

func blanksAround(value string) (name, inner string) {
	inner = strings.TrimSpace(value)
	before, behind, _ := strings.Cut(value, inner)
	switch {
	case before == " " && behind == "":
		name = "written with a blank in front"
	case before == "" && behind == " ":
		name = "written with a blank behind"
	case before == "" && behind == "\n":
		name = "written with a newline behind"
	case before == "" && strings.HasPrefix(behind, "\r"):
		name = "written with a carriage return behind"
	default:
		name = "written with blanks around it"
	}
	return name, inner
}

func quotesAround(value string) (name, inner string) {
	for _, quote := range []string{`"`, "'"} {
		if inner, ok := strings.CutPrefix(value, quote); ok && strings.HasSuffix(inner, quote) {
			return "written in quotes", strings.TrimSuffix(inner, quote)
		}
	}
	return "", value
}

// prefixed is a value with a word and an equals sign in front.
var prefixed = regexp.MustCompile(`^([A-Za-z0-9]+)([ \t]*=[ \t]*)([^= \t].*)$`)

func blanksWithin(value string) (name, inner string) {
	return "written with blanks around the equals sign", prefixed.ReplaceAllString(value, "$1=$3")
}

func capitals(value string) (name, inner string) {
	found := prefixed.FindStringSubmatch(value)
	if found == nil {
		return "", value
	}
	return fmt.Sprintf("written with %q in capitals", found[1]+"="), strings.ToLower(found[1]) + found[2] + found[3]
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
