package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/plan"
	"github.com/khop-dev/khop/suites/target"
)

// planned are the flags that say what a configuration file says.
var planned = []string{"target", "secret", "set", "header", "observe", "observe-path", "observe-within", "timeout", "speed", "ca", "insecure-tls", "image", "build"}

// plan reads the configuration of the providers that are wanted; flags that it stands
// for are not given beside it.
func (v *verification) plan(cmd *cobra.Command, wanted ...string) (*plan.Plan, error) {
	if v.config == "" {
		v.config = planFile
	}
	for _, name := range planned {
		if cmd.Flags().Changed(name) {
			return nil, fmt.Errorf("--%s does not go with a configuration: write it into %s", name, v.config)
		}
	}
	return plan.Read(v.config, os.LookupEnv, wanted...)
}

// abide takes from the configuration which checks run and what counts, where the
// command line leaves that open.
func (v *verification) abide(p *plan.Plan) {
	v.selecting.take(p)
	if v.tolerance.file == "" {
		v.tolerance.file = p.Known
	}
}

// configure takes one provider's flags from the configuration.
func (v *verification) configure(cmd *cobra.Command, provider *mocks.Provider) (*plan.Plan, error) {
	p, err := v.plan(cmd, provider.Name)
	if err != nil {
		return nil, err
	}
	for _, run := range p.Runs {
		if run.Provider.Name != provider.Name {
			continue
		}
		v.credentials.take(run)
		v.address.take(run)
		v.boxed.take(run)
		v.observer = target.Observer{Ask: run.Observe, Path: run.ObservePath, Within: run.ObserveWithin}
		v.speed = run.Speed
		if v.seed == 0 {
			v.seed = p.Seed
		}
		return p, nil
	}
	return nil, fmt.Errorf("%s does not name %s", v.config, provider.Name)
}
