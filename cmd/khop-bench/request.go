package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
)

// request is one that was sent: what another load generator has to repeat.
type request struct {
	header http.Header
	body   []byte
}

// typicalRequest lets khop send a few, and returns the one whose body is neither long nor
// short.
func (l *lab) typicalRequest(ctx context.Context) (request, error) {
	var mu sync.Mutex
	var seen []request
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		mu.Lock()
		seen = append(seen, request{r.Header.Clone(), body})
		mu.Unlock()
		_, _ = w.Write(accepted)
	}))
	defer target.Close()
	if _, err := l.burst(ctx, target.URL+"/hook", "--for", "10s", "--connections", "1", "--max-requests", "100"); err != nil {
		return request{}, err
	}
	mu.Lock()
	defer mu.Unlock()
	if len(seen) == 0 {
		return request{}, errors.New("khop burst has sent nothing")
	}
	slices.SortFunc(seen, func(a, b request) int { return cmp.Compare(len(a.body), len(b.body)) })
	return seen[len(seen)/2], nil
}

// script has wrk repeat the request.
func (r request) script() []byte {
	var lua bytes.Buffer
	fmt.Fprintf(&lua, "wrk.method = \"POST\"\nwrk.body = %s\n", quoted(string(r.body)))
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		if name != "Content-Length" { // wrk counts by itself
			fmt.Fprintf(&lua, "wrk.headers[%s] = %s\n", quoted(name), quoted(r.header.Get(name)))
		}
	}
	return lua.Bytes()
}

// quoted is a text as Lua reads it, whatever its bytes are.
func quoted(text string) string {
	var lua strings.Builder
	lua.WriteByte('"')
	for _, b := range []byte(text) {
		if b < ' ' || b > '~' || b == '"' || b == '\\' {
			fmt.Fprintf(&lua, `\%03d`, b)
			continue
		}
		lua.WriteByte(b)
	}
	lua.WriteByte('"')
	return lua.String()
}
