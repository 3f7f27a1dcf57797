package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/khop-dev/khop/suites/plan"
	"github.com/khop-dev/khop/suites/report"
)

// exchangeLog writes a HAR while a run goes on. A nil log does nothing.
type exchangeLog struct {
	name string
	file *os.File
	text *bufio.Writer
	har  *report.HAR
	err  error // the first that went wrong
}

func newExchangeLog(name string) (*exchangeLog, error) {
	file, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	text := bufio.NewWriter(file)
	return &exchangeLog{name: name, file: file, text: text, har: report.NewHAR(text, version)}, nil
}

func (l *exchangeLog) add(check report.Check) {
	if l.err == nil {
		l.err = l.har.Add(check)
	}
}

// exchangeFile is the HAR of one run of several, in the run's folder.
const exchangeFile = "exchanges.har"

// gather joins what the runs of a plan have written into this log.
func (l *exchangeLog) gather(runs []plan.Run, scratch string) error {
	if l == nil {
		return nil
	}
	for _, run := range runs {
		part, err := os.Open(filepath.Join(scratch, run.Provider.Name, exchangeFile))
		if err != nil {
			continue // that run left nothing behind, and its report says so
		}
		if err := errors.Join(l.har.Append(part), part.Close()); err != nil {
			l.err = errors.Join(l.err, fmt.Errorf("the exchanges of %s: %w", run.Provider.Name, err))
		}
	}
	return nil
}

// finish closes the file and says what went wrong with it.
func (l *exchangeLog) finish() error {
	if l == nil {
		return nil
	}
	err := errors.Join(l.err, l.har.Close(), l.text.Flush(), l.file.Close())
	l.file = nil
	if err != nil {
		return fmt.Errorf("writing %s: %w", l.name, err)
	}
	return nil
}

// abandon takes an unfinished file away.
func (l *exchangeLog) abandon() {
	if l != nil && l.file != nil {
		_ = l.file.Close()
		_ = os.Remove(l.name)
	}
}
