package suites

import (
	"fmt"
	"strings"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// half is the first half of a text.
func half(text string) string { return text[:len(text)/2] }

// vietnameseDigest has as many letters as a digest, and more bytes.
var vietnameseDigest = strings.Repeat("đ", 32)

// mistypedSignatures are postbacks whose signature is no string, and one in letters that no
// digest has. A comparison that converts its sides takes some of these for equal.
func (p *Probe) mistypedSignatures() []Delivery {
	var all []Delivery
	for _, value := range []string{"true", "0", "[]", "{}", "[null]"} {
		all = append(all, p.tampered("with "+value+" for a signature", set("/signature", rawjson.MustParse([]byte(value)))))
	}
	return append(all, p.tampered("with Vietnamese letters for a signature", set("/signature", rawjson.Text(vietnameseDigest))))
}

// signedWithNothing are postbacks with an unknown access_key, signed with what an endpoint
// may get when it looks that key's secret up.
func (p *Probe) signedWithNothing() []Delivery {
	var all []Delivery
	for _, nothing := range []struct{ key, secret string }{
		{"khop-unknown", ""},
		{"khop-unknown", "undefined"},
		{"khop-unknown", "null"},
		{"khop-unknown", "None"},
		{"khop-unknown", "khop-unknown"},
		{"__proto__", "[object Object]"},
	} {
		note := fmt.Sprintf("with the unknown access_key %s, signed with %q for a secret_key", nothing.key, nothing.secret)
		all = append(all, p.tampered(note, func(v rawjson.Value) rawjson.Value {
			id, _ := v.Get("/transaction_id")
			return v.With("/access_key", rawjson.Text(nothing.key)).With("/signature", rawjson.Text(md5Of(id.Content()+nothing.secret)))
		}))
	}
	return all
}
