package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/khop-dev/khop/schemas"
)

func TestOrdersAreRightAndNoTwoAlike(t *testing.T) {
	file := filepath.Join(t.TempDir(), "orders.jsonl")
	if err := writeOrders(file, 20); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := schemas.Lookup("accesstrade/postback")
	if err != nil {
		t.Fatal(err)
	}
	different := map[string]bool{}
	for line := range bytes.Lines(text) {
		different[string(line)] = true
		if problems, err := schema.Validate(line); err != nil || len(problems) > 0 {
			t.Errorf("%s: %v, %v", line, problems, err)
		}
	}
	if len(different) != 20 {
		t.Errorf("%d different orders", len(different))
	}
}

func TestWrkIsRead(t *testing.T) {
	const head = "Running 1s test\n  2 threads and 64 connections\nRequests/sec: 2000\n\n"
	found, err := readWrk([]byte(head + `{"requests":4000,"microseconds":2000000,"p99":1500,"refused":0,"broken":0}` + "\n"))
	if err != nil || found.Requests != 4000 || found.Microseconds != 2e6 || found.P99 != 1500 {
		t.Errorf("read %+v, %v", found, err)
	}
	for told, want := range map[string]string{
		`{"requests":10,"microseconds":1,"p99":1,"refused":3,"broken":0}`: "of 10 requests 3 were not answered with 200",
		`{"requests":10,"microseconds":1,"p99":1,"refused":0,"broken":2}`: "2 broke off",
		`{"requests":0,"microseconds":1,"p99":1,"refused":0,"broken":0}`:  "of 0 requests",
		"unable to connect": "read what it found",
	} {
		if _, err := readWrk([]byte(head + told)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", told, err)
		}
	}
}

func TestTheMiddleIsOfEachValueByItself(t *testing.T) {
	middle := middle([]sample{{rate: 1, p99: 9, cpu: 5}, {rate: 3, p99: 7, cpu: 4}, {rate: 2, p99: 8, cpu: 6}})
	if middle != (sample{rate: 2, p99: 8, cpu: 5}) {
		t.Errorf("%+v", middle)
	}
}

func TestAServerSaysWhereItListens(t *testing.T) {
	s, err := startServer(t.Context(), "sh", "-c", "echo listens on http://127.0.0.1:4711; exec sleep 60")
	if err != nil {
		t.Fatal(err)
	}
	if s.url != "http://127.0.0.1:4711" || s.memory() < 0 || s.cpu() < 0 {
		t.Errorf("%+v", s)
	}
	s.stop()
	if _, err := startServer(t.Context(), "sh", "-c", "echo no address"); err == nil || !strings.Contains(err.Error(), `"no address\n", and tells no address`) {
		t.Errorf("started: %v", err)
	}
}
