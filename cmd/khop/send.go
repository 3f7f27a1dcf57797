package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/schemas/rawjson"
	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/target"
)

// sending holds the flags of khop send.
type sending struct {
	credentials
	address
	data  []string
	file  string
	retry bool
	speed float64
}

func sendCommand() *cobra.Command {
	var s sending
	cmd := &cobra.Command{
		Use:   "send PROVIDER EVENT --target URL",
		Short: "Send one event as the provider does",
		Long: `Send one event, signed as the provider signs it: the documented sample with a new
identity and the current time, members changed with --data, or the body of --file byte
for byte. A query string in a file may end with a line break, which is not sent; a value
of --data is percent-encoded. AccessTrade's access key and signature are put in where
neither --data nor the file says what they are.

EVENT may also be the name of one of several samples, such as zalo for eSMS. With --retry
the provider's own schedule decides when a failed delivery is sent again.

Exit code 0 when the provider would take the answer for success, 1 when not, 3 when
the target cannot be reached.`,
		Example: `  khop send superai update_status --target http://127.0.0.1:3000/hook --secret partner_code=PARTNER-42 --data status=12
  khop send esms callback --target http://127.0.0.1:3000/callback --data TypeId=99
  khop send esms zalo --target http://127.0.0.1:3000/callback
  khop send mobio sale_create_deal --file body.json --target http://127.0.0.1:3000/hook --retry --speed 60`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("%s wants a provider and an event; `khop list events` shows them", cmd.CommandPath())
			}
			provider, err := mocks.Lookup(args[0])
			if err != nil {
				return err
			}
			event, err := provider.Event(args[1])
			if err != nil {
				return err
			}
			return s.run(cmd, provider, event)
		},
	}
	s.credentials.register(cmd)
	s.address.register(cmd)
	cmd.Flags().Lookup("timeout").Usage = "how long one answer may take before it counts as none; without this, a provider's own answer_within where it has one"
	cmd.Flags().StringArrayVar(&s.data, "data", nil, "change a member: `member=value`, a JSON pointer or a top-level name; the value is text, or JSON where the member is no text; may be repeated")
	cmd.Flags().StringVar(&s.file, "file", "", "send the bytes of this `file` as the body; - reads standard input")
	cmd.Flags().BoolVar(&s.retry, "retry", false, "send again as the provider would")
	cmd.Flags().Float64Var(&s.speed, "speed", 1, "how many times faster than the provider retries come")
	cmd.MarkFlagsMutuallyExclusive("data", "file")
	return cmd
}

func (s *sending) run(cmd *cobra.Command, provider *mocks.Provider, event mocks.Event) error {
	if s.speed <= 0 || s.speed != 1 && !s.retry {
		return errors.New("--speed is how many times faster than the provider retries come: a number above 0, and only with --retry")
	}
	account, _, err := s.account(provider)
	if err != nil {
		return err
	}
	config, err := s.forProvider(provider)
	if err != nil {
		return err
	}
	if !cmd.Flags().Changed("timeout") {
		config.Timeout = account.Patience(config.Timeout)
	}
	if provider.Forbids != nil {
		if err := provider.Forbids(account, config.URL); err != nil {
			return fmt.Errorf("--target: %w", err)
		}
	}
	request, err := s.request(cmd, provider, account, event)
	if err != nil {
		return err
	}
	journal, last := s.deliver(cmd, provider, account, config, request)
	mask := suites.Config{Provider: provider, Account: account, Target: config}.Mask
	return s.verdict(cmd.OutOrStdout(), provider, journal, last, mask)
}

// deliver sends the request, again and again where that is wanted, and says of each
// attempt what became of it and what follows.
func (s *sending) deliver(cmd *cobra.Command, provider *mocks.Provider, account mocks.Account, config target.Config, request mocks.Request) (journal *delivery.Journal, last target.Answer) {
	policy := delivery.Once(provider.Name)
	if s.retry && provider.Policy != nil {
		policy = provider.Policy(account)
	}
	to, out := target.New(config), cmd.OutOrStdout()
	journal = delivery.Run(cmd.Context(), policy, delivery.Options{Speed: s.speed}, func(ctx context.Context, number int) delivery.Outcome {
		last = to.Send(ctx, request, target.Manner{})
		outcome := outcomeOf(provider, last)
		fmt.Fprintf(out, "attempt %d: %s\n", number, became(last, outcome))
		switch wait, again := policy.Next(number, outcome); {
		case ctx.Err() != nil:
		case again:
			fmt.Fprintf(out, "  the next attempt is due in %s\n", s.pause(wait))
		case s.retry && outcome != delivery.Accepted && number <= len(policy.Waits):
			fmt.Fprintf(out, "  %s does not send again after this\n", provider.Title)
		case s.retry && outcome != delivery.Accepted:
			fmt.Fprintf(out, "  %s does not send again any more\n", provider.Title)
		}
		return outcome
	})
	return journal, last
}

// pause tells how long khop waits, and the provider in its place.
func (s *sending) pause(wait time.Duration) string {
	short := delivery.Compress(wait, s.speed)
	if short == wait {
		return wait.String()
	}
	return fmt.Sprintf("%s, in place of the provider's %s", short.Round(time.Millisecond/10), wait)
}

// became says what an attempt came to; where there was no answer, its words say it all.
func became(last target.Answer, outcome delivery.Outcome) string {
	took := last.Took.Round(time.Millisecond / 10)
	switch {
	case last.Failure == nil:
		return fmt.Sprintf("%s after %s: %s", last, took, outcome)
	case last.Failure.Kind == target.Timeout:
		return last.String() // which says how long
	case last.Failure.Kind == target.Canceled:
		return fmt.Sprintf("interrupted after %s, before an answer came", took)
	}
	return fmt.Sprintf("%s after %s", last, took)
}

// request is the event as it goes out.
func (s *sending) request(cmd *cobra.Command, provider *mocks.Provider, account mocks.Account, event mocks.Event) (mocks.Request, error) {
	if s.file != "" {
		body, err := bodyGiven(cmd, provider, s.file)
		if err != nil {
			return mocks.Request{}, err
		}
		payload, _ := rawjson.Parse(body) // what is no JSON has no members
		return provider.RequestAs(account, body, mocks.MemberNames(payload)), nil
	}
	payload := provider.Fresh(event.Payload, mocks.Birth{
		Now: time.Now(), Rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())),
		Run: rand.IntN(1000), Serial: rand.IntN(100_000),
	})
	var chosen []string
	for _, pair := range s.data {
		member, value, err := changeOf(pair)
		if err != nil {
			return mocks.Request{}, err
		}
		if payload, _, err = change(provider, payload, member, value); err != nil {
			return mocks.Request{}, err
		}
		chosen = append(chosen, strings.TrimPrefix(member, "/"))
	}
	if provider.Envelop != nil {
		payload = provider.Envelop(account, payload)
	}
	return provider.RequestAs(account, provider.Write(payload, rawjson.Compact), chosen), nil
}

// outcomeOf is how the provider sees an answer.
func outcomeOf(provider *mocks.Provider, answer target.Answer) delivery.Outcome {
	if answer.Failure == nil {
		if provider.Objection(answer.Status, answer.Body) == "" {
			return delivery.Accepted
		}
		return delivery.Refused
	}
	return answer.Failure.Outcome()
}

func (s *sending) verdict(out io.Writer, provider *mocks.Provider, journal *delivery.Journal, last target.Answer, mask func(string) string) error {
	switch {
	case journal.End == delivery.Canceled:
		return verdict{exitInterrupted}
	case journal.Accepted():
		return nil
	case last.Failure != nil && (last.Failure.Kind == target.Unreachable || last.Failure.Kind == target.TLS):
		return serious{fmt.Errorf("the target cannot be reached: %w", last.Failure)}
	case last.Failure == nil:
		fmt.Fprintln(out, provider.Objection(last.Status, last.Body))
		fmt.Fprintf(out, "%.500s\n", printableLines(mask(string(last.Body))))
	}
	return verdict{exitFailed}
}
