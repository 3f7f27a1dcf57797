package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/mocks/accesstrade"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// merchant has the keys that the endpoint is started with.
var merchant = accesstrade.Merchant{AccessKey: "bench-access-key", SecretKey: "bench-secret-key"}

// writeOrders writes so many signed postbacks into a file, a line each: the documented sample, each with an ID of its own.
func writeOrders(file string, count int) error {
	payload := rawjson.MustParse(fixtures.Documented(accesstrade.Name)[0].Payload)
	var lines bytes.Buffer
	for n := range count {
		id := rawjson.Text(fmt.Sprintf("DH-%d-%06d", count, n))
		lines.Write(merchant.Postback(payload.With("/transaction_id", id)).Body)
		lines.WriteByte('\n')
	}
	if err := os.WriteFile(file, lines.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write the orders: %w", err)
	}
	return nil
}

//go:embed endpoint.lua
var endpointScript []byte

// The load is the same for both servers.
const (
	threads     = 2
	connections = 64
)

// load is a wrk command apart from its address.
type load struct {
	file   string // with the bodies, a line each
	length time.Duration
}

// sample is what one run of wrk found.
type sample struct {
	rate float64 // requests a second
	p99  float64 // latency in ms
	cpu  float64 // of the server, in µs a request
}

// drive runs wrk against a server. It is an error when an answer was not a success.
func (l load) drive(ctx context.Context, s *server) (sample, error) {
	script := filepath.Join(filepath.Dir(l.file), "endpoint.lua")
	if err := os.WriteFile(script, endpointScript, 0o600); err != nil {
		return sample{}, fmt.Errorf("write wrk's script: %w", err)
	}
	before := s.cpu()
	wrk := exec.CommandContext(ctx, "wrk",
		"-t", fmt.Sprint(threads), "-c", fmt.Sprint(connections), "-d", l.length.String(), "-s", script,
		s.url+accesstrade.PostbackPath, "--", l.file, fmt.Sprint(threads))
	wrk.Stderr = os.Stderr
	told, err := wrk.Output()
	if err != nil {
		return sample{}, fmt.Errorf("drive %s with wrk (of the Debian package wrk): %w", s.name, err)
	}
	found, err := readWrk(told)
	if err != nil {
		return sample{}, fmt.Errorf("drive %s with wrk: %w", s.name, err)
	}
	return sample{
		rate: found.Requests / (found.Microseconds / 1e6),
		p99:  found.P99 / 1e3,
		cpu:  float64((s.cpu() - before).Microseconds()) / found.Requests,
	}, nil
}

// wrkFound is the last line that endpoint.lua writes.
type wrkFound struct {
	Requests, Microseconds, P99 float64
	Refused, Broken             int
}

func readWrk(told []byte) (wrkFound, error) {
	var found wrkFound
	lines := bytes.Split(bytes.TrimSpace(told), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], &found); err != nil {
		return found, fmt.Errorf("read what it found: %w", err)
	}
	if found.Requests == 0 || found.Refused > 0 || found.Broken > 0 {
		return found, fmt.Errorf("of %.0f requests %d were not answered with 200, and %d broke off", found.Requests, found.Refused, found.Broken)
	}
	return found, nil
}
