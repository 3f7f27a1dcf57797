package main

import (
	"fmt"
	"os"
	"strings"
)

// What is written lies between these lines of the document.
const (
	figuresBegin = "<!-- figures: written by khop-bench -->"
	figuresEnd   = "<!-- end of figures -->"
)

// writeInto puts the figures into a document, between its markers, and leaves the rest
// alone.
func writeInto(file, figures string) error {
	before, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("--write: %w", err)
	}
	after, err := between(string(before), figures)
	if err != nil {
		return fmt.Errorf("--write %s: %w", file, err)
	}
	if err := os.WriteFile(file, []byte(after), 0o644); err != nil {
		return fmt.Errorf("--write: %w", err)
	}
	return nil
}

// between replaces what lies between the markers of a text.
func between(text, figures string) (string, error) {
	head, rest, begun := strings.Cut(text, figuresBegin+"\n")
	_, tail, ended := strings.Cut(rest, figuresEnd)
	if !begun || !ended || strings.Contains(tail, figuresBegin) {
		return "", fmt.Errorf("wants the lines %q and %q once each, in this order", figuresBegin, figuresEnd)
	}
	return head + figuresBegin + "\n\n" + strings.TrimSpace(figures) + "\n\n" + figuresEnd + tail, nil
}
