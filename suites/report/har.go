package report

import (
	"encoding/json"
	"fmt"
	"io"
)

// HAR writes the exchanges of a run as an HTTP archive, edition 1.2, which browsers
// and proxies open: a page for every check that sent something, an entry for every
// exchange of it (http://www.softwareishard.com/blog/har-12-spec/).
//
// Entries are written as they are added, so that a run of any length needs no more
// memory than its list of pages, which the archive ends with.
type HAR struct {
	w      io.Writer
	pages  []harPage
	known  map[string]bool // ids of pages
	filled bool            // an entry has been written
	err    error           // the first that came; nothing is written after it
}

// NewHAR begins an archive, written by that version of khop. An error in writing is
// told by the next Add or by Close.
func NewHAR(w io.Writer, khop string) *HAR {
	h := &HAR{w: w, known: map[string]bool{}}
	creator, err := json.Marshal(harCreator{"khop", khop})
	if err != nil {
		h.err = err
	}
	h.write([]byte(`{"log":{"version":"1.2","creator":`), creator, []byte(`,"entries":[`))
	return h
}

// Add writes the exchanges of a check. A check without any leaves no trace.
func (h *HAR) Add(check Check) error {
	if len(check.Exchanges) == 0 {
		return h.err
	}
	page := newHARPage(check)
	page.ID = h.unique(page.ID)
	h.pages = append(h.pages, page)
	for _, exchange := range check.Exchanges {
		h.entry(newHAREntry(page.ID, exchange))
	}
	return h.err
}

// Close writes the pages and ends the archive; it does not close the writer.
func (h *HAR) Close() error {
	pages := h.pages
	if pages == nil {
		pages = []harPage{}
	}
	raw, err := json.Marshal(pages)
	if err != nil && h.err == nil {
		h.err = err
	}
	h.write([]byte("\n],\"pages\":"), raw, []byte("}}\n"))
	return h.err
}

// entry writes one entry on a line of its own.
func (h *HAR) entry(entry any) {
	raw, err := json.Marshal(entry)
	if err != nil && h.err == nil {
		h.err = fmt.Errorf("writing the archive: %w", err)
	}
	separator := "\n"
	if h.filled {
		separator = ",\n"
	}
	h.filled = true
	h.write([]byte(separator), raw)
}

func (h *HAR) write(parts ...[]byte) {
	for _, part := range parts {
		if h.err != nil {
			return
		}
		if _, err := h.w.Write(part); err != nil {
			h.err = fmt.Errorf("writing the archive: %w", err)
		}
	}
}

// unique is an id that no page has yet: a check that was run twice has two pages.
func (h *HAR) unique(id string) string {
	free := id
	for n := 2; h.known[free]; n++ {
		free = fmt.Sprintf("%s#%d", id, n)
	}
	h.known[free] = true
	return free
}
