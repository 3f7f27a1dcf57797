package main

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/load"
)

func burstCommand() *cobra.Command {
	var b bursting
	cmd := &cobra.Command{
		Use:   "burst PROVIDER --target URL --rate N|max",
		Short: "Load a receiver with a provider's events",
		Long: `Send the receiver at --target a provider's events, each one unique and signed as it is
sent, and measure what becomes of them: which part the provider would take for success,
how long answers take, what fails, whether bad signatures pass and duplicates are refused.

Events come due by the clock, --rate a second. One that is due while the receiver is
slow waits, and its wait counts: that is what the event's owner sees. --rate max sends as
fast as --connections take it.

Only a target on this machine is loaded, unless --allow-remote says that another one may
be. Several machines share one burst with --shard i/n, each with the same --seed and the
other flags alike; their events are disjoint. --rate and --max-requests are of the whole
burst, of which each shard takes its part; --connections are each shard's own. khop merge
adds their reports up.

Exit codes: 0 every limit was kept, or there was none; 1 a limit was not kept, an event
with a bad signature was accepted, or not one genuine event was; 2 usage, nothing was
sent; 3 the target cannot be reached, or answered nothing; 130 interrupted. Reports are
written in every case but 2; where nothing was found out they say why.

A limit on a percentile counts an event without an answer as slower than any. So does one
that was due and not sent because the receiver, or --connections, did not hold the rate;
it counts against --success as well, and --reached sets a limit on it. Without a limit a
rate that was not held is reported and fails nothing. Refused duplicates and stale events are reported and fail nothing: under load they may be refused
like any other event, and khop verify tells the reasons apart.`,
		Example: `  khop burst superai --target http://127.0.0.1:3000/hook --secret partner_code=PARTNER-42 --rate 2000 --for 30s
  khop burst superai --target http://127.0.0.1:3000/hook --rate 500 --duplicates 1% --bad-signature 1% --p99 100ms --success 99.9%
  khop burst mobio --config khop.yaml --rate max --connections 16 --max-requests 100000 --report out/
  khop burst esms --target https://staging.example.vn/callback --allow-remote --rate 4000 --shard 0/4 --seed 7 --report shard-0/`,
		RunE: func(cmd *cobra.Command, args []string) error {
			provider, err := providerArgument(cmd, args)
			if err != nil {
				return err
			}
			return b.run(cmd, provider)
		},
	}
	b.register(cmd)
	return cmd
}

// run loads the target and reports; its error is the exit code's reason.
func (b *bursting) run(cmd *cobra.Command, provider *mocks.Provider) error {
	if err := b.configure(cmd, provider); err != nil {
		return err
	}
	options, err := b.options(provider)
	if err != nil {
		return err
	}
	limits, err := b.limits.parse(b.wantedRate)
	if err != nil {
		return err
	}
	if _, err := burst.NewSource(options); err != nil {
		return err // what cannot be sent, before anything is sent
	}
	if err := b.showing.prepare(cmd); err != nil {
		return err
	}
	result, err := b.found(cmd, options)
	if err != nil {
		return err
	}
	if result.Reason == "" {
		result.Judge(limits)
	}
	result.Khop, result.Rate, result.MaxRequests, result.Timeout = version, b.wantedRate, b.maxRequests, options.Timeout.Seconds()
	if err := b.showing.show(result); err != nil {
		return err
	}
	return ruling(result)
}

// found carries the burst out. Where nothing was found out, the result says why: an
// error is only what was asked for wrongly.
func (b *bursting) found(cmd *cobra.Command, options burst.Options) (burst.Result, error) {
	ctx, started := cmd.Context(), time.Now()
	dial, err := b.reach(ctx, options.URL.Hostname())
	var unknown *net.DNSError
	switch {
	case err == nil:
		options.Dial = dial
		result, err := b.watched(ctx, cmd, options)
		if err == nil {
			return result, nil
		}
		return b.nothing(ctx, options, started, err), nil
	case errors.As(err, &unknown):
		return b.nothing(ctx, options, started, err), nil
	}
	return burst.Result{}, err
}

// nothing is the result of a burst that failed, or was ended before it had begun.
func (b *bursting) nothing(ctx context.Context, options burst.Options, started time.Time, err error) burst.Result {
	reason := err.Error()
	var gone burst.Unreachable
	switch {
	case ctx.Err() != nil:
		reason = "the burst was interrupted before anything was found out"
	case errors.As(err, &gone) && gone.Untrusted():
		reason += "; name the authority that signed it with --ca, or take any certificate with --insecure-tls" + b.inConfiguration()
	}
	result := burst.NothingFound(options, started, options.Mask(reason))
	result.Interrupted = ctx.Err() != nil
	return result
}

// inConfiguration says where flags have to be written that are taken from a file.
func (b *bursting) inConfiguration() string {
	if b.config == "" {
		return ""
	}
	return " (in " + b.config + ": ca, insecure_tls)"
}

// watched carries the burst out and says meanwhile how far it is.
func (b *bursting) watched(ctx context.Context, cmd *cobra.Command, options burst.Options) (burst.Result, error) {
	if b.showing.quiet {
		return burst.Run(ctx, options)
	}
	follower := followBurst(cmd.ErrOrStderr(), load.Live{
		Rate: options.Rate, For: options.For, MaxRequests: options.MaxRequests, Language: language(cmd),
	})
	defer follower.end()
	options.Watch = follower.watch
	return burst.Run(ctx, options)
}

// ruling is the exit code that a result comes to.
func ruling(result burst.Result) error {
	outcome := load.OutcomeOf(result)
	switch {
	case result.Interrupted:
		return verdict{exitInterrupted}
	case outcome == load.Exceeded:
		return verdict{exitFailed}
	case outcome == load.Unanswered, outcome == load.Incomplete:
		return verdict{exitError}
	}
	return nil
}

// errNoRate says what --rate wants.
var errNoRate = errors.New("--rate wants events a second, such as --rate 2000, or max for as many as the target takes")
