package container

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// ErrNoEngine is why nothing can be run: no container engine answers.
var ErrNoEngine = errors.New("no container engine answers")

// Labels by which khop knows its own again.
const (
	labelKhop  = "dev.khop"       // on every container and image of khop's
	labelOwner = "dev.khop.owner" // process id and start of the khop that made it
	labelRun   = "dev.khop.run"   // one run of one khop
)

// engine is a connection to the container engine that answers.
func engine(ctx context.Context) (*testcontainers.DockerClient, error) {
	docker, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: start one, or set DOCKER_HOST: %w", ErrNoEngine, err)
	}
	if _, err := docker.Ping(ctx, client.PingOptions{}); err != nil {
		_ = docker.Close()
		return nil, fmt.Errorf("%w: start one, or set DOCKER_HOST: %w", ErrNoEngine, err)
	}
	return docker, nil
}

// hasImage finds out whether the engine has an image; nothing is pulled behind the
// user's back.
func hasImage(ctx context.Context, docker *testcontainers.DockerClient, image string) error {
	_, err := docker.ImageInspect(ctx, image)
	if errdefs.IsNotFound(err) {
		return fmt.Errorf("the engine has no image %s: build or pull it first", image)
	}
	if err != nil {
		return fmt.Errorf("looking for the image %s: %w", image, err)
	}
	return nil
}

// labels mark what belongs to one run of this khop.
func labels(run string) map[string]string {
	return map[string]string{labelKhop: "target", labelOwner: owner(), labelRun: run}
}

// ours finds containers and images by their labels.
func ours(more ...string) client.Filters {
	filters := make(client.Filters).Add("label", labelKhop)
	for _, label := range more {
		filters = filters.Add("label", label)
	}
	return filters
}

func port(number int) string { return strconv.Itoa(number) + "/tcp" }
