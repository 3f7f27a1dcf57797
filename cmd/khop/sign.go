package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/abaha"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/mocks/esms"
	"github.com/khop-dev/khop/suites/target"
)

// signing holds the flags of khop sign.
type signing struct {
	credentials
	value   bool
	curl    bool
	url     string
	verify  string
	formula string
}

func signCommand() *cobra.Command {
	var s signing
	cmd := &cobra.Command{
		Use:   "sign PROVIDER [FILE]",
		Short: "Sign bytes as the provider does, or say what is wrong with a signature",
		Long: `Print the header that the provider would send with exactly these bytes: those of FILE or
of standard input. Nothing is written anew, so that every blank counts, and a newline at
the end as well. --curl prints the whole command that sends FILE.

--verify tells whether a header's value fits the bytes, and when it does not, which
well-known mistake makes it. AccessTrade's signature is a member of the call, and
--formula chooses how it is made where its document leaves that open.

Where a document can be read in two ways, --verify takes both. --set NAME=VALUE settles on
one: with --set signature=mac Mobio's bare digest no longer fits, and khop says what is
missing.

Exit code of --verify: 0 it fits, 1 it does not.`,
		Example: `  khop sample superai update_status | khop sign superai --secret partner_code=PARTNER-42
  khop sign mobio body.json --curl --target http://127.0.0.1:3000/hook
  khop sign superai body.json --verify 8f0c0f8e8d2a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4
  khop sign mobio body.json --set signature=mac --verify mac=8f0c0f8e8d2a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4
  khop sign accesstrade bulk.json --formula all-ids --value`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return fmt.Errorf("%s wants a provider and perhaps a file; without one it reads standard input", cmd.CommandPath())
			}
			provider, err := mocks.Lookup(args[0])
			if err != nil {
				return err
			}
			file := "-"
			if len(args) == 2 {
				file = args[1]
			}
			return s.run(cmd, provider, file)
		},
	}
	s.credentials.register(cmd)
	cmd.Flags().BoolVar(&s.value, "value", false, "print the value alone")
	cmd.Flags().BoolVar(&s.curl, "curl", false, "print the curl command that sends FILE so signed to --target")
	cmd.Flags().StringVarP(&s.url, "target", "t", "", "the receiver's webhook `URL`, for --curl")
	cmd.Flags().StringVar(&s.verify, "verify", "", "tell whether this header `value` fits, and what it is when it does not")
	cmd.Flags().StringVar(&s.formula, "formula", "", "how AccessTrade's signature is made: transaction-id for a postback; secret or date for a listing; first-id, all-ids, request-time or secret for a bulk update")
	cmd.MarkFlagsMutuallyExclusive("value", "curl", "verify")
	return cmd
}

// signature is how some bytes are signed.
type signature struct {
	scheme   *mocks.Scheme
	accounts []mocks.Account // the user's own, then those of other dialects
	body     []byte
	formulas []mocks.Lookalike // other formulas that are as right as the scheme's own
}

// right is the value that is sent.
func (s signature) right() string { return s.valueFor(s.accounts[0]) }

func (s signature) valueFor(account mocks.Account) string {
	return s.scheme.Value(account, s.scheme.Digest(account.Secrets, s.body))
}

func (s *signing) run(cmd *cobra.Command, provider *mocks.Provider, file string) error {
	if err := s.check(provider, file); err != nil {
		return err
	}
	account, pinned, err := s.account(signer(provider, s.secrets))
	if err != nil {
		return err
	}
	var to *url.URL
	if s.curl {
		if to, err = target.ParseURL(s.url); err != nil {
			return fmt.Errorf("--target: %w", err)
		}
	}
	body, err := bytesOf(cmd, file)
	if err != nil {
		return err
	}
	signed := signature{scheme: provider.Scheme, accounts: append([]mocks.Account{account}, provider.Dialects(account, pinned)...), body: body}
	if provider.Name == accesstrade.Name {
		if signed, err = memberSignature(account, body, s.formula); err != nil {
			return err
		}
	}
	out := cmd.OutOrStdout()
	if s.verify != "" {
		return signed.judge(out, s.verify, language(cmd))
	}
	if bytes.HasSuffix(body, []byte("\n")) && signed.scheme.Header != memberName {
		fmt.Fprintln(cmd.ErrOrStderr(), "khop: note: the bytes end with a newline, which is signed too; what the receiver gets has to end with it; head -c -1 takes it away")
	}
	switch {
	case s.value:
		fmt.Fprintln(out, signed.right())
	case s.curl:
		request := provider.Request(account, body)
		fmt.Fprintln(out, target.Curl{
			URL: target.New(target.Config{URL: to}).Address(request), Request: request, File: file, Options: []string{"-i"},
		})
	default:
		fmt.Fprintf(out, "%s: %s\n", signed.scheme.Header, signed.right())
	}
	return nil
}

// signer is the provider as a signature needs it: no formula of AccessTrade's has the
// access key in it, which therefore only helps to find out what went wrong.
func signer(provider *mocks.Provider, secrets []string) *mocks.Provider {
	given := os.Getenv(provider.Variable(accesstrade.AccessKey)) != "" ||
		slices.ContainsFunc(secrets, func(pair string) bool { return strings.HasPrefix(pair, accesstrade.AccessKey+"=") })
	if provider.Name != accesstrade.Name || given {
		return provider
	}
	keyless := *provider
	keyless.Secrets = slices.DeleteFunc(slices.Clone(provider.Secrets), func(s mocks.Secret) bool { return s.Name == accesstrade.AccessKey })
	return &keyless
}

// instead says what a receiver has in place of a signature.
var instead = map[string]string{
	abaha.Name: "a merchant sets headers of their own, by which the receiver knows a delivery; `khop send abaha ... --header \"Name: value\"` sends one",
	esms.Name:  "a receiver can only keep its URL secret, with a token in the path for instance; `khop send esms callback --target URL` sends to it",
}

// check refuses what cannot go together.
func (s *signing) check(provider *mocks.Provider, file string) error {
	isMember := provider.Name == accesstrade.Name
	switch {
	case provider.Scheme == nil && !isMember:
		return fmt.Errorf("%s does not sign: %s", provider.Title, instead[provider.Name])
	case s.formula != "" && !isMember:
		return fmt.Errorf("--formula is for accesstrade: %s has one way to sign", provider.Title)
	case s.curl && isMember:
		return errors.New("--curl: AccessTrade's signature and access key are members of the call; `khop send accesstrade postback --file FILE --target URL` puts in what FILE has not, and sends it")
	case s.curl && s.url == "":
		return errors.New("--curl needs --target URL to send to")
	case s.curl && file == "-":
		return errors.New("--curl needs FILE, for curl to send the same bytes; write standard input into one first")
	case !s.curl && s.url != "":
		return errors.New("--target goes with --curl; `khop send` signs and sends by itself")
	}
	return nil
}

// bytesOf reads a file, or standard input for "-".
func bytesOf(cmd *cobra.Command, file string) ([]byte, error) {
	body, err := given(cmd, file)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading what is to be signed: %w", err)
	case len(body) == 0 && file == "-":
		return nil, errors.New("standard input is empty: pipe the body in, or name its file")
	}
	return body, nil
}
