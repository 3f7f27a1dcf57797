package container

import (
	"context"
	"fmt"

	"github.com/moby/moby/client"
)

// Pause stops the target's processes in the middle of what they are doing. The
// kernel goes on taking connections for them.
func (c *Container) Pause(ctx context.Context) error {
	_, err := c.docker.ContainerPause(ctx, c.inner.GetContainerID(), client.ContainerPauseOptions{})
	return wrap("pausing the container", err)
}

// Resume lets the processes go on.
func (c *Container) Resume(ctx context.Context) error {
	_, err := c.docker.ContainerUnpause(ctx, c.inner.GetContainerID(), client.ContainerUnpauseOptions{})
	return wrap("resuming the container", err)
}

// Kill ends the target at once, as a power failure does: it gets no chance to tidy
// up. What it wrote to its file system stays.
func (c *Container) Kill(ctx context.Context) error {
	_, err := c.docker.ContainerKill(ctx, c.inner.GetContainerID(), client.ContainerKillOptions{Signal: "SIGKILL"})
	return wrap("killing the container", err)
}

// Start starts a killed target again and waits until it answers.
func (c *Container) Start(ctx context.Context) error {
	if _, err := c.docker.ContainerStart(ctx, c.inner.GetContainerID(), client.ContainerStartOptions{}); err != nil {
		return fmt.Errorf("starting the container again: %w", err)
	}
	return c.ready(ctx)
}

func wrap(doing string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
