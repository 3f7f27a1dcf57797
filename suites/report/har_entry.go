package report

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The members of an archive, as HAR 1.2 names them. What begins with an underscore is
// khop's own, as the format provides for.
type (
	harCreator struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	harPage struct {
		Started string   `json:"startedDateTime"`
		ID      string   `json:"id"`
		Title   string   `json:"title"`
		Timings struct{} `json:"pageTimings"`
		Status  Status   `json:"_status,omitempty"`
	}
	harEntry struct {
		Page     string      `json:"pageref"`
		Started  string      `json:"startedDateTime"`
		Time     float64     `json:"time"`
		Request  harRequest  `json:"request"`
		Response harResponse `json:"response"`
		Cache    struct{}    `json:"cache"`
		Timings  harTimings  `json:"timings"`
		Comment  string      `json:"comment,omitempty"`
	}
	harRequest struct {
		Method      string     `json:"method"`
		URL         string     `json:"url"`
		HTTPVersion string     `json:"httpVersion"`
		Cookies     []harPair  `json:"cookies"`
		Headers     []harPair  `json:"headers"`
		QueryString []harPair  `json:"queryString"`
		PostData    *harUpload `json:"postData,omitempty"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int        `json:"bodySize"`
	}
	harUpload struct {
		MimeType string `json:"mimeType"`
		Text     string `json:"text"`
		Encoding string `json:"_encoding,omitempty"`
		Comment  string `json:"comment,omitempty"`
	}
	harResponse struct {
		Status      int        `json:"status"`
		StatusText  string     `json:"statusText"`
		HTTPVersion string     `json:"httpVersion"`
		Cookies     []harPair  `json:"cookies"`
		Headers     []harPair  `json:"headers"`
		Content     harContent `json:"content"`
		RedirectURL string     `json:"redirectURL"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int        `json:"bodySize"`
		Error       string     `json:"_error,omitempty"`
	}
	harContent struct {
		Size     int    `json:"size"`
		MimeType string `json:"mimeType"`
		Text     string `json:"text,omitempty"`
		Encoding string `json:"encoding,omitempty"`
		Comment  string `json:"comment,omitempty"`
	}
	harTimings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
	harPair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
)

const (
	// harProtocol is what khop speaks with every target.
	harProtocol = "HTTP/1.1"
	// harUnknown stands for a size that was not measured.
	harUnknown = -1
)

func newHARPage(check Check) harPage {
	return harPage{
		Started: harTime(check.Exchanges[0].Started), ID: check.ID, Status: check.Status,
		Title: fmt.Sprintf("%s %s: %s", strings.ToUpper(string(check.Status)), check.ID, check.Title),
	}
}

func newHAREntry(page string, e Exchange) harEntry {
	return harEntry{
		Page: page, Started: harTime(e.Started), Time: e.AnswerMS,
		Request: newHARRequest(e.Request), Response: newHARResponse(e),
		// The journal knows how long the whole answer took, and no parts of it.
		Timings: harTimings{Wait: e.AnswerMS},
		Comment: e.occasion(),
	}
}

// occasion is what was special about an exchange.
func (e Exchange) occasion() string {
	if e.Attempt == 0 {
		return e.Note
	}
	due := time.Duration(e.DueMS * float64(time.Millisecond)).Round(time.Millisecond)
	return strings.TrimPrefix(fmt.Sprintf("%s; attempt %d, which the provider makes %s after the first", e.Note, e.Attempt, due), "; ")
}

func newHARRequest(m Message) harRequest {
	request := harRequest{
		Method: m.Method, URL: m.URL, HTTPVersion: harProtocol, Headers: harHeaders(m.Header),
		Cookies:     []harPair{}, // they stand in the headers, as they were sent
		HeadersSize: harUnknown, BodySize: m.Size, QueryString: harQuery(m.URL),
	}
	if m.Size > 0 {
		text, encoding, comment := m.archived()
		request.PostData = &harUpload{valueOf(m.Header, "Content-Type"), text, encoding, comment}
	}
	return request
}

// newHARResponse is the answer; without one, status 0 and the reason, as browsers
// write it.
func newHARResponse(e Exchange) harResponse {
	response := harResponse{
		Cookies: []harPair{}, Headers: []harPair{}, HeadersSize: harUnknown, BodySize: harUnknown,
		Content: harContent{MimeType: "x-unknown"}, Error: e.Failure,
	}
	if e.Answer == nil {
		return response
	}
	text, encoding, comment := e.Answer.archived()
	response.Status, response.StatusText = e.Answer.Status, http.StatusText(e.Answer.Status)
	response.HTTPVersion = harProtocol
	response.Headers = harHeaders(e.Answer.Header)
	response.RedirectURL = valueOf(e.Answer.Header, "Location")
	response.BodySize = e.Answer.Size
	response.Content = harContent{e.Answer.Size, valueOf(e.Answer.Header, "Content-Type"), text, encoding, comment}
	return response
}

// archived is a body as an archive holds it, with a note where it is not all or not
// text.
func (b Body) archived() (text, encoding, comment string) {
	text = b.Text
	var notes []string
	if b.Base64 != "" {
		text, encoding = b.Base64, "base64"
		notes = append(notes, "no text: the bytes are in base64")
	}
	if b.Truncated {
		notes = append(notes, "only the beginning is here")
	}
	return text, encoding, strings.Join(notes, "; ")
}

func harHeaders(header [][2]string) []harPair {
	pairs := make([]harPair, len(header))
	for i, h := range header {
		pairs[i] = harPair{h[0], h[1]}
	}
	return pairs
}

// harQuery lists the parameters of an address in their order; what does not decode
// stays as it was sent.
func harQuery(address string) []harPair {
	pairs := []harPair{}
	_, query, _ := strings.Cut(address, "?")
	query, _, _ = strings.Cut(query, "#")
	for _, parameter := range strings.Split(query, "&") {
		if parameter != "" {
			name, value, _ := strings.Cut(parameter, "=")
			pairs = append(pairs, harPair{decoded(name), decoded(value)})
		}
	}
	return pairs
}

func decoded(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

func valueOf(header [][2]string, name string) string {
	for _, h := range header {
		if strings.EqualFold(h[0], name) {
			return h[1]
		}
	}
	return ""
}

// harTime is a moment as archives write it; the epoch where it was not recorded.
func harTime(moment time.Time) string {
	if moment.IsZero() {
		moment = time.Unix(0, 0)
	}
	return moment.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}
