package accesstrade

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// outcome is the documented answer to the two calls that report something.
type outcome struct {
	Status  bool   `json:"status"`
	Message string `json:"message"`
}

// done is the documented success (Tracking API, POST /core/transactions/postback).
var done = outcome{true, "Done"}

// listed is the documented answer to a listing.
type listed struct {
	Total int         `json:"total"`
	Data  []listedOne `json:"data"`
}

type listedOne struct {
	ID     string `json:"transaction_id"`
	Time   string `json:"transaction_time"`
	Status int    `json:"status"`
}

// zoneless is how the document writes times.
const zoneless = "2006-01-02T15:04:05"

// tell writes orders as a listing does.
func tell(orders []Order, zone *time.Location) listed {
	data := make([]listedOne, len(orders))
	for i, o := range orders {
		data[i] = listedOne{o.ID, o.Time.In(zone).Format(zoneless), o.Status}
	}
	return listed{len(data), data}
}

// reply is an answer before it goes out.
type reply struct {
	status int
	body   any
	allow  string // the header Allow of a 405
}

func (a reply) write(w http.ResponseWriter) {
	text, length := doneText, doneLength
	if a.body != done {
		var err error
		if text, err = encoded(a.body); err != nil {
			text = []byte(`{"status":false,"message":"khop cannot write its answer"}`)
			a.status = http.StatusInternalServerError
		}
		length = []string{strconv.Itoa(len(text))}
	}
	header := w.Header()
	header["Content-Type"], header["Content-Length"] = contentJSON, length
	if a.allow != "" {
		header.Set("Allow", a.allow)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(text) // a merchant that is gone needs no answer
}

// What most answers are made of is made once. Nobody changes a header's values.
var (
	contentJSON = []string{"application/json"}
	doneText, _ = encoded(done) // an outcome can always be written
	doneLength  = []string{strconv.Itoa(len(doneText))}
)

// encoded writes the body of an answer.
func encoded(body any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(body)
	return text.Bytes(), err
}
