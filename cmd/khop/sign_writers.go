package main

import (
	"bytes"
	"slices"

	"github.com/khop-dev/khop/schemas/rawjson"
)

// writers are what programs write JSON anew with. Several write alike: which of them, the
// bytes cannot tell.
var writers = []variant[func(rawjson.Value) []byte]{
	{rawjson.Compact.Name, rawjson.Compact.Encode},
	{`Python's json.dumps(separators=(",", ":"), ensure_ascii=False)`, rawjson.Compact.Encode},
	{"PHP's json_encode with JSON_UNESCAPED_UNICODE and JSON_UNESCAPED_SLASHES", rawjson.Compact.Encode},
	{"Java's Jackson", rawjson.Compact.Encode},
	{rawjson.Python.Name, rawjson.Python.Encode},
	{rawjson.PHP.Name, rawjson.PHP.Encode},
	{`Python's json.dumps(separators=(",", ":"))`, compactASCII},
	{"PHP's json_encode with JSON_UNESCAPED_SLASHES", compactASCII},
	{rawjson.GoMap.Name, rawjson.GoMap.Encode},
	{rawjson.Sorted.Name, rawjson.Sorted.Encode},
	{rawjson.Pretty.Name, rawjson.Pretty.Encode},
	{"Python's json.dumps(indent=2, ensure_ascii=False)", rawjson.Pretty.Encode},
	{"JSON.stringify with an indent of 2", rawjson.Pretty.Encode},
	{rawjson.Spaced.Name, rawjson.Spaced.Encode},
	{"Python's json.dumps(ensure_ascii=False)", rawjson.Spaced.Encode},
	{rawjson.EscapedUpper.Name, rawjson.EscapedUpper.Encode},
}

// compactASCII escapes what is not ASCII, as PHP does, and leaves slashes alone.
func compactASCII(payload rawjson.Value) []byte {
	return bytes.ReplaceAll(rawjson.PHP.Encode(payload), []byte(`\/`), []byte("/"))
}

// rewritings are the texts that a payload becomes, each with the names of all that write
// it so.
func rewritings(payload rawjson.Value) []variant[[]byte] {
	var all []variant[[]byte]
	for _, writer := range writers {
		text := writer.of(payload)
		if i := slices.IndexFunc(all, func(v variant[[]byte]) bool { return bytes.Equal(v.of, text) }); i >= 0 {
			all[i].name += " or " + writer.name
		} else {
			all = append(all, variant[[]byte]{writer.name, text})
		}
	}
	return all
}
