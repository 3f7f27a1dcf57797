package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
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
for byte. EVENT may also be the name of one of several samples, such as zalo for eSMS. With --retry the provider's own schedule decides when a failed delivery is
sent again.

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
			return s.run(cmd.Context(), cmd.OutOrStdout(), provider, event)
		},
	}
	s.credentials.register(cmd)
	s.address.register(cmd)
	cmd.Flags().StringArrayVar(&s.data, "data", nil, "change a member: `member=value`, a JSON pointer or a top-level name; a value that is JSON is taken as JSON; may be repeated")
	cmd.Flags().StringVar(&s.file, "file", "", "send the bytes of this `file` as the body; - reads standard input")
	cmd.Flags().BoolVar(&s.retry, "retry", false, "send again as the provider would")
	cmd.Flags().Float64Var(&s.speed, "speed", 1, "how many times faster than the provider retries come")
	cmd.MarkFlagsMutuallyExclusive("data", "file")
	return cmd
}

func (s *sending) run(ctx context.Context, out io.Writer, provider *mocks.Provider, event mocks.Event) error {
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
	if provider.Forbids != nil {
		if err := provider.Forbids(account, config.URL); err != nil {
			return fmt.Errorf("--target: %w", err)
		}
	}
	body, err := s.body(provider, account, event)
	if err != nil {
		return err
	}
	policy := delivery.Once(provider.Name)
	if s.retry && provider.Policy != nil {
		policy = provider.Policy(account)
	}
	to := target.New(config)
	request := provider.Request(account, body)
	var last target.Answer
	journal := delivery.Run(ctx, policy, delivery.Options{Speed: s.speed}, func(ctx context.Context, number int) delivery.Outcome {
		last = to.Send(ctx, request, target.Manner{})
		outcome := outcomeOf(provider, last)
		fmt.Fprintf(out, "attempt %d: %s\n", number, became(last, outcome))
		switch wait, again := policy.Next(number, outcome); {
		case again:
			fmt.Fprintf(out, "  the next attempt is due in %s\n", wait)
		case s.retry && outcome != delivery.Accepted && number <= len(policy.Waits):
			fmt.Fprintf(out, "  %s does not send again after this\n", provider.Title)
		case s.retry && outcome != delivery.Accepted:
			fmt.Fprintf(out, "  %s does not send again any more\n", provider.Title)
		}
		return outcome
	})
	mask := suites.Config{Provider: provider, Account: account, Target: config}.Mask
	return s.verdict(out, provider, journal, last, mask)
}

// became says what an attempt came to; where there was no answer, its words say it all.
func became(last target.Answer, outcome delivery.Outcome) string {
	said := fmt.Sprintf("%s after %s", last, last.Took.Round(time.Millisecond/10))
	if last.Failure != nil {
		return said
	}
	return said + ": " + string(outcome)
}

// body is the event's wire form.
func (s *sending) body(provider *mocks.Provider, account mocks.Account, event mocks.Event) ([]byte, error) {
	switch s.file {
	case "":
	case "-":
		body, err := io.ReadAll(os.Stdin)
		if err != nil {
			return nil, fmt.Errorf("--file -: %w", err)
		}
		return body, nil
	default:
		body, err := os.ReadFile(s.file)
		if err != nil {
			return nil, fmt.Errorf("--file: %w", err)
		}
		return body, nil
	}
	payload := provider.Fresh(event.Payload, mocks.Birth{
		Now: time.Now(), Rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())),
		Run: rand.IntN(1000), Serial: rand.IntN(100_000),
	})
	for _, pair := range s.data {
		member, value, ok := strings.Cut(pair, "=")
		if !ok || member == "" {
			return nil, errors.New("--data wants member=value, such as --data status=12")
		}
		changed, err := change(provider, payload, member, value)
		if err != nil {
			return nil, err
		}
		payload = changed
	}
	if provider.Envelop != nil {
		payload = provider.Envelop(account, payload)
	}
	return provider.Write(payload, rawjson.Compact), nil
}

// change puts a value into a member. The documented type decides how it is read:
// text stays text, anything else is JSON.
func change(provider *mocks.Provider, payload rawjson.Value, member, value string) (rawjson.Value, error) {
	pointer := member
	if !strings.HasPrefix(pointer, "/") {
		pointer = "/" + member
	}
	before, there := payload.Get(pointer)
	if !there && pointer != member {
		return payload, fmt.Errorf("--data %s: the event has no such member%s (--data /%s=... adds one)", member, mocks.Suggest(member, names(payload)), member)
	}
	after := rawjson.Text(value)
	if !provider.Query && there && before.Kind() != rawjson.String {
		parsed, err := rawjson.Parse([]byte(value))
		if err != nil {
			return payload, fmt.Errorf("--data %s: the value has to be JSON, as the member is no text: %w", member, err)
		}
		after = parsed
	}
	changed := payload.With(pointer, after)
	if got, ok := changed.Get(pointer); !ok || got.Content() != after.Content() {
		return payload, fmt.Errorf("--data %s: the event has no place for it", member)
	}
	return changed, nil
}

// names are a payload's top-level members.
func names(payload rawjson.Value) []string {
	var all []string
	for _, m := range payload.Members() {
		all = append(all, m.Name)
	}
	return all
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
