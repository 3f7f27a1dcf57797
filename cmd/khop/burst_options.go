package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/plan"
	"github.com/khop-dev/khop/suites/target"
)

// bursting holds the flags of khop burst.
type bursting struct {
	credentials
	address
	limits  limits
	showing showing

	config      string
	events      []string
	rate        string
	lasting     time.Duration
	maxRequests uint64
	connections int
	shares      [3]string // duplicates, stale, bad signatures
	shard       string
	seed        uint64
	anywhere    bool

	wantedRate float64 // of all shards
	timed      bool    // --timeout was given
}

func (b *bursting) register(cmd *cobra.Command) {
	b.credentials.register(cmd)
	b.address.register(cmd)
	flags := cmd.Flags()
	flags.Lookup("timeout").Usage = "how long one answer may take before it counts as none; without this, the answer_within that --set gives"
	flags.StringVar(&b.config, "config", "", "read the target and its settings from this `file`, as khop verify does")
	flags.StringArrayVar(&b.events, "event", nil, "send this `type` of event, or sample; may be repeated; all take turns where none is given")
	flags.StringVar(&b.rate, "rate", "", "`events` a second, or max")
	flags.DurationVar(&b.lasting, "for", 10*time.Second, "how long events come due")
	flags.Uint64Var(&b.maxRequests, "max-requests", 0, "end after so many; 0: no such end")
	flags.IntVar(&b.connections, "connections", burst.DefaultConnections, "how many connections are used at most")
	flags.StringVar(&b.shares[0], "duplicates", "0%", "which `percentage` are events that were acknowledged, once more")
	flags.StringVar(&b.shares[1], "stale", "0%", "which `percentage` are signed rightly at a time that is long past")
	flags.StringVar(&b.shares[2], "bad-signature", "0%", "which `percentage` have the signature of another event")
	flags.StringVar(&b.shard, "shard", "0/1", "which `part` of the burst this is, such as 0/4; wants --seed")
	flags.Uint64Var(&b.seed, "seed", 0, "draw the identities of an earlier burst, or of the other shards; 0 draws new ones")
	flags.BoolVar(&b.anywhere, "allow-remote", false, "load a target that is not on this machine; it should be yours")
	b.limits.register(cmd)
	b.showing.register(cmd)
}

// configure takes the flags from a configuration where one is named.
func (b *bursting) configure(cmd *cobra.Command, provider *mocks.Provider) error {
	b.timed = cmd.Flags().Changed("timeout")
	if b.config == "" {
		return nil
	}
	for _, name := range planned {
		if cmd.Flags().Changed(name) {
			return fmt.Errorf("--%s does not go with a configuration: write it into %s", name, b.config)
		}
	}
	p, err := plan.Read(b.config, os.LookupEnv, provider.Name)
	if err != nil {
		return err
	}
	for _, run := range p.Runs {
		switch {
		case run.Provider.Name != provider.Name:
		case run.Container != nil:
			return fmt.Errorf("%s runs %s in a container, and a burst wants a target that is there: give --target instead of --config", b.config, provider.Name)
		default:
			b.credentials.take(run)
			b.address.take(run)
			return nil
		}
	}
	return fmt.Errorf("%s does not name %s", b.config, provider.Name)
}

// options are the burst that the flags ask for.
func (b *bursting) options(provider *mocks.Provider) (burst.Options, error) {
	account, pinned, err := b.account(provider)
	if err != nil {
		return burst.Options{}, err
	}
	to, err := b.forProvider(provider)
	if err != nil {
		return burst.Options{}, err
	}
	options := burst.Options{
		Provider: provider, Account: account, URL: to.URL, Header: to.Header, TLS: to.TLS, Timeout: to.Timeout,
		For: b.lasting, Connections: b.connections, Seed: b.seed,
		Mask: suites.Config{Provider: provider, Account: account, Target: to}.Mask,
	}
	if _, agreed := pinned[mocks.AnswerWithin]; agreed && !b.timed && to.Timeout == target.DefaultTimeout {
		options.Timeout = account.Patience(to.Timeout)
	}
	for _, word := range b.events {
		event, err := provider.Event(word)
		if err != nil {
			return options, fmt.Errorf("--event: %w", err)
		}
		options.Events = append(options.Events, event)
	}
	if options.Shares, err = b.parts(); err != nil {
		return options, err
	}
	if b.wantedRate, err = parseRate(b.rate); err != nil {
		return options, err
	}
	switch {
	case b.lasting <= 0:
		return options, fmt.Errorf("--for %s: has to be more than nothing", b.lasting)
	case b.connections < 1:
		return options, fmt.Errorf("--connections %d: at least one is needed", b.connections)
	}
	return options, b.divide(&options)
}

// divide takes this shard's part of the whole burst.
func (b *bursting) divide(options *burst.Options) error {
	shard, err := burst.ParseShard(b.shard)
	of := uint64(max(1, shard.Of))
	switch {
	case err != nil:
		return fmt.Errorf("--%w", err)
	case of > 1 && b.seed == 0:
		return fmt.Errorf("--shard %s wants --seed: all shards of a burst have the same, so that their events are of one burst and disjoint", shard)
	case b.maxRequests > 0 && b.maxRequests < of:
		return fmt.Errorf("--max-requests %d is less than one for each of %d shards", b.maxRequests, of)
	}
	options.Shard = shard
	options.Rate = b.wantedRate / float64(of)
	options.MaxRequests = b.maxRequests / of
	if uint64(shard.Index) < b.maxRequests%of {
		options.MaxRequests++
	}
	if options.Seed == 0 {
		options.Seed = suites.DrawSeed()
	}
	return nil
}

// parts reads the shares of what is not genuine.
func (b *bursting) parts() (burst.Shares, error) {
	var parts [3]float64
	sum := 0.0
	for i, name := range []string{"duplicates", "stale", "bad-signature"} {
		part, err := burst.ParsePercent(b.shares[i])
		if err != nil {
			return burst.Shares{}, fmt.Errorf("--%s %w", name, err)
		}
		parts[i] = part
		sum += part
	}
	if sum >= 1 {
		return burst.Shares{}, errors.New("--duplicates, --stale and --bad-signature leave nothing for genuine events: together they have to be less than 100%")
	}
	return burst.Shares{Duplicates: parts[0], Stale: parts[1], BadSignature: parts[2]}, nil
}

// parseRate reads events a second; 0 stands for as many as the target takes.
func parseRate(text string) (float64, error) {
	if text == "max" {
		return 0, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case text == "":
		return 0, errNoRate
	case err != nil, strings.Trim(text, "0123456789.") != "", n <= 0, n > 10_000_000:
		return 0, fmt.Errorf("--rate %q: wants events a second, above 0 and up to 10000000, such as 2000, or max", text)
	}
	return n, nil
}

// limits are the flags that a burst is held to.
type limits struct{ texts map[string]*string }

// limitHelp says what each limit is.
var limitHelp = map[string]string{
	"p50": "half of all events have to be answered within this `time`", "p90": "90% have to be answered within this `time`",
	"p99": "99% have to be answered within this `time`", "p999": "99.9% have to be answered within this `time`",
	"max": "every event has to be answered within this `time`", "reached": "at least this `percentage` of the wanted rate has to go out", "success": "at least this `percentage` of the genuine events has to be taken as the provider wants it",
	"errors": "at most this `percentage` of all requests may stay without an answer",
}

func (l *limits) register(cmd *cobra.Command) {
	l.texts = map[string]*string{}
	for _, measure := range burst.Measures {
		l.texts[measure] = cmd.Flags().String(measure, "", limitHelp[measure])
	}
}

// parse reads the limits that were given to a burst of that rate, in the order in which
// they are shown.
func (l *limits) parse(rate float64) ([]burst.Limit, error) {
	var all []burst.Limit
	for _, measure := range burst.Measures {
		text := *l.texts[measure]
		if text == "" {
			continue
		}
		limit, err := burst.ParseLimit(measure, text)
		if err != nil {
			return nil, fmt.Errorf("--%s %w", measure, err)
		}
		if measure == "reached" && rate == 0 {
			return nil, errors.New("--reached wants a rate that can be reached, and --rate max is none; leave it out")
		}
		all = append(all, limit)
	}
	return all, nil
}
