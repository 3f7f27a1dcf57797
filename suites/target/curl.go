package target

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/khop-dev/khop/mocks"
)

// Curl is a request as a command that a POSIX shell runs. It sends the very bytes that
// khop would: nothing in it means something else to the shell or to curl, and none of
// curl's own habits are left.
type Curl struct {
	URL     *url.URL // where the request goes, see Target.Address
	Request mocks.Request
	// Own are headers of the user's, over those of the request.
	Own map[string]string
	// File is where the body is read from; empty: it is part of the command.
	File string
	// Options of curl's come first, such as "-i".
	Options []string
}

// String is the command. Where the body cannot stand in it, printf writes it and curl
// reads it.
func (c Curl) String() string {
	first := append([]string{"curl"}, c.Options...)
	if c.Request.Method != http.MethodGet || len(c.Request.Body) > 0 {
		first = append(first, "-X "+c.Request.Method)
	}
	words := []string{strings.Join(first, " "), c.address()}
	add := func(option, value string) { words = append(words, option+" "+quote(value)) }
	for _, header := range c.headers() {
		add("-H", header)
	}
	piped := ""
	switch body := string(c.Request.Body); {
	case c.File != "":
		add("--data-binary", "@"+c.File)
	case body == "" && c.Request.Method == http.MethodGet:
	case len(body) <= longestWord && printable(body):
		add("--data-raw", body)
	default:
		piped = "printf " + format(body) + " | "
		words = append(words, "--data-binary @-")
	}
	return piped + strings.Join(words, " \\\n  ")
}

// longestWord is what any system takes as one argument of a program, with room to spare;
// what the shell does itself, as printf, is not bound by it.
const longestWord = 100_000

// address is the URL, and what keeps curl from reading anything into it.
func (c Curl) address() string {
	word := quote(c.URL.String())
	if strings.ContainsAny(word, "{}[]") {
		word = "--globoff " + word
	}
	if strings.Contains(c.URL.Path, "/.") {
		word = "--path-as-is " + word
	}
	if c.URL.Scheme == "https" {
		word = "--http1.1 " + word
	}
	if !wellFormed(c.URL.RequestURI()) { // curl would refuse it, or write it anew
		word = "--request-target " + quote(c.URL.RequestURI()) + " " + quote(c.URL.Scheme+"://"+c.authority()+"/")
	}
	return word
}

// authority is what stands before the path.
func (c Curl) authority() string {
	if c.URL.User != nil {
		return c.URL.User.String() + "@" + c.URL.Host
	}
	return c.URL.Host
}

// wellFormed tells whether curl takes a request's target as it is.
func wellFormed(target string) bool {
	return !strings.ContainsFunc(target, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}

// headers are all that go out, as -H takes them: first those of the request, then what
// curl would add by itself, which is taken away.
func (c Curl) headers() []string {
	var all []string
	own := map[string]bool{}
	for name := range c.Own {
		own[http.CanonicalHeaderKey(name)] = true
	}
	given := map[string]bool{}
	add := func(name, value string) {
		given[http.CanonicalHeaderKey(name)] = true
		if value == "" {
			all = append(all, name+";") // with a colon it would be taken away
			return
		}
		all = append(all, name+": "+value)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Request.Header)) {
		for _, value := range c.Request.Header[name] {
			if !own[http.CanonicalHeaderKey(name)] {
				add(name, value)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Own)) {
		add(name, c.Own[name])
	}
	for _, habit := range c.habits() {
		if !given[habit] {
			all = append(all, habit+":")
		}
	}
	return all
}

// habits are the headers that curl adds by itself to such a request.
func (c Curl) habits() []string {
	if len(c.Request.Body) == 0 && c.Request.Method == http.MethodGet {
		return []string{"Accept"}
	}
	return []string{"Accept", "Content-Type", "Expect"}
}

// printable tells whether a text comes through a terminal, a page and a JSON string as
// it is.
func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) })
}

// quote makes a word of a text, for a POSIX shell.
func quote(text string) string {
	if !printable(text) {
		return `"$(printf ` + format(text) + `)"`
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// format writes bytes as a format of printf.
func format(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '%':
			out.WriteString("%%")
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\\', r == '\'', r == '-' && i == 0, !unicode.IsPrint(r), r == utf8.RuneError && size == 1:
			for _, octet := range []byte(text[i : i+size]) {
				fmt.Fprintf(&out, `\%03o`, octet)
			}
		default:
			out.WriteString(text[i : i+size])
		}
		i += size
	}
	return "'" + out.String() + "'"
}
