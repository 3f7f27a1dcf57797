package burst

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"regexp"
	"testing"
)

// FuzzAnswer holds the reader to net/http's: whatever it takes, that takes too, with the
// same status and the same body.
func FuzzAnswer(f *testing.F) {
	for _, c := range wholes {
		f.Add([]byte(c.text[:min(len(c.text), 4<<10)]))
	}
	for _, c := range broken {
		f.Add([]byte(c.text[:min(len(c.text), 4<<10)]))
	}
	// net/http refuses trailers that were announced and change what came before; nobody
	// here looks at the announcement.
	announced := regexp.MustCompile(`(?i)\ntrailer:`)
	wide := bufio.NewReaderSize(nil, 1<<20) // net/http wants all trailers in its buffer
	f.Fuzz(func(t *testing.T, text []byte) {
		var reader answerReader
		reader.reset(bytes.NewReader(text))
		got, err := reader.next()
		if err != nil || announced.Match(text) {
			return
		}
		status, body, err := netHTTP(wide, text)
		if err != nil {
			t.Fatalf("net/http refuses %q: %v", text, err)
		}
		if got.status != status || !bytes.Equal(got.body, body[:min(len(body), maxBody)]) {
			t.Fatalf("%q: read as %d %q, and by net/http as %d %q", text, got.status, got.body, status, body)
		}
	})
}

// netHTTP reads an answer as net/http does, interim ones left out.
func netHTTP(reader *bufio.Reader, text []byte) (status int, body []byte, err error) {
	reader.Reset(bytes.NewReader(text))
	for {
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			return 0, nil, err
		}
		body, err := io.ReadAll(response.Body)
		if response.StatusCode/100 != 1 {
			return response.StatusCode, body, err
		}
	}
}
