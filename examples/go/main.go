// Command receiver takes Mobio's Sales webhooks (https://help.mobio.io/articles/webhook-dataout-sales/).
//
// A delivery is read whole, its signature checked over the bytes as they came, its
// events written to disk, and only then answered 200. mobio.go knows what Mobio
// sends, ledger.go what has been applied; your own code goes into Ledger.apply.
package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

// bodyLimit is the longest body that is read, in bytes.
const bodyLimit = 1 << 20

func main() {
	if err := run(); err != nil {
		log.Fatal("receiver: ", err)
	}
}

func run() error {
	app := App{ID: os.Getenv("MOBIO_APP_ID"), Secret: os.Getenv("MOBIO_APP_SECRET")}
	if app.ID == "" || app.Secret == "" {
		return errors.New("set MOBIO_APP_ID and MOBIO_APP_SECRET: without them nobody can tell what is genuine")
	}
	ledger, err := OpenLedger(setting("STATE", "state"))
	if err != nil {
		return err
	}
	server := &http.Server{
		// The proxy that ends TLS is on the same machine. Let it forward /hook alone.
		Addr:              net.JoinHostPort("127.0.0.1", setting("PORT", "3000")),
		Handler:           routes(app, ledger),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute, // a body that never ends must not hold a connection for ever
	}

	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer release()
	stopped := make(chan error, 1)
	go func() {
		// Mobio sends again only what could not connect: what is being read is finished first.
		<-ctx.Done()
		patience, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		stopped <- server.Shutdown(patience)
	}()
	log.Printf("Mobio receiver on http://%s/hook", server.Addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

func setting(variable, otherwise string) string {
	if value := os.Getenv(variable); value != "" {
		return value
	}
	return otherwise
}

func routes(app App, ledger *Ledger) http.Handler {
	mux := http.NewServeMux()
	// Mobio asks by GET whether the address is alive.
	mux.HandleFunc("GET /hook", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, `{"status":"alive"}`) })
	mux.HandleFunc("POST /hook", func(w http.ResponseWriter, r *http.Request) { receive(w, r, app, ledger) })
	mux.HandleFunc("GET /applied/{key}", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, strconv.Itoa(ledger.Applied(r.PathValue("key"))))
	})
	return mux
}

// receive takes one delivery. The order of its steps is the point: nothing is parsed
// before it is known to be genuine, nothing acknowledged before it is on disk.
func receive(w http.ResponseWriter, r *http.Request, app App, ledger *Ledger) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		reply(w, http.StatusRequestEntityTooLarge, `{"error":"body too long"}`)
		return
	case err != nil:
		reply(w, http.StatusBadRequest, `{"error":"body incomplete"}`)
		return
	}
	if !app.Signed(r.Header, raw) {
		reply(w, http.StatusUnauthorized, `{"error":"invalid signature"}`)
		return
	}
	events, err := Events(raw)
	if err != nil {
		reply(w, http.StatusBadRequest, `{"error":"not an event of Mobio's"}`)
		return
	}
	ledger.Record(events)
	reply(w, http.StatusOK, `{"status":"ok"}`)
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // a sender that went away will send again
}
