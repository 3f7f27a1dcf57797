package main

import (
	"strings"
	"testing"
)

func TestWhatLinuxTells(t *testing.T) {
	if got := after("processor\t: 0\nmodel name\t: AMD EPYC: 7B13\nmodel name\t: other\n", "model name"); got != "AMD EPYC: 7B13" {
		t.Error(got)
	}
	if got := kilobytes(after("MemTotal:       24690172 kB\nMemFree: 1 kB\n", "MemTotal")); got != 24690172 {
		t.Error(got)
	}
	if got := load1("0.52 0.40 0.30 1/200 12345\n"); got != 0.52 {
		t.Error(got)
	}
	if got := load1(""); got != -1 {
		t.Error(got)
	}
}

func TestAMachineThatTellsNothing(t *testing.T) {
	text := machine{Load: -1, Cores: 4}.String()
	if !strings.Contains(text, "khop of an unknown version") || strings.Contains(text, "load") || strings.Contains(text, "busy") {
		t.Error(text)
	}
}
