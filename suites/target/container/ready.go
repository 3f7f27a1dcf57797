package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/moby/moby/client"
)

// ready waits until the target answers. An open port says little: the engine's own
// proxy takes connections before the receiver does.
func (c *Container) ready(ctx context.Context) error {
	bounded, cancel := context.WithTimeout(ctx, c.spec.within())
	defer cancel()
	var last error
	for {
		answer := c.ask(bounded)
		if answer == nil {
			return nil
		}
		if last == nil || bounded.Err() == nil { // a look that the limit cut short tells less than the one before
			last = answer
		}
		if err := c.Ended(bounded); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-bounded.Done():
			return fmt.Errorf("%s is not ready after %s: %w%s", c.spec.name(), c.spec.within(), last, c.lastWords(ctx))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// ask makes one request of the target.
func (c *Container) ask(ctx context.Context) error {
	path := "/"
	if c.spec.WaitHTTP != "" {
		path = c.spec.WaitHTTP
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL(path).String(), nil)
	if err != nil {
		return err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("port %d of the container does not answer: %w", c.spec.Port, errors.Unwrap(err))
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	if c.spec.WaitHTTP != "" && response.StatusCode/100 != 2 {
		return fmt.Errorf("GET %s answers %s", path, response.Status)
	}
	return nil
}

// Ended says how the container ended, with its last lines; nil while it runs.
func (c *Container) Ended(ctx context.Context) error {
	found, err := c.docker.ContainerInspect(ctx, c.inner.GetContainerID(), client.ContainerInspectOptions{})
	if err != nil || found.Container.State == nil || found.Container.State.Running {
		return nil // the next request tells
	}
	return fmt.Errorf("%s ended with exit code %d%s", c.spec.name(), found.Container.State.ExitCode, c.lastWords(ctx))
}
