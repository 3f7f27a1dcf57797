package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/abaha"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas"
)

func receiverCommand() *cobra.Command {
	var c credentials
	var listen, header, state string
	var defects []string
	cmd := &cobra.Command{
		Use:   "receiver PROVIDER",
		Short: "Run the bundled reference receiver, correct or with known defects",
		Long: `Run a receiver to compare with: a correct one, or one with known bugs, to see how khop
judges them. GET /applied shows what it has applied, GET /applied/{key} how often.`,
		Example: `  khop receiver superai --secret partner_code=PARTNER-42
  khop receiver superai --secret partner_code=PARTNER-42 --defect missing-header-passes --listen 127.0.0.1:3001`,
		RunE: func(cmd *cobra.Command, args []string) error {
			provider, err := providerArgument(cmd, args)
			if err != nil {
				return err
			}
			account, _, err := c.account(provider)
			if err != nil {
				return err
			}
			if err := knownDefects(provider, defects); err != nil {
				return err
			}
			if header != "" {
				if provider.Name != abaha.Name {
					return fmt.Errorf("--header is for %s: %s signs its deliveries or has no credentials", abaha.Name, provider.Title)
				}
				account.Secrets["header"] = header
			}
			if state != "" && provider.Name == accesstrade.Name {
				return fmt.Errorf("--state is for receivers: AccessTrade's endpoint keeps its orders in memory")
			}
			handler, err := receivers.New(provider.Name, receivers.Config{Secrets: account.Secrets, Defects: defects, State: state})
			if err != nil {
				return err
			}
			listener, err := listening(listen)
			if err != nil {
				return err
			}
			path := "/hook"
			if provider.Name == accesstrade.Name {
				path = "" // its paths are the document's
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s receiver on http://%s%s (stop with Ctrl-C)\n", provider.Title, listener.Addr(), path)
			return serve(cmd.Context(), receivers.KeepHeaderNames(listener), handler)
		},
	}
	c.register(cmd)
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:3000", "`address` to listen on; port 0 takes a free one")
	cmd.Flags().StringVarP(&header, "header", "H", "", "abaha: the agreed `\"Name: value\"` without which deliveries are refused")
	cmd.Flags().StringVar(&state, "state", "", "keep what was applied in this `file`, so that it outlives the process")
	cmd.Flags().StringArrayVar(&defects, "defect", nil, "have this known `bug` (see khop list defects); may be repeated")
	return cmd
}

// knownDefects refuses a defect that the provider's receiver cannot have, and names
// the nearest one.
func knownDefects(provider *mocks.Provider, wanted []string) error {
	var known []string
	for _, d := range receivers.Defects(provider.Name) {
		known = append(known, d.Name)
	}
	for _, name := range wanted {
		if slices.Contains(known, name) {
			continue
		}
		if near, ok := schemas.Nearest(name, known); ok {
			return fmt.Errorf("--defect: no %q; did you mean %q?", name, near)
		}
		return fmt.Errorf("--defect: no %q; `khop list defects %s` shows the %d that there are", name, provider.Name, len(known))
	}
	return nil
}
