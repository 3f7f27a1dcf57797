package metrics

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// other stands for routes and methods that khop does not know, so that a stranger cannot
// make up figures without end.
const other = "other"

// methods are those that khop's routes have.
var methods = map[string]bool{"GET": true, "HEAD": true, "POST": true, "PATCH": true, "PUT": true, "DELETE": true, "OPTIONS": true}

// Watch counts requests by their route and writes a line to the log for each: method,
// route, status, duration and who asked. Bodies, query strings, headers and what stands
// in a path never get there. A nil log takes no lines.
//
// The route is the pattern of the http.ServeMux that answers in the end, and so has to
// see the request itself, not a copy (http.Request.WithContext, http.StripPrefix).
func (m *Metrics) Watch(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		watched := &watchedWriter{ResponseWriter: w}
		defer func() {
			m.answered(r, watched, time.Since(began))
			if log != nil {
				write(log, r, watched.result(), time.Since(began))
			}
		}()
		next.ServeHTTP(watched, r)
	})
}

func (m *Metrics) answered(r *http.Request, w *watchedWriter, took time.Duration) {
	method := r.Method
	if !methods[method] {
		method = other
	}
	m.requests.WithLabelValues(routeOf(r), method, strconv.Itoa(w.result())).Inc()
	if !w.streams() {
		m.answering.WithLabelValues(routeOf(r)).Observe(took.Seconds())
	}
}

// write writes a request's line; what khop itself could not do stands out.
func write(log *slog.Logger, r *http.Request, status int, took time.Duration) {
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	remote, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		remote = r.RemoteAddr
	}
	log.LogAttrs(context.WithoutCancel(r.Context()), level, "request",
		slog.String("method", cut(r.Method)), slog.String("route", routeOf(r)), slog.Int("status", status),
		slog.Duration("took", took), slog.String("remote", remote))
}

// routeOf is the path's pattern, without the method in front.
func routeOf(r *http.Request) string {
	_, path, found := strings.Cut(r.Pattern, " ")
	if !found {
		path = r.Pattern
	}
	if path == "" {
		return other
	}
	return path
}

// cut bounds a word that a stranger has written.
func cut(word string) string { return word[:min(len(word), 20)] }

// watchedWriter remembers the status of an answer.
type watchedWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader begins the answer.
func (w *watchedWriter) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write writes a piece of the answer.
func (w *watchedWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController: streams flush and set deadlines.
func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// result is the status of the answer; a handler that has said nothing has said 200.
func (w *watchedWriter) result() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

func (w *watchedWriter) streams() bool {
	return strings.HasPrefix(w.Header().Get("Content-Type"), "text/event-stream")
}
