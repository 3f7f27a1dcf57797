package inspect

import (
	"encoding/base64"
	"io"
	"net/url"
	"strings"

	"github.com/khop-dev/khop/mocks/inspect/scan"
)

// record hands on what the requests of a HAR file carry: the body, or the query where there is none.
func (r *reader) record() {
	doc, err := io.ReadAll(io.LimitReader(r.in, largestRecord+1))
	switch {
	case err != nil:
		r.failed(err)
		return
	case len(doc) > largestRecord:
		r.tooLarge(largestRecord)
		return
	}
	if f, ok := illegible(doc); ok {
		r.broken(text{body: doc, start: r.place}.tell([]flaw{f})[0])
		return
	}
	recording := recording{doc: doc, place: r.place}
	for _, path := range []string{"log", "entries"} {
		recording.descend(path)
	}
	r.emit(&batch{texts: recording.payloads()})
}

// recording is a HAR file on the way to its entries.
type recording struct {
	doc []byte
	at  int

	place scan.Place // of the byte at told
	told  int
}

// descend goes to a member of the object at hand; to the end of the document if it is not there.
func (h *recording) descend(name string) {
	object := scan.Space(h.doc, h.at)
	h.at = len(h.doc)
	if object < len(h.doc) && h.doc[object] == '{' {
		for _, m := range membersOf(h.doc[object:]) {
			if string(m.Name) == name {
				h.at = object + m.At
			}
		}
	}
}

// payloads are those of all entries.
func (h *recording) payloads() []text {
	var all []text
	if h.at == len(h.doc) || h.doc[h.at] != '[' {
		return nil
	}
	scan.Elements(h.doc, h.at, func(_, entry int) int {
		if t, ok := h.payload(entry); ok {
			all = append(all, t)
		}
		return scan.Skip(h.doc, entry)
	})
	return all
}

// payload is what one entry's request carries.
func (h *recording) payload(entry int) (text, bool) {
	of := func(path ...string) (literal int, meant string) {
		part := recording{doc: h.doc, at: entry}
		for _, name := range path {
			part.descend(name)
		}
		meant, _ = scan.Text(h.doc, part.at)
		return part.at, meant
	}
	at, body := of("request", "postData", "text")
	_, encoding := of("request", "postData", "encoding")
	body, packed := unwrapped(body, encoding)
	if strings.HasPrefix(strings.TrimSpace(body), "{") {
		return h.within(at, text{body: []byte(body), packed: packed}), true
	}
	at, address := of("request", "url")
	parsed, err := url.Parse(address)
	if err != nil || parsed.RawQuery == "" {
		return text{}, false
	}
	before := strings.IndexByte(address, '?') + 1
	return h.within(at, text{body: []byte(parsed.RawQuery), query: true, before: before}), true
}

// unwrapped is a body as it was sent: some recorders write it in base64 and say so as HAR does of answers.
func unwrapped(body, encoding string) (string, bool) {
	if !strings.EqualFold(encoding, "base64") {
		return body, false
	}
	sent, err := base64.StdEncoding.DecodeString(strings.TrimSpace(body))
	if err != nil {
		return body, false
	}
	return string(sent), true
}

// within is a text that is written in the literal at an offset. Literals are asked for in their order.
func (h *recording) within(at int, t text) text {
	h.place, h.told = h.place.After(h.doc[h.told:at]), at
	t.literal, t.start, t.foreign = h.doc[at:scan.Skip(h.doc, at)], h.place, true
	return t
}
