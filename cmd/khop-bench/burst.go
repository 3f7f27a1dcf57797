package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
)

// atOnce is how many connections load a target.
const atOnce = "64"

// burstAgainstWrk loads a bare handler as fast as it takes it: in turns with `khop burst`,
// each event unique and signed, and with wrk, which sends one of those requests over and
// over.
func burstAgainstWrk(ctx context.Context, l *lab) ([]Figure, error) {
	wrk, err := installed("wrk")
	if err != nil {
		return nil, err
	}
	constant, err := l.typicalRequest(ctx)
	if err != nil {
		return nil, err
	}
	script := filepath.Join(l.folder, "constant.lua")
	if err := os.WriteFile(script, constant.script(), 0o600); err != nil {
		return nil, fmt.Errorf("writing wrk's script: %w", err)
	}
	target, err := startServer(ctx, l.self, "bare")
	if err != nil {
		return nil, err
	}
	defer target.stop()
	khop := func(ctx context.Context) (float64, error) {
		return l.burst(ctx, target.url+"/hook", "--for", l.seconds().String(), "--connections", atOnce)
	}
	floor := func(ctx context.Context) (float64, error) {
		said, err := output(ctx, l.folder, wrk, "-t", strconv.Itoa(runtime.NumCPU()), "-c", atOnce, "-d", l.seconds().String(), "-s", script, target.url+"/hook")
		if err != nil {
			return 0, err
		}
		return wrkRate(said)
	}
	rate, base, err := inTurns(ctx, l.rounds(5), khop, floor)
	if err != nil {
		return nil, err
	}
	f := Figure{
		What: "khop burst superai as fast as possible", Value: rate, Unit: "requests/s", Against: "wrk, one constant request of that size", Base: base,
		Note: fmt.Sprintf("both against the same bare handler on this machine, over %s connections; a body of %d bytes", atOnce, len(constant.body)),
	}
	return []Figure{f.ratioAtLeast(0.8)}, nil
}

// burst runs one burst of SuperAI's events as fast as the target takes them, and returns
// how many answers a second came. All of them have to be good ones.
func (l *lab) burst(ctx context.Context, target string, flags ...string) (float64, error) {
	folder, err := l.scratch()
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, l.khop, append([]string{"burst", "superai", "--target", target, "--rate", "max", "--report", folder}, flags...)...)
	cmd.Env = append(os.Environ(), "KHOP_SUPERAI_PARTNER_CODE=PARTNER-42")
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("khop burst: %w\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(folder, "report.json"))
	if err != nil {
		return 0, err
	}
	var result struct {
		Requests            uint64
		Success, Throughput float64
		Errors              map[string]uint64
	}
	if err := json.Unmarshal(text, &result); err != nil {
		return 0, fmt.Errorf("reading the report of khop burst: %w", err)
	}
	if result.Requests == 0 || result.Success < 1 {
		return 0, fmt.Errorf("khop burst: %d requests, success %g: errors %v", result.Requests, result.Success, result.Errors)
	}
	return result.Throughput, nil
}

// What wrk says.
var (
	wrkRequests = regexp.MustCompile(`(?m)^Requests/sec:\s+([0-9.]+)$`)
	wrkTrouble  = regexp.MustCompile(`(?m)^\s*(Socket errors:|Non-2xx or 3xx responses:).*$`)
)

// wrkRate reads requests a second from wrk's output, which must tell of no trouble.
func wrkRate(said string) (float64, error) {
	if trouble := wrkTrouble.FindString(said); trouble != "" {
		return 0, fmt.Errorf("wrk: %s", strings.TrimSpace(trouble))
	}
	found := wrkRequests.FindStringSubmatch(said)
	if found == nil {
		return 0, fmt.Errorf("wrk tells no Requests/sec:\n%s", said)
	}
	return strconv.ParseFloat(found[1], 64)
}
