package accesstrade

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"sync"
)

// largestBody is how many bytes a request may have.
const largestBody = 1 << 20

// unreceived is a request that did not arrive as a whole.
type unreceived struct {
	status  int
	problem Problem
}

// receive reads a request's body; what came of it, also when it broke off.
func receive(w http.ResponseWriter, r *http.Request, body *bytes.Buffer) *unreceived {
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, largestBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return &unreceived{http.StatusRequestEntityTooLarge, problem("", "body", fmt.Sprintf("it has more than %d bytes", largestBody))}
	case err != nil:
		return &unreceived{http.StatusBadRequest, problem("", "body", "it ended before its end")}
	}
	return nil
}

// bodies are buffers that no request needs at the moment.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// emptyBody is a buffer for the body of a request, which is to be given back when nothing
// looks at its bytes any more.
func emptyBody() *bytes.Buffer { return bodies.Get().(*bytes.Buffer) }

// giveBack lets another request have the buffer, unless it has become a large one.
func giveBack(body *bytes.Buffer) {
	if body.Cap() <= longestBody {
		body.Reset()
		bodies.Put(body)
	}
}
