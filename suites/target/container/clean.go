package container

import (
	"context"
	"errors"
	"fmt"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// Clean removes the containers and images that khop left behind: those whose khop
// is gone, or with all set, those of a khop at work as well. It returns what it
// removed, by name.
func Clean(ctx context.Context, all bool) ([]string, error) {
	docker, err := engine(ctx)
	if err != nil {
		return nil, err
	}
	defer docker.Close()
	return remove(ctx, docker, ours(), func(owner string) bool { return all || !alive(owner) })
}

// CleanRun removes what one run left behind, by the name in its Spec.
func CleanRun(ctx context.Context, run string) error {
	docker, err := engine(ctx)
	if err != nil {
		return err
	}
	defer docker.Close()
	_, err = remove(ctx, docker, ours(labelRun+"="+run), func(string) bool { return true })
	return err
}

// remove removes containers, then images, whose owner is to go.
func remove(ctx context.Context, docker *testcontainers.DockerClient, which client.Filters, goes func(owner string) bool) ([]string, error) {
	var removed []string
	var problems []error
	containers, err := docker.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: which})
	if err != nil {
		return nil, fmt.Errorf("listing khop's containers: %w", err)
	}
	for _, c := range containers.Items {
		if !goes(c.Labels[labelOwner]) {
			continue
		}
		if _, err := docker.ContainerRemove(ctx, c.ID, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true}); err != nil {
			problems = append(problems, fmt.Errorf("removing container %.12s: %w", c.ID, err))
			continue
		}
		removed = append(removed, "container "+c.ID[:12])
	}
	images, err := docker.ImageList(ctx, client.ImageListOptions{All: true, Filters: which})
	if err != nil {
		return removed, errors.Join(append(problems, fmt.Errorf("listing khop's images: %w", err))...)
	}
	for _, image := range images.Items {
		if !goes(image.Labels[labelOwner]) {
			continue
		}
		if _, err := docker.ImageRemove(ctx, image.ID, client.ImageRemoveOptions{Force: true, PruneChildren: true}); err == nil {
			removed = append(removed, "image "+image.ID)
		} // an image of another's, or a layer of one that is gone already, may stay
	}
	return removed, errors.Join(problems...)
}
