package main

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// machine is what figures were taken on, and how busy it was when they were begun.
type machine struct {
	Processor string
	Cores     int
	Memory    float64 // GB
	Kernel    string
	Go        string
	Khop      string
	Day       time.Time
	Load      float64 // average of the last minute; below 0: not known
}

// lookAtMachine reads what Linux tells about itself; what it does not tell stays empty.
func lookAtMachine() machine {
	return machine{
		Processor: after(read("/proc/cpuinfo"), "model name"),
		Cores:     runtime.NumCPU(),
		Memory:    float64(kilobytes(after(read("/proc/meminfo"), "MemTotal"))) / 1e6,
		Kernel:    strings.TrimSpace(read("/proc/sys/kernel/osrelease")),
		Go:        runtime.Version(),
		Day:       time.Now().UTC(),
		Load:      load1(read("/proc/loadavg")),
	}
}

// busy is the load from which on figures say little: half of the machine is taken.
func (m machine) busy() bool { return m.Load > float64(m.Cores)/2 }

// String says it in a sentence, and warns where the machine was busy.
func (m machine) String() string {
	text := fmt.Sprintf("Taken on %s with khop %s and %s, on %s with %d cores and %.1f GB of memory, %s %s",
		m.Day.Format(time.DateOnly), cmp.Or(m.Khop, "of an unknown version"), m.Go,
		cmp.Or(m.Processor, "an unknown "+runtime.GOARCH+" processor"), m.Cores, m.Memory, runtime.GOOS, cmp.Or(m.Kernel, "of an unknown version"))
	switch {
	case m.Load < 0:
		return text + "."
	case m.busy():
		return text + fmt.Sprintf(".\n\n**The machine was busy** (load average %.2f at the start): take these figures again when it is quiet.", m.Load)
	}
	return text + fmt.Sprintf("; load average at the start %.2f.", m.Load)
}

// read is a file's text; empty where there is none.
func read(file string) string {
	text, _ := os.ReadFile(file)
	return string(text)
}

// after is what stands behind a name and a colon, in the first line that begins so.
func after(text, name string) string {
	for line := range strings.Lines(text) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// kilobytes reads "8029832 kB"; 0 where it is something else.
func kilobytes(text string) int64 {
	number, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(text, "kB")), 10, 64)
	return number
}

// load1 is the first of /proc/loadavg's figures; -1 where there is none.
func load1(text string) float64 {
	first, _, _ := strings.Cut(text, " ")
	load, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return -1
	}
	return load
}
