package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
)

// bareCommand is the floor below every server, as a process of its own like khop: net/http,
// a body that is read, and a constant answer. It says where it listens, and answers until
// the context ends.
func bareCommand(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("bare", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:0", "address to listen on")
	if err := flags.Parse(args); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	fmt.Fprintf(out, "bare handler on http://%s\n", listener.Addr())
	server := &http.Server{Handler: http.HandlerFunc(bare)}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.Serve(listener); ctx.Err() == nil {
		return fmt.Errorf("serving: %w", err)
	}
	return nil
}

// accepted is an answer that every provider takes for success.
var accepted = []byte(`{"success":true}`)

func bare(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // a caller who is gone needs no answer
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(accepted)
}
