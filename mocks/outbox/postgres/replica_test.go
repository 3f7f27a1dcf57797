package postgres_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/postgres"
)

// A replica is this test binary again, told by its environment which database it works
// on and where it delivers to.
const (
	replicaOf = "KHOP_TEST_REPLICA_OF"
	replicaTo = "KHOP_TEST_REPLICA_TO"
)

// beReplica delivers until it is killed.
func beReplica(url string) int {
	ctx := context.Background()
	store, err := postgres.Open(ctx, url, postgres.Options{Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err == nil {
		err = store.Run(ctx, deliverTo(os.Getenv(replicaTo)), 32)
	}
	slog.Error("the replica has ended", "error", err)
	return 1
}

// deliverTo posts an event's ID.
func deliverTo(target string) outbox.Deliver {
	return func(ctx context.Context, _ outbox.App, event outbox.Event) (outbox.Result, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(fmt.Append(nil, event.ID)))
		if err != nil {
			return outbox.Result{}, err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			if ctx.Err() != nil {
				return outbox.Result{}, outbox.ErrInterrupted
			}
			return outbox.Result{Attempt: attempt(event, 0), State: outbox.Due, Next: time.Now().Add(50 * time.Millisecond)}, nil
		}
		defer response.Body.Close()
		_, _ = io.Copy(io.Discard, response.Body)
		return accepted(event), nil
	}
}

// startReplica starts a replica in a process of its own; kill it by what is returned.
func startReplica(url, target string) (kill func()) {
	GinkgoHelper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), replicaOf+"="+url, replicaTo+"="+target)
	command.Stdout, command.Stderr = GinkgoWriter, GinkgoWriter
	Expect(command.Start()).To(Succeed())
	return func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	}
}
