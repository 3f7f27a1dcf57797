package main

import (
	"strings"
	"testing"
)

// awaiting are the commands that read a payload from standard input.
func awaiting(address string) map[string][]string {
	return map[string][]string{
		"sign":    {"sign", "superai", "--secret", "partner_code=P"},
		"send":    {"send", "superai", "update_status", "--secret", "partner_code=P", "-t", address, "--file", "-"},
		"trigger": {"trigger", "shop", "update_status", "--server", address, "--file", "-"},
	}
}

// What comes through a pipe is read to its end, without a word.
func TestInputComesThroughAPipe(t *testing.T) {
	t.Parallel()
	child := process(t.Context(), nil, awaiting("")["sign"]...)
	child.Stdin = strings.NewReader("{}")
	out, err := child.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "Signature: ") || strings.Count(string(out), "\n") != 1 {
		t.Errorf("%v: %s", err, out)
	}
}
