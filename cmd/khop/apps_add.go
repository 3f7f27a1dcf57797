package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/console/client"
	"github.com/khop-dev/khop/suites/console/wire"
	"github.com/khop-dev/khop/suites/target"
)

// adding holds the flags of khop apps add.
type adding struct {
	credentials
	name    string
	target  string
	headers []string
	speed   float64
	paused  bool
}

func addAppCommand(c *connection, format *string) *cobra.Command {
	var a adding
	cmd := &cobra.Command{
		Use: "add PROVIDER --target URL", Short: "Add an app",
		Long: `Add an app and print its ID. Secrets that are not given come from this shell's
environment, as KHOP_SUPERAI_PARTNER_CODE. They are shown once, with --format json.`,
		Example: `  khop apps add superai --target http://127.0.0.1:3000/hook --secret partner_code=PARTNER-42
  khop apps add mobio --name shop --target https://shop.example.vn/hook --set envelope=block --speed 60`,
		ValidArgsFunction: byPlace(words(mocks.Names)),
		RunE: c.talking(func(cmd *cobra.Command, args []string, khop *client.Client) error {
			if err := refuseFormat(*format); err != nil {
				return err
			}
			wanted, err := a.app(cmd, args)
			if err != nil {
				return err
			}
			app, err := khop.CreateApp(cmd.Context(), wanted)
			if err != nil {
				return err
			}
			if *format == "json" {
				return writeJSON(cmd.OutOrStdout(), app)
			}
			fmt.Fprintln(cmd.OutOrStdout(), app.ID)
			return nil
		}),
	}
	a.credentials.register(cmd)
	cmd.Flags().StringVar(&a.name, "name", "", "what people call it, and no other app; the provider's `name` otherwise, with a number where that is taken")
	cmd.Flags().StringVarP(&a.target, "target", "t", "", "the receiver's webhook `URL`")
	cmd.Flags().StringArrayVarP(&a.headers, "header", "H", nil, "send this `\"Name: value\"` with every delivery; may be repeated")
	cmd.Flags().Float64Var(&a.speed, "speed", 1, "how many times faster than the provider retries come")
	cmd.Flags().BoolVar(&a.paused, "paused", false, "let its events wait until they are resumed, see khop apps resume")
	propose(cmd, "secret", ofProvider(secretsOf))
	propose(cmd, "set", ofProvider(settingsOf))
	return cmd
}

// app is what the flags describe. What is wrong with it is told by the flag's name, and
// so found out here.
func (a *adding) app(cmd *cobra.Command, args []string) (wire.NewApp, error) {
	provider, err := providerArgument(cmd, args)
	if err != nil {
		return wire.NewApp{}, err
	}
	if !provider.SendsEvents() {
		return wire.NewApp{}, fmt.Errorf("%s sends no events: it takes merchants' postbacks, and khop serve plays its endpoint under /core; `khop send %s` sends postbacks to an endpoint of your own", provider.Title, provider.Name)
	}
	account, pinned, err := a.account(provider)
	if err != nil {
		return wire.NewApp{}, err
	}
	if a.speed <= 0 {
		return wire.NewApp{}, errors.New("--speed is how many times faster than the provider retries come: a number above 0")
	}
	to := address{url: a.target, headers: a.headers, timeout: target.DefaultTimeout}
	config, err := to.forProvider(provider)
	if err != nil {
		return wire.NewApp{}, err
	}
	headers := map[string]string{}
	for name := range config.Header {
		headers[name] = config.Header.Get(name)
	}
	return wire.NewApp{
		Name: a.name, Provider: provider.Name, Target: a.target, Secrets: account.Secrets,
		Headers: headers, Settings: pinned, Speed: a.speed, Paused: a.paused,
	}, nil
}
