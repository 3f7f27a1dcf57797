package inspect

import (
	"bytes"

	"github.com/khop-dev/khop/mocks/inspect/recognise"
	"github.com/khop-dev/khop/mocks/inspect/scan"
)

// batch is a piece of one source that one worker judges at a stretch.
type batch struct {
	file *Source

	// What there is to judge: payloads that were cut out, or lines to cut, of which the first has the number line.
	texts []text
	lines *buffer
	line  int
	form  form
	mark  bool // a byte order mark stands before the first of them

	// found and count are the result. What the reader itself has found is there from the start.
	found []Finding
	count Count
	// unreadable and last end a file.
	unreadable error
	last       bool

	done chan struct{}
}

// judge judges what is in the batch.
func (b *batch) judge(j *judge) {
	defer close(b.done)
	for _, t := range b.texts {
		b.take(j, t)
	}
	b.texts = nil
	if b.lines != nil {
		b.judgeLines(j)
		b.lines.release()
		b.lines = nil
	}
}

// judgeLines cuts the lines and judges what is on each.
func (b *batch) judgeLines(j *judge) {
	for number, rest := b.line, b.lines.text; len(rest) > 0; number++ {
		line := rest
		if end := bytes.IndexByte(rest, '\n'); end >= 0 {
			line, rest = rest[:end], rest[end+1:]
		} else {
			rest = nil
		}
		if t, ok := b.payloadOn(line, scan.Place{Line: number, Column: 1}); ok {
			b.take(j, t)
		}
	}
}

// payloadOn finds the payload on a line.
func (b *batch) payloadOn(line []byte, start scan.Place) (text, bool) {
	switch b.form {
	case weblog:
		query, at, ok := loggedQuery(line)
		return text{body: query, query: true, start: start.After(line[:at]), foreign: true, logged: true}, ok
	case queries:
		query, at, ok := queryOn(line)
		if !ok && !blank(line) {
			b.broken(Finding{Place: start, Problems: []Problem{{
				Place: start, Rule: Syntax, Expected: "a query string or a callback URL", Found: excerpt(line),
			}}})
		}
		return text{body: query, query: true, start: start.After(line[:at])}, ok
	}
	return text{body: line, start: start}, !blank(line)
}

// take judges one payload and counts it.
func (b *batch) take(j *judge, t text) {
	var v verdict
	if t.query {
		v = j.query(t)
	} else {
		v = j.json(t)
	}
	if b.mark {
		v.problems = append([]Problem{marked(scan.Start)}, v.problems...)
		b.mark = false
	}
	switch {
	case len(v.problems) == 0:
		b.count.valid(v.guess)
	case v.unknown && (t.foreign || b.file.Lenient && !(v.garbled && b.file.Legible)):
		b.count.Skipped++
	default:
		b.wrong(v, t.start)
	}
}

func (b *batch) wrong(v verdict, start scan.Place) {
	b.count.invalid(v.guess)
	f := Finding{File: b.file.Name, Place: start, Schema: v.guess.Schema, Problems: v.problems}
	if f.Schema != nil {
		f.Reason = v.guess.Reason()
	}
	b.found = append(b.found, f)
}

// broken notes a payload that is not even one.
func (b *batch) broken(f Finding) {
	f.File = b.file.Name
	b.count.invalid(recognise.Guess{})
	b.found = append(b.found, f)
}
