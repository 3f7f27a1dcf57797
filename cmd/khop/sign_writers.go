package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// writers are what programs write JSON anew with. Several write alike: which of them, the
// bytes cannot tell.
var writers = []variant[func(rawjson.Value) []byte]{
	{rawjson.Compact.Name, rawjson.Compact.Encode},
	{`Python's json.dumps(separators=(",", ":"), ensure_ascii=False)`, rawjson.Compact.Encode},
	{"PHP's json_encode with JSON_UNESCAPED_UNICODE and JSON_UNESCAPED_SLASHES", rawjson.Compact.Encode},
	{"Java's Jackson", jackson},
	{"Java's Gson of a tree", gson},
	{"Java's Gson of a Map, in which every number is a double", gsonOfMap},
	{rawjson.Python.Name, rawjson.Python.Encode},
	{rawjson.PHP.Name, rawjson.PHP.Encode},
	{`Python's json.dumps(separators=(",", ":"))`, compactASCII},
	{"PHP's json_encode with JSON_UNESCAPED_SLASHES", compactASCII},
	{rawjson.GoMap.Name, rawjson.GoMap.Encode},
	{rawjson.Sorted.Name, rawjson.Sorted.Encode},
	{rawjson.Pretty.Name, rawjson.Pretty.Encode},
	{"Python's json.dumps(indent=2, ensure_ascii=False)", rawjson.Pretty.Encode},
	{"JSON.stringify with an indent of 2", rawjson.Pretty.Encode},
	{"JSON indented by four spaces", indentedBy("    ", rawjson.Compact)},
	{"JSON indented by tabs", indentedBy("\t", rawjson.Compact)},
	{"PHP's json_encode with JSON_PRETTY_PRINT", indentedBy("    ", rawjson.PHP)},
	{"Python's json.dumps(indent=4)", func(v rawjson.Value) []byte { return indent("    ", compactASCII(v)) }},
	{rawjson.Spaced.Name, rawjson.Spaced.Encode},
	{"Python's json.dumps(ensure_ascii=False)", rawjson.Spaced.Encode},
	{rawjson.EscapedUpper.Name, rawjson.EscapedUpper.Encode},
}

// compactASCII escapes what is not ASCII, as PHP does, and leaves slashes alone.
func compactASCII(payload rawjson.Value) []byte {
	return bytes.ReplaceAll(rawjson.PHP.Encode(payload), []byte(`\/`), []byte("/"))
}

// jackson writes whole numbers as they are and others as a Double prints them, of a tree as of a Map.
func jackson(payload rawjson.Value) []byte {
	return rawjson.Compact.Encode(reprinted(payload, isFraction, javaDouble))
}

// gsonEscapes are the letters that Gson escapes unless it is told not to. Outside of texts JSON has none of them.
var gsonEscapes = strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "=", `\u003d`, "'", `\u0027`, "\u2028", `\u2028`, "\u2029", `\u2029`)

func gson(payload rawjson.Value) []byte {
	return []byte(gsonEscapes.Replace(string(rawjson.Compact.Encode(payload))))
}

func gsonOfMap(payload rawjson.Value) []byte {
	return gson(reprinted(payload, everyNumber, javaDouble))
}

// indentedBy writes a value as a style does, and on lines of their own what is within it.
func indentedBy(level string, style rawjson.Style) func(rawjson.Value) []byte {
	return func(payload rawjson.Value) []byte { return indent(level, style.Encode(payload)) }
}

func indent(level string, compact []byte) []byte {
	var out bytes.Buffer
	_ = json.Indent(&out, compact, "", level) // a style writes valid JSON
	return out.Bytes()
}

// mostWriters is how many of those that write alike are named.
const mostWriters = 2

// rewritings are the texts that a payload becomes, each with the names of those that write
// it so.
func rewritings(payload rawjson.Value) []variant[[]byte] {
	var all []variant[[]byte]
	var alike [][]string
	for _, writer := range writers {
		text := writer.of(payload)
		i := slices.IndexFunc(all, func(v variant[[]byte]) bool { return bytes.Equal(v.of, text) })
		if i < 0 {
			i = len(all)
			all, alike = append(all, variant[[]byte]{of: text}), append(alike, nil)
		}
		alike[i] = append(alike[i], writer.name)
	}
	for i := range all {
		all[i].name = someOf(alike[i])
	}
	return all
}

// someOf names the first writers and counts the rest.
func someOf(writers []string) string {
	text := strings.Join(writers[:min(mostWriters, len(writers))], " or ")
	switch more := len(writers) - mostWriters; {
	case more == 1:
		text += ", and 1 other writes it so"
	case more > 1:
		text += fmt.Sprintf(", and %d others write it so", more)
	}
	return text
}
