package wire

import (
	"fmt"
	"net/http"
)

// ProblemType is the media type of a Problem.
const ProblemType = "application/problem+json"

// Problem is why a request was refused (RFC 9457).
type Problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	// Detail names what is wrong; where See is not there, the way out too.
	Detail string `json:"detail"`
	// Pointer is the member of the request's body that is to blame, or empty.
	Pointer string `json:"pointer,omitempty"`
	// See is a path of the API, or empty: a GET of it tells what there is.
	See string `json:"see,omitempty"`
}

// Error is the detail, or the status where there is none.
func (p *Problem) Error() string {
	if p.Detail != "" {
		return p.Detail
	}
	return fmt.Sprintf("%d %s", p.Status, http.StatusText(p.Status))
}

// Refuse makes a problem of a status and a detail.
func Refuse(status int, format string, operands ...any) *Problem {
	return &Problem{Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, operands...)}
}
