package container

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

// Container is one running target.
type Container struct {
	spec   Spec
	run    string     // the label of this run
	host   string     // where the engine is
	bind   netip.Addr // on which the engine opens the port
	port   int        // on the host, the same over restarts
	inner  testcontainers.Container
	docker *testcontainers.DockerClient
}

// Start builds or finds the image, runs it and waits until it answers. Its error
// wraps ErrNoEngine where there is no engine, and ends with the container's last
// lines where there was a container. Nothing is left behind when it fails.
func Start(ctx context.Context, spec Spec) (*Container, error) {
	docker, err := engine(ctx)
	if err != nil {
		return nil, err
	}
	c := &Container{spec: spec, run: cmp.Or(spec.Run, NewRun()), docker: docker}
	if err := c.bringUp(ctx); err != nil {
		return nil, errors.Join(err, c.Remove(context.WithoutCancel(ctx)))
	}
	return c, nil
}

// NewRun draws a name for a run.
func NewRun() string { return rand.Text() }

func (c *Container) bringUp(ctx context.Context) (err error) {
	if c.spec.Build == "" {
		if err := hasImage(ctx, c.docker, c.spec.Image); err != nil {
			return err
		}
	}
	if err := c.place(ctx); err != nil {
		return err
	}
	c.inner, err = testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{
		ContainerRequest: c.request(), Started: true, Logger: mute{},
	})
	if err != nil {
		return fmt.Errorf("running %s: %w%s", c.spec.name(), err, c.lastWords(ctx))
	}
	return c.ready(ctx)
}

func (c *Container) request() testcontainers.ContainerRequest {
	request := testcontainers.ContainerRequest{
		Image:        c.spec.Image,
		ExposedPorts: []string{port(c.spec.Port)},
		Env:          c.spec.Env,
		Labels:       labels(c.run),
		HostConfigModifier: func(host *container.HostConfig) {
			host.PortBindings = network.PortMap{network.MustParsePort(port(c.spec.Port)): {
				{HostIP: c.bind, HostPort: strconv.Itoa(c.port)},
			}}
		},
	}
	if c.spec.Network != "" {
		request.Networks = []string{c.spec.Network}
	}
	if c.spec.Build != "" {
		request.FromDockerfile = testcontainers.FromDockerfile{
			Context:        c.spec.Build,
			BuildLogWriter: nil,
			BuildOptionsModifier: func(options *client.ImageBuildOptions) {
				options.Labels = labels(c.run)
			},
		}
	}
	return request
}

// URL is the address of a path of the target.
func (c *Container) URL(path string) *url.URL {
	return (&url.URL{Scheme: "http", Host: net.JoinHostPort(c.host, strconv.Itoa(c.port))}).JoinPath(path)
}

// Remove takes the container away, and the image that was built for it.
func (c *Container) Remove(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, removal)
	defer cancel()
	_, err := remove(ctx, c.docker, ours(labelRun+"="+c.run), func(string) bool { return true })
	return errors.Join(err, c.docker.Close())
}

// removal bounds how long taking away may take.
const removal = 30 * time.Second

// place decides on which address and port the target will be: on the loopback alone
// where the engine is this machine's own.
func (c *Container) place(ctx context.Context) (err error) {
	provider, err := testcontainers.NewDockerProvider(testcontainers.WithLogger(mute{}))
	if err != nil {
		return fmt.Errorf("asking where the engine is: %w", err)
	}
	defer provider.Close()
	if c.host, err = provider.DaemonHost(ctx); err != nil {
		return fmt.Errorf("asking where the engine is: %w", err)
	}
	if !here(c.host) {
		const first, count = 20_000, 10_000 // below what systems give away by themselves
		c.bind, c.port = netip.IPv4Unspecified(), first+mathrand.IntN(count)
		return nil
	}
	c.host, c.bind = "127.0.0.1", netip.MustParseAddr("127.0.0.1")
	c.port, err = freePort(c.host)
	return err
}

// freePort is a port on which nobody listens. The engine takes it a moment later.
func freePort(host string) (int, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return 0, fmt.Errorf("finding a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// here tells whether an address is this machine's own.
func here(host string) bool {
	if host == "localhost" || host == "127.0.0.1" {
		return true
	}
	own, err := net.InterfaceAddrs()
	return err == nil && slices.ContainsFunc(own, func(address net.Addr) bool {
		prefix, ok := address.(*net.IPNet)
		return ok && prefix.IP.String() == host
	})
}

// Alone prepares the library for a program that looks after its containers itself: no
// helper image is pulled to remove them, and nothing is logged. The settings are the
// whole process's.
func Alone() error {
	log.SetDefault(mute{})
	return os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true")
}

// mute keeps the library's progress reports out of khop's output.
type mute struct{}

var _ log.Logger = mute{}

// Printf drops a line of progress.
func (mute) Printf(string, ...any) {}
