package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// start measures how long `khop serve` takes from the start of the process to the first
// 200 of /healthz: with an empty folder, and with the file that an earlier one has left.
// The floor is khop that does nothing but say its version.
func start(ctx context.Context, l *lab) ([]Figure, error) {
	folder, err := l.scratch()
	if err != nil {
		return nil, err
	}
	var nth int
	first := func(ctx context.Context) (float64, error) {
		nth++
		return readyAfter(ctx, l.khop, filepath.Join(folder, fmt.Sprintf("%d.db", nth)))
	}
	again := func(ctx context.Context) (float64, error) {
		return readyAfter(ctx, l.khop, filepath.Join(folder, "1.db"))
	}
	version := func(ctx context.Context) (float64, error) {
		began := time.Now()
		err := exec.CommandContext(ctx, l.khop, "--version").Run()
		return milliseconds(time.Since(began)), err
	}
	var figures []Figure
	for _, kind := range []struct {
		what string
		take round
	}{{"khop serve ready, first start", first}, {"khop serve ready, started again", again}} {
		took, base, err := inTurns(ctx, l.rounds(20), kind.take, version)
		if err != nil {
			return nil, err
		}
		f := Figure{What: kind.what, Value: took, Unit: "ms", Against: "khop --version", Base: base}
		figures = append(figures, f.atMost(50))
	}
	return figures, nil
}

// readyAfter starts `khop serve` on a file, and returns how many milliseconds went by
// until it was healthy.
func readyAfter(ctx context.Context, khop, file string) (float64, error) {
	began := time.Now()
	s, err := startServer(ctx, khop, "serve", "--listen", "127.0.0.1:0", "--data", file)
	if err != nil {
		return 0, err
	}
	defer s.stop()
	if err := s.awaitHealth(ctx); err != nil {
		return 0, err
	}
	return milliseconds(time.Since(began)), nil
}

// patience is how long anything that serves may take to be there.
const patience = 10 * time.Second

// awaitHealth returns once the server says that it is well.
func (s *server) awaitHealth(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/healthz", nil)
		if err != nil {
			return err
		}
		answer, err := client.Do(request)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s is not healthy after %s: %w", s.url, patience, err)
		}
	}
}

// memory measures what an idle `khop serve` holds.
func memory(ctx context.Context, l *lab) ([]Figure, error) {
	folder, err := l.scratch()
	if err != nil {
		return nil, err
	}
	khop := func(ctx context.Context) (float64, error) {
		s, err := startServer(ctx, l.khop, "serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(folder, "khop.db"))
		if err != nil {
			return 0, err
		}
		defer s.stop()
		if err := s.awaitHealth(ctx); err != nil {
			return 0, err
		}
		return s.memory(), nil
	}
	floor := func(ctx context.Context) (float64, error) {
		s, err := startServer(ctx, l.self, "bare")
		if err != nil {
			return 0, err
		}
		defer s.stop()
		return s.memory(), nil
	}
	held, base, err := inTurns(ctx, l.rounds(5), khop, floor)
	return []Figure{{
		What: "khop serve idle, memory", Value: held, Unit: "MB", Against: "bare net/http server", Base: base,
		Note: "what is resident once it has answered /healthz",
	}}, err
}

// size measures the binary as it is shipped.
func size(_ context.Context, l *lab) ([]Figure, error) {
	info, err := os.Stat(l.khop)
	if err != nil {
		return nil, err
	}
	f := Figure{What: "khop, size of the binary", Value: float64(info.Size()) / 1e6, Unit: "MB"}
	return []Figure{f.atMost(40)}, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
