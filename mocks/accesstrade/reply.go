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
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(a.body); err != nil {
		text.Reset()
		text.WriteString(`{"status":false,"message":"khop cannot write its answer"}`)
		a.status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(text.Len()))
	if a.allow != "" {
		w.Header().Set("Allow", a.allow)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(text.Bytes()) // a merchant that is gone needs no answer
}
