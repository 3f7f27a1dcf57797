package container

import (
	"bytes"
	"context"
	"io"
	"strings"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/client"
)

// lastLines is how many lines of a log an error ends with.
const lastLines = 20

// Log is what the target has written since a moment: both of its streams, as they
// came. It is empty where the engine does not tell.
func (c *Container) Log(ctx context.Context, since time.Time) string {
	options := client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true}
	if !since.IsZero() {
		options.Since = since.Format(time.RFC3339Nano)
	}
	return c.logs(ctx, options)
}

// Follow copies the target's log to w until ctx ends or the container does.
func (c *Container) Follow(ctx context.Context, w io.Writer) {
	stream, err := c.docker.ContainerLogs(ctx, c.inner.GetContainerID(), client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true, Follow: true})
	if err != nil {
		return
	}
	defer stream.Close()
	_, _ = stdcopy.StdCopy(w, w, stream) // it ends with the context or the container
}

func (c *Container) logs(ctx context.Context, options client.ContainerLogsOptions) string {
	if c.inner == nil {
		return ""
	}
	stream, err := c.docker.ContainerLogs(ctx, c.inner.GetContainerID(), options)
	if err != nil {
		return ""
	}
	defer stream.Close()
	var text bytes.Buffer
	_, _ = stdcopy.StdCopy(&text, &text, stream) // what came is what there is
	return text.String()
}

// lastWords is the end of the log, for the end of an error message.
func (c *Container) lastWords(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	lines := strings.Split(strings.TrimSpace(c.logs(ctx, client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true})), "\n")
	if lines[0] == "" {
		return "; it has written nothing"
	}
	return "; its last lines:\n" + strings.Join(lines[max(0, len(lines)-lastLines):], "\n")
}
