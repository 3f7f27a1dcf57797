package report_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/khop-dev/khop/suites/report"
)

func TestReadReadsWhatWasWritten(t *testing.T) {
	for name, r := range everything() {
		if name == "poisoned" {
			continue // no report of khop has such ids
		}
		var doc bytes.Buffer
		if err := report.WriteJSON(&doc, r); err != nil {
			t.Fatal(err)
		}
		got, err := report.Read(&doc)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !reflect.DeepEqual(got, r) {
			t.Errorf("%s: read %+v, wrote %+v", name, got, r)
		}
	}
}

func TestReadTellsWhatIsWrong(t *testing.T) {
	for doc, want := range map[string]string{
		"":                                   "it is empty",
		"<html>":                             "line 1, column 1",
		"[]":                                 "report.json is what is wanted",
		"7":                                  "report.json is what is wanted",
		`{"version": "2.1.0"}`:               "report.json is what is wanted",
		`{"schema": "one"}`:                  "report.json is what is wanted",
		`{"schema": 1}`:                      "required (and ",
		`{"schema": 2, "khop": "9.0.0"}`:     "edition 2, written by khop 9.0.0; this khop reads edition 1",
		`{"schema": 1, "khop": "1"}{"b": 1}`: "more than one JSON value",
	} {
		if _, err := report.Read(strings.NewReader(doc)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", doc, err, want)
		}
	}
	if _, err := report.Read(iotest.ErrReader(errFull)); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
}
