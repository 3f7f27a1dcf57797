package metrics

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/khop-dev/khop/mocks/outbox"
)

// healthPatience is how long the store may take to show that it can be written.
const healthPatience = 2 * time.Second

// Health says whether khop can do its work: 200 {"status":"ok"}, or 503
// {"status":"unavailable"}. Why it cannot is for the log alone: anybody may ask for
// health, and paths and addresses are not for anybody.
func Health(b outbox.Backend, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), healthPatience)
		defer cancel()
		status, word := http.StatusOK, "ok"
		if err := b.Healthy(ctx); err != nil {
			status, word = http.StatusServiceUnavailable, "unavailable"
			if log != nil {
				log.ErrorContext(ctx, "the store cannot be written", "error", err)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"status":"` + word + `"}` + "\n")) // a client that went away is its own loss
	})
}
