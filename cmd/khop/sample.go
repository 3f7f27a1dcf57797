package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// sampling holds the flags of khop sample.
type sampling struct {
	count int
	seed  uint64
	fresh bool
	all   bool
	style string
	// what was given, where a flag's value alone does not tell
	counted, seeded bool
}

// styles are the ways of writing JSON by the words of --style.
var styles = map[string]rawjson.Style{
	"compact": rawjson.Compact, "pretty": rawjson.Pretty, "spaced": rawjson.Spaced, "sorted": rawjson.Sorted,
	"python": rawjson.Python, "php": rawjson.PHP, "go": rawjson.GoMap, "escaped": rawjson.EscapedUpper,
}

func sampleCommand() *cobra.Command {
	var s sampling
	cmd := &cobra.Command{
		Use:   "sample PROVIDER EVENT",
		Short: "Print documented or generated payloads",
		Long: `Print the documented sample of an event: indented on a terminal; otherwise its bytes as
they go over the wire, without a newline behind them, so that they can be signed. EVENT
may also be the name of one of several samples, such as zalo for eSMS.

--count and --seed print generated payloads instead, such as the provider may send
tomorrow: no two are the same, and a seed draws the same ones again. With --fresh it is
the documented sample each time, with a new identity and the current time. --all prints
all documented samples of the event. Several come one a line.`,
		Example: `  khop sample superai update_status
  khop sample mobio sale_create_deal --style python | khop sign mobio
  khop sample esms zalo
  khop sample abaha order --count 1000 --seed 7 > orders.ndjson
  khop sample superai update_weight --fresh`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return fmt.Errorf("%s wants a provider and an event; `khop list events` shows them", cmd.CommandPath())
			}
			provider, err := mocks.Lookup(args[0])
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return fmt.Errorf("%s wants an event of %s as well; there are: %s", cmd.CommandPath(), provider.Title, strings.Join(sampleWords(provider), ", "))
			}
			s.counted, s.seeded = cmd.Flags().Changed("count"), cmd.Flags().Changed("seed")
			if err := s.check(); err != nil {
				return err
			}
			return s.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), provider, args[1])
		},
	}
	cmd.Flags().IntVar(&s.count, "count", 1, "print so many generated payloads")
	cmd.Flags().Uint64Var(&s.seed, "seed", 0, "draw the payloads of this seed again")
	cmd.Flags().BoolVar(&s.fresh, "fresh", false, "the documented sample with a new identity and the current time")
	cmd.Flags().BoolVar(&s.all, "all", false, "all documented samples of the event")
	cmd.Flags().StringVar(&s.style, "style", "", "write JSON in this `style`: "+strings.Join(slices.Sorted(maps.Keys(styles)), ", "))
	cmd.MarkFlagsMutuallyExclusive("all", "fresh")
	cmd.MarkFlagsMutuallyExclusive("all", "count")
	cmd.MarkFlagsMutuallyExclusive("all", "seed")
	return cmd
}

func (s *sampling) check() error {
	if _, known := styles[s.style]; s.style != "" && !known {
		return fmt.Errorf("--style %s: no such style%s", s.style, mocks.Suggest(s.style, slices.Sorted(maps.Keys(styles))))
	}
	if s.count < 1 {
		return fmt.Errorf("--count %d: has to be 1 at least", s.count)
	}
	if s.fresh && s.seeded {
		return errors.New("--fresh takes the current time, which no --seed draws again; leave one of them out")
	}
	if !s.seeded {
		s.seed = rand.Uint64()
	}
	return nil
}

// run prints what the flags ask for. Who stops reading has seen enough: a pipe that is
// closed is no error.
func (s *sampling) run(ctx context.Context, out, notes io.Writer, provider *mocks.Provider, word string) error {
	documented, err := samplesOf(provider, word)
	if err != nil {
		return err
	}
	next, err := s.payloads(provider, documented, notes)
	put := s.printer(out, provider)
	for i := 0; i < s.count && err == nil; i++ {
		if ctx.Err() != nil {
			return verdict{exitInterrupted}
		}
		var payload []byte
		if payload, err = next(); err == nil {
			err = put(payload)
		}
	}
	return unlessClosed(err)
}

// payloads gives what the flags ask for, one after the other.
func (s *sampling) payloads(provider *mocks.Provider, documented []fixtures.Example, notes io.Writer) (func() ([]byte, error), error) {
	switch {
	case s.all:
		s.count = len(documented)
	case s.fresh:
		return s.freshened(provider, documented[0])
	case s.counted || s.seeded:
		next, err := s.generated(provider, documented[0])
		if err == nil && !s.seeded {
			fmt.Fprintf(notes, "khop: --seed %d draws the same again\n", s.seed)
		}
		return next, err
	}
	at := -1
	return func() ([]byte, error) {
		at++
		return documented[at].Payload, nil
	}, nil
}

// unlessClosed is the error, unless it says that nobody reads on.
func unlessClosed(err error) error {
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) {
		return nil
	}
	return err
}

// printer writes payloads: one alone as it is, several a line each.
func (s *sampling) printer(out io.Writer, provider *mocks.Provider) func([]byte) error {
	several := s.all || s.counted
	ending := ""
	if several || terminal(out) {
		ending = "\n"
	}
	style, styled := styles[s.style]
	if !styled && !several && terminal(out) {
		style, styled = rawjson.Pretty, true
	}
	return func(payload []byte) error {
		if styled && json.Valid(payload) {
			payload = style.Encode(rawjson.MustParse(payload))
		} else if s.style != "" {
			return fmt.Errorf("--style %s is a way of writing JSON, and this payload of %s is a query string; leave it out", s.style, provider.Title)
		}
		if _, err := out.Write(append(payload[:len(payload):len(payload)], ending...)); err != nil {
			return fmt.Errorf("printing a payload: %w", err)
		}
		return nil
	}
}

// callings are the words by which a sample can be asked for: its event, and its own name.
var callings = []func(fixtures.Example) string{
	func(e fixtures.Example) string { return e.Event },
	func(e fixtures.Example) string { return e.Name },
}

// samplesOf are the documented samples of an event, or the one that has the name.
func samplesOf(provider *mocks.Provider, word string) ([]fixtures.Example, error) {
	for _, calling := range callings {
		found := slices.DeleteFunc(fixtures.Documented(provider.Name), func(e fixtures.Example) bool { return calling(e) != word })
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, fmt.Errorf("%s has no event or sample %q%s", provider.Title, word, mocks.Suggest(word, sampleWords(provider)))
}

// sampleWords are all that samplesOf takes for a provider.
func sampleWords(provider *mocks.Provider) []string {
	var all []string
	for _, calling := range callings {
		for _, example := range fixtures.Documented(provider.Name) {
			if word := calling(example); !slices.Contains(all, word) {
				all = append(all, word)
			}
		}
	}
	return all
}
