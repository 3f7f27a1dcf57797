package rawjson

import "strings"

// How a member's name is written in a JSON pointer (RFC 6901), and read.
var (
	escaper   = strings.NewReplacer("~", "~0", "/", "~1")
	unescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

// Escape writes a member's name as a part of a JSON pointer.
func Escape(name string) string { return escaper.Replace(name) }

// Tokens are the member names and array indices of a JSON pointer; none for the
// whole document.
func Tokens(pointer string) []string {
	if pointer == "" {
		return nil
	}
	tokens := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, token := range tokens {
		if strings.Contains(token, "~") { // hardly ever
			tokens[i] = unescaper.Replace(token)
		}
	}
	return tokens
}
