package accesstrade

import (
	"bytes"
	"encoding/json"
	"io"
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
	page   string // in place of a body: HTML
	allow  string // the header Allow of a 405
}

// maintenance is what a gateway shows while there is nothing behind it.
const maintenance = "<!doctype html>\n<title>Bảo trì</title>\n<p>Hệ thống đang bảo trì, vui lòng quay lại sau.</p>\n"

func (a reply) write(w http.ResponseWriter) {
	if a.page != "" {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.page)
		return
	}
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

// Answer is what a call was answered: the content type, and the body. The journal does
// not keep the orders of a listing, whose body is empty here.
func (e Entry) Answer() (contentType, body string) {
	fault, _ := ParseFault(e.Fault) // an unknown name is no fault
	switch {
	case fault.page:
		return "text/html; charset=utf-8", maintenance
	case e.Call == Listing && e.Verdict == Accepted:
		return contentJSON[0], ""
	}
	text, _ := encoded(outcome{e.Verdict == Accepted && fault.status == 0, e.Message}) // an outcome can always be written
	return contentJSON[0], string(text)
}

// encoded writes the body of an answer.
func encoded(body any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(body)
	return text.Bytes(), err
}
