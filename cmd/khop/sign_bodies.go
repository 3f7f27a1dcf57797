package main

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/khop-dev/khop/mocks/inspect/recognise"
	"github.com/khop-dev/khop/mocks/inspect/scan"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// bodyVariants are the bytes, and what programs make of them on the way, each once.
func bodyVariants(body []byte) []variant[[]byte] {
	all := []variant[[]byte]{{"", body}}
	seen := map[string]bool{string(body): true}
	add := func(name string, changed []byte) {
		if !seen[string(changed)] {
			seen[string(changed)] = true
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
	for _, again := range encodings(body) {
		add("computed over "+again.name, again.of)
	}
	add("computed over no bytes at all: the body was read before", nil)
	for _, word := range []string{"[object Object]", "undefined", "null"} {
		add("computed over the text "+word+", which JavaScript makes of what is no text", []byte(word))
	}
	if payload, err := rawjson.Parse(body); err == nil {
		for _, changed := range changedPayloads(body, payload) {
			for _, again := range rewritings(changed.of) {
				add("computed over the JSON"+changed.name+" written anew, as "+again.name, again.of)
			}
		}
		for _, style := range []rawjson.Style{rawjson.Compact, rawjson.Python, rawjson.PHP} {
			add("computed over the JSON as a string of JSON", style.Encode(rawjson.Text(string(body))))
		}
	}
	add("computed over the bytes without any blank", bytes.Join(bytes.Fields(body), nil))
	return all
}

// encodings are the text in other bytes than those of UTF-8 as it came.
func encodings(body []byte) []variant[[]byte] {
	return []variant[[]byte]{
		{"the text in composed Unicode (NFC)", norm.NFC.Bytes(body)},
		{"the text in decomposed Unicode (NFD)", norm.NFD.Bytes(body)},
		{"the bytes read as Latin-1 and written as UTF-8", latin1(body)},
		{"the text in ASCII, with ? for every other character", narrowed(body, '~', '?')},
		{"the text in Latin-1, with ? for every other character", narrowed(body, 0xFF, '?')},
		{"the last byte of each character alone, as Node's Buffer.from(text, \"latin1\") leaves it", narrowed(body, 0xFF, 0)},
		{"the text in UTF-16 (little-endian)", inUTF16(body, binary.LittleEndian)},
		{"the text in UTF-16 (big-endian)", inUTF16(body, binary.BigEndian)},
		{"the text in UTF-16 with a byte order mark", inUTF16(append([]byte("\ufeff"), body...), binary.LittleEndian)},
		{"the text in UTF-16 (big-endian) with a byte order mark", inUTF16(append([]byte("\ufeff"), body...), binary.BigEndian)},
	}
}

// latin1 reads every byte as one character and writes the characters as UTF-8.
func latin1(body []byte) []byte {
	var text strings.Builder
	for _, b := range body {
		text.WriteRune(rune(b))
	}
	return []byte(text.String())
}

// narrowed writes each character as one byte, those beyond the last one as another, or as their lowest byte if that is
// zero.
func narrowed(body []byte, last rune, instead byte) []byte {
	var text []byte
	for _, letter := range string(body) {
		switch {
		case letter <= last || letter < utf8.RuneSelf:
			text = append(text, byte(letter))
		case instead != 0:
			text = append(text, instead)
		default:
			for _, unit := range utf16.Encode([]rune{letter}) {
				text = append(text, byte(unit))
			}
		}
	}
	return text
}

func inUTF16(body []byte, order binary.AppendByteOrder) []byte {
	var text []byte
	for _, unit := range utf16.Encode([]rune(string(body))) {
		text = order.AppendUint16(text, unit)
	}
	return text
}

// changedPayloads are a payload and what readers make of it before it is written anew.
func changedPayloads(body []byte, payload rawjson.Value) []variant[rawjson.Value] {
	return []variant[rawjson.Value]{
		{"", payload},
		{" with its numbers as a float prints them,", reprinted(payload, everyNumber, plainFloat)},
		{" with its numbers as PHP prints them with serialize_precision=17,", reprinted(payload, isFraction, precise)},
		{" with its members in the order of their names,", rawjson.MustParse(rawjson.Sorted.Encode(payload))},
		{" without the members that SuperAI's sample shows and its table lacks,", without(payload, offTable)},
		{" without the members that no document names,", without(payload, undocumentedIn(body))},
	}
}

// offTable are the members that a reader's type lacks which was made by SuperAI's table.
var offTable = []string{"/name", "/payer", "/finsurance"}

func without(payload rawjson.Value, pointers []string) rawjson.Value {
	for _, pointer := range pointers {
		payload = payload.Without(pointer)
	}
	return payload
}

// undocumentedIn are the members of a body that its provider's document does not name. Of those in one array the last
// come first, so that each can be taken away.
func undocumentedIn(body []byte) []string {
	var survey scan.Survey
	if !survey.Look(body) {
		return nil
	}
	guess := recognise.Object(body, survey.Members)
	if guess.Schema == nil {
		return nil
	}
	pointers, err := guess.Schema.Undocumented(body)
	if err != nil {
		return nil // it is no JSON, and there is nothing to take away
	}
	slices.Reverse(pointers)
	return pointers
}
