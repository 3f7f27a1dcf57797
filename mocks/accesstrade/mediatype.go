package accesstrade

import (
	"bytes"
	"fmt"
	"mime"
	"regexp"
	"unicode/utf8"
)

// mediaType is what the document has a body declared as (Tracking API, Content-Type).
const mediaType = "application/json"

// mistyped says that a body is not declared as the document has it. The document does not
// say that AccessTrade refuses such a call, so that the endpoint does not either.
func mistyped(declared []string) []Problem {
	found := "none"
	if len(declared) > 0 {
		found = declared[0]
	}
	if found == mediaType { // as nearly always
		return nil
	}
	if media, _, _ := mime.ParseMediaType(found); media == mediaType {
		return nil
	}
	return []Problem{problem("", "content-type", fmt.Sprintf("expected %s, found %.100s", mediaType, found))}
}

// beginnings are the first bytes by which a body is known that is no JSON as it stands.
var beginnings = []struct{ bytes, what string }{
	{"\xef\xbb\xbf", "begins with a byte order mark, which JSON must not have: write it without one"},
	{"\xff\xfe", "is UTF-16, and UTF-8 is wanted"},
	{"\xfe\xff", "is UTF-16, and UTF-8 is wanted"},
	{"\x1f\x8b", "is compressed with gzip, and plain JSON is wanted"},
	{"\x28\xb5\x2f\xfd", "is compressed with zstd, and plain JSON is wanted"},
}

// form is how a form-encoded body begins: the name of a field, and its value.
var form = regexp.MustCompile(`^[\w.%+\[\]-]+=`)

// otherThanJSON says what a body is in place of JSON, where that can be told at a glance;
// empty where it may be JSON.
func otherThanJSON(body []byte) string {
	for _, b := range beginnings {
		if bytes.HasPrefix(body, []byte(b.bytes)) {
			return b.what
		}
	}
	switch {
	case !utf8.Valid(body):
		return "is not UTF-8"
	case form.Match(body):
		return "is form-encoded, and JSON is wanted"
	}
	return ""
}
