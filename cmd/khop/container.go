package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/suites/plan"
	"github.com/khop-dev/khop/suites/target/container"
)

// boxed holds the flags of a target that khop runs in a container of its own.
type boxed struct {
	spec container.Spec
	path string
	env  []string
	logs bool

	running *container.Container // nil while none does
	reaper  io.Closer
}

func (b *boxed) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&b.spec.Image, "image", "", "run the target from this `image` of the local engine, in place of --target")
	flags.StringVar(&b.spec.Build, "build", "", "build the image from the Dockerfile in this `folder`")
	flags.IntVar(&b.spec.Port, "port", 0, "the `port` on which the receiver listens in the container")
	flags.StringVar(&b.path, "path", "", "the webhook's `path` in the container, such as /hook")
	flags.StringArrayVar(&b.env, "env", nil, "`NAME=value` for the container, or NAME to hand on khop's own; may be repeated")
	flags.StringVar(&b.spec.WaitHTTP, "wait-http", "", "the container is ready when this `path` answers 2xx; without it, when it answers anything")
	flags.DurationVar(&b.spec.Within, "ready-within", container.DefaultWithin, "how long the container may take to be ready")
	flags.StringVar(&b.spec.Network, "network", "", "join this `network` of the engine, where the receiver's database is, say")
	flags.BoolVar(&b.logs, "logs", false, "show what the container writes")
}

// boxFlags are the flags that want a container.
var boxFlags = []string{"port", "path", "env", "wait-http", "ready-within", "network", "logs"}

// wanted tells whether khop is to run the target.
func (b *boxed) wanted() bool { return b.spec.Image != "" || b.spec.Build != "" }

// take fills the flags in from a configuration.
func (b *boxed) take(run plan.Run) {
	if run.Container == nil {
		return
	}
	b.spec, b.path = *run.Container, run.Path
}

// check finds out what is wrong with the flags before anything is run.
func (b *boxed) check(cmd *cobra.Command) error {
	if !b.wanted() {
		for _, name := range boxFlags {
			if cmd.Flags().Changed(name) {
				return fmt.Errorf("--%s goes with --image or --build: a target that khop runs in a container", name)
			}
		}
		return nil
	}
	if cmd.Flags().Changed("target") {
		return errors.New("--target and a container: one of them is verified")
	}
	if b.spec.Env == nil {
		b.spec.Env = map[string]string{}
	}
	for _, pair := range b.env {
		name, value, given := strings.Cut(pair, "=")
		if !given {
			value, given = os.LookupEnv(name)
		}
		if !given || name == "" {
			return fmt.Errorf("--env wants NAME=value, or the NAME of a variable that is set")
		}
		b.spec.Env[name] = value
	}
	return b.spec.Check()
}

// start runs the container and returns the address of its webhook. A child process
// takes it away when khop cannot.
func (b *boxed) start(ctx context.Context, log io.Writer) (string, error) {
	if err := container.Alone(); err != nil {
		return "", serious{err}
	}
	b.spec.Run = container.NewRun()
	reaper, err := startReaper(b.spec.Run)
	if err != nil {
		return "", serious{err}
	}
	b.reaper = reaper
	if b.running, err = container.Start(ctx, b.spec); err != nil {
		if ctx.Err() != nil {
			return "", verdict{exitInterrupted}
		}
		return "", serious{err}
	}
	if b.logs {
		go b.running.Follow(ctx, log)
	}
	return b.running.URL(b.path).String(), nil
}

// stop takes the container away.
func (b *boxed) stop(ctx context.Context) error {
	var err error
	if b.running != nil {
		err = b.running.Remove(context.WithoutCancel(ctx))
	}
	if b.reaper != nil {
		err = errors.Join(err, b.reaper.Close())
	}
	return err
}

// flags spells the container again, without the values of its environment: they may
// be secret.
func (b *boxed) flags() string {
	out := ""
	for _, one := range [][2]string{{"--image", b.spec.Image}, {"--build", b.spec.Build}, {"--path", b.path}, {"--wait-http", b.spec.WaitHTTP}, {"--network", b.spec.Network}} {
		if one[1] != "" {
			out += " " + one[0] + " " + quote(one[1])
		}
	}
	out += fmt.Sprintf(" --port %d", b.spec.Port)
	for _, name := range slices.Sorted(maps.Keys(b.spec.Env)) {
		out += " --env " + quote(name)
	}
	return out
}

// startReaper starts a khop of its own that removes what belongs to a run as soon as
// this process has ended, however it ended: its input closes then.
func startReaper(run string) (io.Closer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding khop's own program: %w", err)
	}
	reaper := exec.Command(self, "reap", run)
	reaper.SysProcAttr = apart() // Ctrl-C is for khop alone
	input, err := reaper.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("starting the reaper: %w", err)
	}
	if err := reaper.Start(); err != nil {
		return nil, fmt.Errorf("starting the reaper: %w", err)
	}
	return input, nil
}

// reapCommand is what the reaper runs.
func reapCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "reap RUN",
		Hidden:  true,
		Short:   "Remove a run's containers when the standard input closes",
		Long:    `Wait until the standard input closes, then remove what one run has left behind.`,
		Example: `  khop reap RUN < /dev/null`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := container.Alone(); err != nil {
				return serious{err}
			}
			_, _ = io.Copy(io.Discard, cmd.InOrStdin()) // it ends with the process that started this one
			if err := container.CleanRun(context.WithoutCancel(cmd.Context()), args[0]); err != nil {
				return serious{err}
			}
			return nil
		},
	}
}
