package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// validated are the events that the big file holds, of three providers.
var validated = [][2]string{{"superai", "update_status"}, {"mobio", "sale_create_deal"}, {"abaha", "order"}}

// validateFile measures `khop validate` over a big file, and the most memory that it
// takes. The floor reads the same file and decodes each line, and judges nothing.
func validateFile(ctx context.Context, l *lab) ([]Figure, error) {
	file := filepath.Join(l.folder, "events.ndjson")
	size, err := l.writeEvents(ctx, file)
	if err != nil {
		return nil, err
	}
	var memory []float64
	rate := func(program, command string, peaks *[]float64) round {
		return func(ctx context.Context) (float64, error) {
			took, peak, err := running(exec.CommandContext(ctx, program, command, file))
			*peaks = append(*peaks, peak)
			return float64(size) / 1e6 / took.Seconds(), err
		}
	}
	var floorMemory []float64
	khop, floor, err := inTurns(ctx, l.rounds(5), rate(l.khop, "validate", &memory), rate(l.self, "decode", &floorMemory))
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("khop validate, a file of %.0f MB", float64(size)/1e6)
	return []Figure{
		Figure{
			What: what, Value: khop, Unit: "MB/s", Against: "json.Unmarshal of each line, one core", Base: floor,
			Note: "whole processes; events of SuperAI, Mobio and Abaha in turns",
		}.ratioAtLeast(0.5),
		{What: what + ", memory", Value: median(memory), Unit: "MB", Against: "the same", Base: median(floorMemory), Note: "the most that was resident"},
	}, nil
}

// writeEvents writes generated events, a line each, until the file is big, and returns
// its size in bytes.
func (l *lab) writeEvents(ctx context.Context, file string) (int, error) {
	wanted, different := 200_000_000, 300
	if l.quick {
		wanted, different = 1_000_000, 20
	}
	var once bytes.Buffer
	for _, event := range validated {
		lines, err := output(ctx, l.folder, l.khop, "sample", event[0], event[1], "--style", "compact", "--seed", "1", "--count", strconv.Itoa(different))
		if err != nil {
			return 0, err
		}
		once.WriteString(lines + "\n")
	}
	to, err := os.Create(file)
	if err != nil {
		return 0, err
	}
	written := 0
	for written < wanted {
		n, err := to.Write(once.Bytes())
		if err != nil {
			return 0, errors.Join(err, to.Close())
		}
		written += n
	}
	return written, to.Close()
}

// running runs a process to its end, and returns how long it took and the most memory
// that it held, in MB.
func running(cmd *exec.Cmd) (time.Duration, float64, error) {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("%s: %w\n%.2000s", cmd, err, said.String())
	}
	took := time.Since(began)
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, 0, absent{"this system does not tell what a process has used"}
	}
	return took, float64(usage.Maxrss) / 1000, nil
}

// decodeCommand is what a reader of NDJSON pays at least.
func decodeCommand(_ context.Context, args []string, _ io.Writer) error {
	if len(args) != 1 {
		return errors.New("decode wants one file")
	}
	file, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var value any
		if err := json.Unmarshal(lines.Bytes(), &value); err != nil {
			return fmt.Errorf("decoding %s: %w", args[0], err)
		}
	}
	return lines.Err()
}
