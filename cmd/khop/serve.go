package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/accesstrade/orderbook"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/postgres"
	"github.com/khop-dev/khop/mocks/outbox/sqlite"
	"github.com/khop-dev/khop/mocks/scenario"
	"github.com/khop-dev/khop/suites/console"
	"github.com/khop-dev/khop/suites/console/api"
	"github.com/khop-dev/khop/suites/console/desk"
	"github.com/khop-dev/khop/suites/console/metrics"
	"github.com/khop-dev/khop/suites/console/pages"
)

// serving holds the flags of khop serve.
type serving struct {
	listen    string
	data      string
	database  string
	token     string
	key       string
	targets   console.Targets
	keep      outbox.Keep
	atOnce    int
	scenarios string
	accessKey string
	secretKey string
	logJSON   bool
	verbose   bool
}

// The keys of the AccessTrade endpoint where none are given: it is a mock.
const (
	mockAccessKey = "khop-access-key"
	mockSecretKey = "khop-secret-key"
)

func serveCommand() *cobra.Command {
	var s serving
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Play the providers on this machine, with a console in the browser",
		Long: `Play the four senders and the AccessTrade endpoint, and serve a console for them: apps,
events with every attempt and resends, scenarios, verification, AccessTrade's orders.
What was accepted is on the disk, and the provider's schedule goes on after a restart.

The API is under /api/v1 (its OpenAPI document at /api/v1/openapi.json), the AccessTrade
endpoint under /core, metrics at /metrics, health at /healthz.

On a loopback address everybody on this machine may use it. Any other needs --token, or
KHOP_TOKEN. With --database several khop serve share one PostgreSQL; AccessTrade's orders
then stay in each one's memory.`,
		Example: `  khop serve
  khop serve --listen 127.0.0.1:8800 --data desk.db --keep 168h
  KHOP_TOKEN=... KHOP_KEY=... khop serve --listen 0.0.0.0:8700 --allow-target '*.example.vn'
  khop serve --database postgres://khop@db/khop`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	flags := cmd.Flags()
	flags.StringVar(&s.listen, "listen", "127.0.0.1:8700", "`address` to listen on; port 0 takes a free one")
	flags.StringVar(&s.data, "data", "", "keep everything in this `file`; otherwise in "+shown(dataFile()))
	flags.StringVar(&s.database, "database", "", "keep everything in PostgreSQL, at this `URL`, instead")
	flags.StringVar(&s.token, "token", "", "the `token` that callers have to know (or set KHOP_TOKEN); needed beyond the loopback")
	flags.StringVar(&s.key, "key", "", "encrypt secrets at rest with this `key` (or set KHOP_KEY)")
	flags.StringArrayVar(&s.targets.Patterns, "allow-target", nil, "send only to this `host`, glob of hosts or network; may be repeated")
	flags.DurationVar(&s.keep.Age, "keep", 0, "forget events that are done and older than this `time`; 0 keeps them")
	flags.IntVar(&s.keep.Rows, "keep-rows", 0, "forget the oldest events that are done beyond this `number`; 0 keeps them")
	flags.IntVar(&s.atOnce, "at-once", 64, "how many deliveries may be under way at a time")
	flags.StringVar(&s.scenarios, "scenarios", "", "offer the scenarios in this `folder` as well")
	flags.StringVar(&s.accessKey, "access-key", mockAccessKey, "the `key` with which merchants call the AccessTrade endpoint")
	flags.StringVar(&s.secretKey, "secret-key", mockSecretKey, "the `key` with which they sign")
	flags.BoolVar(&s.logJSON, "log-json", false, "write the log as JSON")
	flags.BoolVarP(&s.verbose, "verbose", "v", false, "log every request")
	cmd.MarkFlagsMutuallyExclusive("data", "database")
	return cmd
}

func (s *serving) run(cmd *cobra.Command) error {
	if err := s.complete(); err != nil {
		return err
	}
	log := s.logger(cmd.ErrOrStderr())
	flows, err := s.flows()
	if err != nil {
		return err
	}
	// What outlives ctx: events that are being delivered when Ctrl-C comes are finished.
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	backend, err := s.backend(ctx, log)
	if err != nil {
		return serious{err}
	}
	defer backend.Close()
	endpoint, closeBook, err := s.endpoint(ctx, log)
	if err != nil {
		return serious{err}
	}
	defer closeBook()
	listener, err := listening(s.listen)
	if err != nil {
		return err
	}
	measured := metrics.New(backend)
	counted := measured.Backend()
	runner := scenario.New(counted, flows)
	defer runner.Close()
	d := &desk.Desk{Backend: counted, Endpoint: endpoint, Scenarios: runner, Allow: s.targets.Allow, Version: version}
	courier := outbox.NewCourier(outbox.CourierOptions{Allow: s.targets.Allow, AllowAddress: console.AllowAddress})
	defer courier.Close()
	queue := make(chan error, 1)
	go func() { queue <- backend.Run(ctx, measured.Deliver(courier.Deliver), s.atOnce) }()
	go prune(ctx, backend, s.keep, log)
	handler := console.New(console.Config{
		Desk: d, Token: s.token,
		Pages:   pages.New(d, pages.Options{Language: language(cmd), Log: log}),
		API:     api.New(ctx, d, api.Options{Log: log}),
		Metrics: measured.Handler(), Health: metrics.Health(backend, log),
	})
	s.greet(cmd.OutOrStdout(), listener.Addr())
	return errors.Join(s.serve(ctx, listener, measured.Watch(handler, log), queue), nil)
}

// serve answers until the context ends, or until the queue has failed.
func (s *serving) serve(ctx context.Context, listener net.Listener, handler http.Handler, queue <-chan error) error {
	server := console.Server(handler)
	server.BaseContext = func(net.Listener) context.Context { return ctx } // streams end with it
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	var failure error
	select {
	case err := <-ended:
		return serious{fmt.Errorf("serving: %w", err)}
	case err := <-queue:
		if ctx.Err() == nil {
			failure = serious{fmt.Errorf("delivering: %w", err)}
		}
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = server.Shutdown(grace) // what is still open after that is closed
	return errors.Join(failure, server.Close())
}

// complete fills in what comes from the environment, and refuses what does not fit.
func (s *serving) complete() error {
	s.token, s.key = cmp.Or(s.token, os.Getenv("KHOP_TOKEN")), cmp.Or(s.key, os.Getenv("KHOP_KEY"))
	if s.data == "" {
		s.data = dataFile()
	}
	host, _, err := net.SplitHostPort(s.listen)
	switch {
	case err != nil:
		return fmt.Errorf("--listen %s: wants host:port, such as 127.0.0.1:8700", s.listen)
	case s.token == "" && !console.IsLoopback(host):
		return fmt.Errorf("--listen %s: others than this machine could use it: give --token, or set KHOP_TOKEN", s.listen)
	case s.token != "" && len(s.token) < 16:
		return errors.New("--token: too short to be safe: take 16 characters or more")
	case s.atOnce < 1:
		return fmt.Errorf("--at-once %d: has to be 1 or more", s.atOnce)
	case s.keep.Age < 0 || s.keep.Rows < 0:
		return errors.New("--keep and --keep-rows have to be above 0, or 0 to keep everything")
	}
	if err := s.targets.Check(); err != nil {
		return fmt.Errorf("--allow-target: %w", err)
	}
	return nil
}

func (s *serving) logger(to io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelWarn}
	if s.verbose {
		options.Level = slog.LevelInfo
	}
	if s.logJSON {
		return slog.New(slog.NewJSONHandler(to, options))
	}
	return slog.New(slog.NewTextHandler(to, options))
}

// flows are the scenarios on offer: khop's own, and those of the user's folder.
func (s *serving) flows() ([]scenario.Scenario, error) {
	flows := scenario.Builtin()
	if s.scenarios == "" {
		return flows, nil
	}
	own, err := scenario.ReadDir(s.scenarios)
	if err != nil {
		return nil, fmt.Errorf("--scenarios %s: %w", s.scenarios, err)
	}
	return append(flows, own...), nil
}

func (s *serving) backend(ctx context.Context, log *slog.Logger) (outbox.Backend, error) {
	if s.database != "" {
		return postgres.Open(ctx, s.database, postgres.Options{Key: s.key, Log: log})
	}
	if err := os.MkdirAll(filepath.Dir(s.data), 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of %s: %w", s.data, err)
	}
	return sqlite.Open(ctx, s.data, sqlite.Options{Key: s.key, Log: log})
}

// endpoint is AccessTrade's, with its orders beside the events where those are in a
// file.
func (s *serving) endpoint(ctx context.Context, log *slog.Logger) (*accesstrade.Endpoint, func(), error) {
	config := accesstrade.Config{AccessKey: s.accessKey, SecretKey: s.secretKey}
	done := func() {}
	if s.database == "" {
		book, err := orderbook.OpenFile(ctx, beside(s.data, "accesstrade"), orderbook.Options{Log: log})
		if err != nil {
			return nil, nil, err
		}
		past, err := book.Calls(ctx)
		if err != nil {
			return nil, nil, errors.Join(err, book.Close())
		}
		config.Store, config.Past, config.Watch = book, past, book.Keep
		done = func() { _ = book.Close() }
	}
	endpoint, err := accesstrade.New(config)
	return endpoint, done, err
}

// beside is a file next to another: khop.db, khop-accesstrade.db.
func beside(file, what string) string {
	extension := filepath.Ext(file)
	return strings.TrimSuffix(file, extension) + "-" + what + extension
}

// greet says where everything is.
func (s *serving) greet(out io.Writer, address net.Addr) {
	fmt.Fprintf(out, "khop %s on http://%s (stop with Ctrl-C)\n", version, address)
	fmt.Fprintf(out, "AccessTrade endpoint on the same address; access key %s\n", s.accessKey)
	if s.database == "" {
		fmt.Fprintf(out, "everything is kept in %s\n", shown(s.data))
	}
}

// pruning is how often the history is bounded.
const pruning = time.Minute

// prune forgets what is beyond the bounds, now and then.
func prune(ctx context.Context, backend outbox.Backend, keep outbox.Keep, log *slog.Logger) {
	if keep == (outbox.Keep{}) {
		return
	}
	for {
		if _, err := backend.Prune(ctx, keep); err != nil && ctx.Err() == nil {
			log.Error("the history could not be bounded", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pruning):
		}
	}
}

// dataFile is where everything is kept by default: the place that the XDG base
// directory specification has for it, or the current folder where there is no home.
func dataFile() string {
	base := os.Getenv("XDG_DATA_HOME")
	if home, err := os.UserHomeDir(); base == "" && err == nil {
		base = filepath.Join(home, ".local", "share")
	}
	if base == "" {
		return "khop.db"
	}
	return filepath.Join(base, "khop", "khop.db")
}

// shown is a path with the home folder written as ~.
func shown(file string) string {
	home, err := os.UserHomeDir()
	if rest, below := strings.CutPrefix(file, home+string(filepath.Separator)); err == nil && below {
		return filepath.Join("~", rest)
	}
	return file
}
