package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks/outbox"
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
What was accepted is on the disk, and the provider's schedule goes on after a restart;
runs of scenarios and verifications do not, and are gone then. Ctrl-C lets deliveries that
are under way end, for 5 seconds at most; a second one does not wait.

The API is under /api/v1 (its OpenAPI document at /api/v1/openapi.json), the AccessTrade
endpoint under /core, metrics at /metrics, health at /healthz.

On a loopback address everybody on this machine may use it. Any other needs --token, or
KHOP_TOKEN. With --database several khop serve share one PostgreSQL, AccessTrade's orders
and calls included; faults, scenarios and verifications stay with the one that was asked.`,
		Example: `  khop serve
  khop serve --listen 127.0.0.1:8800 --data desk.db --keep 168h
  KHOP_TOKEN=... KHOP_KEY=... khop serve --listen 0.0.0.0:8700 --allow-target '*.example.vn'
  khop serve --database postgres://khop@db/khop`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	flags := cmd.Flags()
	flags.StringVar(&s.listen, "listen", "127.0.0.1:8700", "`address` to listen on; port 0 takes a free one")
	flags.StringVar(&s.data, "data", "", "keep everything in this `file`, and AccessTrade's orders in another beside it, named with -accesstrade; otherwise in "+shown(dataFile()))
	flags.StringVar(&s.database, "database", "", "keep everything in PostgreSQL, at this `URL`, instead")
	flags.StringVar(&s.token, "token", "", "the `token` that callers have to know (or set KHOP_TOKEN), 16 characters or more; needed beyond the loopback")
	flags.StringVar(&s.key, "key", "", "encrypt secrets at rest with this `key` (or set KHOP_KEY): a passphrase, which takes a moment at the start, or 32 bytes in hex or base64; 16 characters or more")
	flags.StringArrayVar(&s.targets.Patterns, "allow-target", nil, "send only to this `host`, glob of hosts or network; may be repeated")
	flags.DurationVar(&s.keep.Age, "keep", 0, "forget events that are done and older than this `time`, looked for once a minute; 0 keeps them")
	flags.IntVar(&s.keep.Rows, "keep-rows", 0, "forget the oldest events that are done beyond this `number`, looked for once a minute; 0 keeps them")
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
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	kept, err := s.open(ctx, log)
	if err != nil {
		return serious{err}
	}
	defer kept.close()
	endpoint, err := kept.endpoint(s.accessKey, s.secretKey)
	if err != nil {
		return serious{err}
	}
	listener, err := listening(s.listen)
	if err != nil {
		return err
	}
	measured := metrics.New(kept.backend)
	counted := measured.Backend()
	runner := scenario.New(counted, flows)
	defer runner.Close()
	d := &desk.Desk{Backend: counted, Endpoint: endpoint, Book: kept.book, Scenarios: runner, Allow: s.targets.Allow, Version: version}
	courier := outbox.NewCourier(outbox.CourierOptions{Allow: s.targets.Allow, AllowAddress: console.AllowAddress})
	defer courier.Close()
	end := newEnding(ctx, cmd.ErrOrStderr(), d)
	go func() { end.queue <- kept.backend.Run(ctx, end.Deliver(measured.Deliver(courier.Deliver)), s.atOnce) }()
	go prune(ctx, kept.backend, s.keep, log)
	around := pages.Options{Language: language(cmd), Log: log, Token: s.token != "", Keys: s.keys()}
	handler := console.New(console.Config{
		Desk: d, Token: s.token,
		Pages: pages.New(d, around), Door: pages.Door(around),
		API:     api.New(ctx, d, api.Options{Log: log}),
		Metrics: measured.Handler(), Health: metrics.Health(kept.backend, log),
	})
	s.greet(cmd.OutOrStdout(), listener.Addr())
	return end.serve(ctx, listener, measured.Watch(handler, log))
}

// keys are the AccessTrade keys, as the pages may show them: a secret that was given is
// not among them.
func (s *serving) keys() pages.Keys {
	keys := pages.Keys{Access: s.accessKey, Default: s.accessKey == mockAccessKey}
	if s.secretKey == mockSecretKey {
		keys.Secret = mockSecretKey
	}
	return keys
}

// shortest is how many characters a token and a key have at least.
const shortest = 16

// complete fills in what comes from the environment, and refuses what does not fit.
func (s *serving) complete() error {
	s.token, s.key = cmp.Or(s.token, os.Getenv("KHOP_TOKEN")), cmp.Or(s.key, os.Getenv("KHOP_KEY"))
	if s.data == "" {
		s.data = dataFile()
	} else if folder, err := os.Stat(filepath.Dir(s.data)); err != nil || !folder.IsDir() {
		return fmt.Errorf("--data %s: there is no folder %s; make it, or name another file", s.data, filepath.Dir(s.data))
	}
	host, _, err := net.SplitHostPort(s.listen)
	switch {
	case err != nil:
		return fmt.Errorf("--listen %s: wants host:port, such as 127.0.0.1:8700", s.listen)
	case s.token == "" && !console.IsLoopback(host):
		return fmt.Errorf("--listen %s: others than this machine could use it: give --token, or set KHOP_TOKEN", s.listen)
	case s.token != "" && len(s.token) < shortest:
		return fmt.Errorf("--token: too short to be safe: take %d characters or more", shortest)
	case s.key != "" && len(s.key) < shortest:
		return fmt.Errorf("--key: too short to be safe: take %d characters or more", shortest)
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

// greet says where everything is, and for how long.
func (s *serving) greet(out io.Writer, address net.Addr) {
	place := "PostgreSQL"
	if s.database == "" {
		place = shown(s.data) + " and " + shown(ordersFile(s.data))
	}
	fmt.Fprintf(out, "khop %s on %s (stop with Ctrl-C)\n", version, browsable(address))
	fmt.Fprintf(out, "AccessTrade endpoint on the same address; access key %s\n", s.accessKey)
	fmt.Fprintf(out, "everything is kept in %s, but runs of scenarios and verifications: they end with this khop\n", place)
}

// browsable is an address as a browser on this machine opens it, where it stands for all
// of the machine's addresses as well.
func browsable(address net.Addr) string {
	to, ok := address.(*net.TCPAddr)
	if !ok || !to.IP.IsUnspecified() {
		return "http://" + address.String()
	}
	return fmt.Sprintf("http://127.0.0.1:%d and on every other address of this machine", to.Port)
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
