package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
)

func mockCommand() *cobra.Command {
	var c credentials
	var listen string
	config := accesstrade.Config{}
	cmd := &cobra.Command{
		Use:   "mock accesstrade",
		Short: "Play the AccessTrade endpoint",
		Long: `Play AccessTrade's Tracking API: POST /core/transactions/postback, GET /core/transactions
and POST /core/transactions/postbacks/common. Every call is printed with its verdict, and
with a Content-Type other than the documented one, which alone is no reason to refuse it;
GET /_khop/journal and GET /_khop/transactions show what came and what is kept.`,
		Example: `  khop mock accesstrade --listen 127.0.0.1:8090 --secret access_key=K --secret secret_key=S`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("%s wants the provider that it plays, and that is %s alone: the others send, and `khop send` does that", cmd.CommandPath(), accesstrade.Name)
			}
			provider, err := mocks.Lookup(args[0])
			if err != nil {
				return err
			}
			if provider.Name != accesstrade.Name {
				return fmt.Errorf("khop mock plays accesstrade alone: %s sends, and `khop send %s` does that", provider.Title, provider.Name)
			}
			account, _, err := c.account(provider)
			if err != nil {
				return err
			}
			config.AccessKey, config.SecretKey = account.Secrets[accesstrade.AccessKey], account.Secrets[accesstrade.SecretKey]
			out := cmd.OutOrStdout()
			calls := printCalls(out)
			defer calls.close()
			config.Watch = calls.print
			endpoint, err := accesstrade.New(config)
			if err != nil {
				return err
			}
			listener, err := listening(listen)
			if err != nil {
				return err
			}
			collectLess()
			fmt.Fprintf(out, "AccessTrade endpoint on http://%s (stop with Ctrl-C)\n", listener.Addr())
			return serve(cmd.Context(), listener, endpoint)
		},
	}
	c.register(cmd)
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8090", "`address` to listen on; port 0 takes a free one")
	cmd.Flags().IntVar(&config.FailureStatus, "failure-status", 200, "HTTP `status` of a refusal: 200, or a 4xx")
	cmd.Flags().StringVar(&config.ListingFormula, "listing-signature", accesstrade.AnyFormula, "the only `formula` to take for a listing's signature: any, unchecked, secret or date")
	cmd.Flags().StringVar(&config.BulkFormula, "bulk-signature", accesstrade.AnyFormula, "the only `formula` to take for a bulk update's signature: any, unchecked, first-id, all-ids, request-time or secret")
	return cmd
}

// collectLess lets garbage pile up for longer than Go does by itself, where the user has not decided: an endpoint keeps
// a few megabytes and drops some kilobytes with every call, and to collect these as often would be a tenth of its work.
func collectLess() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(512 << 20) // bytes, beyond which it collects as often as it takes
	}
}
