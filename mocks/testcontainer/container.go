package testcontainer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"

	"github.com/khop-dev/khop/mocks/accesstrade"
)

// Container is a running khop.
type Container struct {
	testcontainers.Container
	part part
}

// Run starts khop's image and waits until it listens. The options are one of this
// package, and any of testcontainers-go. The container may be there even where there
// is an error, so that testcontainers.CleanupContainer comes before the error is
// looked at; the error ends with what khop said.
func Run(ctx context.Context, image string, options ...testcontainers.ContainerCustomizer) (*Container, error) {
	var role part
	for _, option := range options {
		if ours, ok := option.(Option); ok {
			if err := ours(&role); err != nil {
				return nil, fmt.Errorf("run khop: %w", err)
			}
		}
	}
	if role.cmd == nil {
		return nil, fmt.Errorf("run khop: %w", errOnePart)
	}
	started, err := testcontainers.Run(ctx, image, append(role.customizers(), options...)...)
	var khop *Container
	if started != nil {
		khop = &Container{Container: started, part: role}
	}
	if err != nil {
		return khop, fmt.Errorf("run khop: %w%s", err, khop.said(ctx))
	}
	return khop, nil
}

// healthInterval is how often the engine asks whether khop is well. Containers of tests
// live for seconds.
const healthInterval = 2 * time.Second

// customizers are the part in the words of testcontainers-go.
func (p part) customizers() []testcontainers.ContainerCustomizer {
	port, _, _ := strings.Cut(p.port, "/")
	return []testcontainers.ContainerCustomizer{
		testcontainers.WithCmd(p.cmd...),
		testcontainers.WithEnv(p.env),
		testcontainers.WithExposedPorts(p.port),
		testcontainers.WithWaitStrategy(wait.ForHTTP(p.ready).WithPort(p.port)),
		testcontainers.WithConfigModifier(func(c *container.Config) {
			// The image's own check asks a khop that serves.
			c.Healthcheck = &container.HealthConfig{
				Test:     []string{"CMD", "khop", "healthcheck", "http://127.0.0.1:" + port + p.ready},
				Interval: healthInterval,
			}
		}),
	}
}

// said is the end of what khop printed, for the end of an error.
func (c *Container) said(ctx context.Context) string {
	if c == nil {
		return ""
	}
	logs, err := c.Logs(context.WithoutCancel(ctx)) // the time may be up, and that is what is to be explained
	if err != nil {
		return ""
	}
	defer logs.Close()
	text, err := io.ReadAll(io.LimitReader(logs, 64<<10))
	if err != nil || len(text) == 0 {
		return ""
	}
	return ": khop said: " + strings.TrimSpace(string(text[max(0, len(text)-500):]))
}

// URL is where khop is reached from the test: AccessTrade's endpoint, behind which the
// documented paths come, or the address that deliveries go to.
func (c *Container) URL(ctx context.Context) (string, error) {
	address, err := c.address(ctx)
	if err != nil {
		return "", err
	}
	return address + c.part.path, nil
}

func (c *Container) address(ctx context.Context) (string, error) {
	address, err := c.PortEndpoint(ctx, c.part.port, "http")
	if err != nil {
		return "", fmt.Errorf("find khop's port %s: %w", c.part.port, err)
	}
	return address, nil
}

// Calls are the calls that came to AccessTrade's endpoint so far, oldest first. No key
// is in them.
func (c *Container) Calls(ctx context.Context) ([]accesstrade.Entry, error) {
	if c.part.ready != accesstrade.JournalPath {
		return nil, errors.New("only a khop that was started WithAccessTrade has calls; a receiver says what it has Applied")
	}
	var journal struct{ Entries []accesstrade.Entry }
	if err := c.ask(ctx, accesstrade.JournalPath, &journal); err != nil {
		return nil, fmt.Errorf("read khop's journal: %w", err)
	}
	return journal.Entries, nil
}

// Applied is how often the receiver has applied the event with this key: Mobio's
// message_id, SuperAI's code, Abaha's id (a customer's user_id), eSMS's SMSID.
func (c *Container) Applied(ctx context.Context, key string) (int, error) {
	if c.part.path == "" {
		return 0, errors.New("only a receiver of deliveries applies events; AccessTrade's endpoint has Calls")
	}
	var applied struct{ Count int }
	if err := c.ask(ctx, c.part.ready+"/"+url.PathEscape(key), &applied); err != nil {
		return 0, fmt.Errorf("ask khop's receiver about %s: %w", key, err)
	}
	return applied.Count, nil
}

// ask reads what khop answers at a path.
func (c *Container) ask(ctx context.Context, path string, into any) error {
	address, err := c.address(ctx)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+path, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", request.URL, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(into)
}
