package stencil

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// Sender says who sends, and where to.
type Sender struct {
	Provider *mocks.Provider
	Account  mocks.Account
	URL      *url.URL
	Header   http.Header // over what the provider sends
}

// Write is the whole request of one newly born event, as the provider makes it and
// net/http sends it on a connection that stays open.
func (s Sender) Write(event mocks.Event, birth mocks.Birth) ([]byte, error) {
	l := s.letter(event, birth)
	head, err := s.head(l.request, len(l.request.Body))
	return append(head, l.request.Body...), err
}

// letter is an event on its way to the wire.
type letter struct {
	payload rawjson.Value
	request mocks.Request
}

func (s Sender) letter(event mocks.Event, birth mocks.Birth) letter {
	payload := s.Provider.Fresh(event.Payload, birth)
	if s.Provider.Envelop != nil {
		payload = s.Provider.Envelop(s.Account, payload)
	}
	request := s.Provider.Request(s.Account, s.Provider.Write(payload, rawjson.Compact))
	maps.Copy(request.Header, s.ownHeader())
	return letter{payload, request}
}

// ownHeader is what was asked for, over the address's name and password as a client
// sends them.
func (s Sender) ownHeader() http.Header {
	header := http.Header{}
	if user := s.URL.User; user != nil {
		password, _ := user.Password()
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
	maps.Copy(header, s.Header)
	return header
}

// head is what net/http sends of a request before a body of that length.
func (s Sender) head(request mocks.Request, length int) ([]byte, error) {
	r := http.Request{Method: request.Method, URL: request.To(s.URL), Host: s.Header.Get("Host"), Header: request.Header}
	if length > 0 {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(make([]byte, length))), int64(length)
	}
	var out bytes.Buffer
	if err := r.Write(&out); err != nil {
		return nil, fmt.Errorf("writing the request: %w", err)
	}
	return out.Bytes()[:out.Len()-length], nil
}
