package accesstrade

import (
	"fmt"
	"net/http"
	"strconv"
)

// view answers a question about the endpoint itself, which no merchant asks and no
// journal keeps.
func view(w http.ResponseWriter, r *http.Request, show func(*http.Request) reply) {
	w.Header().Set("Cache-Control", "no-store")
	if r.Method != http.MethodGet {
		reply{status: http.StatusMethodNotAllowed, body: outcome{false, "method: ask with GET"}, allow: http.MethodGet}.write(w)
		return
	}
	show(r).write(w)
}

// viewJournal shows the calls that are kept, oldest first; with ?since=12 only those
// with a higher number.
func (e *Endpoint) viewJournal(r *http.Request) reply {
	since := 0
	if word := r.URL.Query().Get("since"); word != "" {
		var err error
		if since, err = strconv.Atoi(word); err != nil || since < 0 {
			return reply{status: http.StatusBadRequest, body: outcome{false, fmt.Sprintf("since: %q is not the number of a call", e.keys.mask(cut(word, 80)))}}
		}
	}
	entries, total := e.journal.since(since)
	return reply{status: http.StatusOK, body: struct {
		Total   int     `json:"total"`
		Entries []Entry `json:"entries"`
	}{total, entries}}
}

// viewTransactions shows every order that is kept, in the order in which they were
// first reported.
func (e *Endpoint) viewTransactions(r *http.Request) reply {
	orders, err := e.config.Store.List(r.Context(), Filter{})
	if err != nil {
		return reply{status: http.StatusInternalServerError, body: outcome{false, "khop's own store failed: " + err.Error()}}
	}
	return reply{status: http.StatusOK, body: struct {
		Total        int     `json:"total"`
		Transactions []Order `json:"transactions"`
	}{len(orders), orders}}
}
