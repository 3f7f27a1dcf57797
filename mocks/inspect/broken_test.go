package inspect_test

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks/inspect"
)

// TestEveryBrokenFileIsToldOnALineOfItsOwn takes every kind of broken file, and a good one behind it.
func TestEveryBrokenFileIsToldOnALineOfItsOwn(t *testing.T) {
	deal := documented(t, "mobio", "sale_create_deal")
	packed := gzipped(t, strings.Repeat(deal+"\n", 100))
	noise := []byte(gzipped(t, deal))
	noise[len(noise)-6] ^= 0xFF // in the checksum
	for _, c := range []struct {
		name, text string
		want       string // place and rule
		found      string
	}{
		{"empty", "", "1:1 empty", "an empty file"},
		{"blank", " \n\n ", "1:1 empty", "an empty file"},
		{"no payload in an array", "[ ]", "1:1 empty", "none"},
		{"not UTF-8", strings.Replace(deal, "EFFF", "", 1)[:20] + "\xe9\"}", "1:21 encoding", "byte 0xE9, which is not UTF-8 here"},
		{"a byte order mark", "\ufeff" + deal, "1:1 encoding", "a byte order mark"},
		{"UTF-16 with a mark", "\xff\xfe{\x00}\x00", "1:1 encoding", "UTF-16, by its byte order mark"},
		{"UTF-16 of the other end", "\xfe\xff\x00{\x00}", "1:1 encoding", "UTF-16, by its byte order mark"},
		{"UTF-16 without a mark", "{\x00\"\x00", "1:1 encoding", "UTF-16, by its zero bytes"},
		{"a binary file", "\x7fELF\x02\x01\x00\x00", "1:1 binary", "a binary file: there are NUL bytes in it"},
		{"an image", "\x89PNG\r\n\x1a\n\x00\x00", "1:1 binary", "a binary file, or text in another encoding"},
		{"cut off", "{\n  \"type\": \"update_status\",\n  \"code\"", "3:9 syntax", "the end in the middle of a value: it was cut off"},
		{"cut off in a text", `{"type":"update_st`, "1:19 syntax", "the end in the middle of a value: it was cut off"},
		{"an array that is cut off", "[" + deal + ",\n", "2:1 syntax", "the end of the text: it was cut off"},
		{"a quote that is missing", "{\n \"type\": \"update_status,\n \"code\": \"1\"\n}", "2:25 syntax", "invalid character '\\n' in string literal"},
		{"a comma that is missing", "[" + deal + "\n" + deal + "]", "2:1 syntax", `"{"`},
		{"a comma too many", "[" + deal + ",]", "1:608 syntax", `"]"`},
		{"more behind it", deal + "}", "1:606 syntax", "invalid character '}' looking for beginning of value"},
		{"two on a line", deal + "\n" + deal + deal, "2:606 syntax", "more behind it: " + strconv.Quote(deal[:40]) + "…"},
		{"a Python literal", "{'type': 'update_status'}", "1:2 syntax", "invalid character '\\'' looking for beginning of object key string"},
		{"a word", "tomorrow", "1:2 syntax", "invalid character 'o' in literal true (expecting 'r')"},
		{"JSON within JSON", strconv.Quote(`{"type":"update_status"}`), "1:1 unknown", "a text that holds JSON: it was encoded twice"},
		{"a text", `"{type}"`, "1:1 unknown", `no object: "\"{type}\""`},
		{"a merge conflict", "<<<<<<< HEAD\n" + deal + "\n=======\n" + deal + "\n>>>>>>> theirs\n", "1:1 syntax", `a merge conflict: "<<<<<<< HEAD"`},
		{"prose", "Hello, world", "1:1 unknown", `something else: "Hello, world"`},
		{"a member twice", strings.Replace(deal, `{"message_id":`, `{"message_id":"a","message_id":`, 1), "1:19 duplicate /message_id", "another one"},
		{"an unknown member twice", strings.Replace(deal, `{"message_id":`, `{"x":1,"x":2,"message_id":`, 1), "1:8 duplicate /x", "another one"},
		{"a member twice, once escaped", strings.Replace(deal, `{"message_id":`, `{"message\u005fid":"a","message_id":`, 1), "1:24 duplicate /message_id", "another one"},
		{"100,000 levels", `{"type":` + strings.Repeat("[", 100_000), "1:520 depth", "more"},
		{"100,000 levels that end", strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000), "1:2561 depth", "more"},
		{"a number that is too large", strings.Replace(deal, "1658876078.505126", "1e999", 1), "1:82 number /data_event/action_time", "1e999"},
		{"gzip that is cut off", packed[:len(packed)-12], "", "no end: it was cut off"},
		{"gzip with something behind it", packed + "trailing", "", "bytes that are not gzip"},
		{"gzip with a letter behind it", packed + "\x1f", "", "bytes that are not gzip"},
		{"gzip with zeros and something behind it", packed + "\x00\x00x", "", "bytes that are not gzip"},
		{"gzip whose second stream is cut off", packed + packed[:5], "", "no end: it was cut off"},
		{"gzip without a header", "\x1f\x8b", "1:1 gzip", "its first two bytes, and no header behind them"},
		{"gzip that is damaged", string(noise), "", "a damaged one: gzip: invalid checksum"},
		{"gzip twice", gzipped(t, gzipped(t, deal)), "1:1 gzip", "another within it"},
		{"a payload that is too large", `{"type":"` + strings.Repeat("x", 17<<20) + `"}`, "1:1 size", "more"},
		{"a query string with a bad escape", "SMSID=1&RequestId=%zz", "1:9 syntax", "a % without two hex digits"},
		{"a query string with semicolons", "SMSID=1;SendStatus=2", "1:1 syntax", "a semicolon, which must be written %3B"},
		{"a query string in another encoding", "SMSID=1&RequestId=%e9", "1:9 encoding", "other bytes"},
		{"something between query strings", "SMSID=1\n<html>\n", "2:1 syntax", `"<html>"`},
		{"a HAR file that is cut off", `{"log":{"entries":[`, "1:20 syntax", "the end in the middle of a value: it was cut off"},
		{"a HAR file without entries", `{"log":{}}`, "1:1 empty", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &findings{}
			_, err := inspect.Inspect(t.Context(), []inspect.Source{source("broken", c.text), source("good.json", deal)}, inspect.Options{}, f)
			if err != nil {
				t.Fatal(err)
			}
			if good := f.finished[1]; good.Valid != 1 || !good.Good() {
				t.Errorf("the file behind it: %+v", good)
			}
			if f.finished[0].Good() {
				t.Error("it is not told")
			}
			var all []inspect.Problem
			for _, finding := range f.found {
				all = append(all, finding.Problems...)
			}
			i := slices.IndexFunc(all, func(p inspect.Problem) bool { return p.Found == c.found })
			if i < 0 || c.want != "" && f.lines()[i] != c.want {
				t.Errorf("%q %+v; want %q %q", f.lines(), all, c.want, c.found)
			}
		})
	}
}

func TestABrokenLineDoesNotStopTheOthers(t *testing.T) {
	deal := documented(t, "mobio", "sale_create_deal")
	long := `{"type":"` + strings.Repeat("x", 40<<20) + `"}`
	text := strings.Join([]string{deal, deal[:50], long, "nonsense", deal, "", "{}", deal}, "\n")
	f, s := examine(t, source("p.ndjson", text), inspect.Options{})
	want := []string{"2:51 syntax", "3:1 size", "4:2 syntax", "7:1 unknown"}
	if !slices.Equal(f.lines(), want) || s.Valid != 3 {
		t.Errorf("%q, %d valid; want %q", f.lines(), s.Valid, want)
	}
}

// faulty is a file that breaks while it is read.
type faulty struct{ io.Reader }

func (faulty) Close() error { return nil }

func TestAFileThatCannotBeReadIsTold(t *testing.T) {
	deal := documented(t, "mobio", "sale_create_deal") + "\n"
	fault := &fs.PathError{Op: "read", Path: "p", Err: errors.New("input/output error")}
	for name, open := range map[string]func() (io.ReadCloser, error){
		"there is no such file":           func() (io.ReadCloser, error) { return nil, fs.ErrNotExist },
		"it may not be read by this user": func() (io.ReadCloser, error) { return nil, &fs.PathError{Err: fs.ErrPermission} },
		"it cannot be read: input/output error": func() (io.ReadCloser, error) {
			return faulty{io.MultiReader(strings.NewReader(deal), broken{fault})}, nil
		},
		"it cannot be read: short of everything": func() (io.ReadCloser, error) { return faulty{broken{errors.New("short of everything")}}, nil },
		"it cannot be read: short of everything ": func() (io.ReadCloser, error) {
			return faulty{io.MultiReader(strings.NewReader(gzipped(t, deal)[:20]), broken{&fs.PathError{Err: errors.New("short of everything ")}})}, nil
		},
	} {
		f := &findings{}
		s, err := inspect.Inspect(t.Context(), []inspect.Source{{Name: "p.ndjson", Open: open}, source("good.json", deal)}, inspect.Options{}, f)
		if err != nil || s.Unreadable != 1 || s.Files != 2 || s.Broken != 0 {
			t.Errorf("%s: %+v %v", name, s, err)
		}
		if got := f.finished[0].Unreadable; got == nil || got.Error() != name {
			t.Errorf("%v, want %s", got, name)
		}
		if f.finished[1].Valid != 1 {
			t.Error("the file behind it was not judged")
		}
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func TestAReportThatFailsStopsTheInspection(t *testing.T) {
	full := errors.New("no space left")
	_, err := inspect.Inspect(t.Context(), []inspect.Source{source("p.json", "{")}, inspect.Options{}, refusing{full})
	if !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

type refusing struct{ err error }

func (r refusing) Found(inspect.Finding) error      { return r.err }
func (r refusing) Finished(inspect.FileCount) error { return r.err }

func TestGzipStreamsOneBehindAnotherAreRead(t *testing.T) {
	deal := documented(t, "mobio", "sale_create_deal") + "\n"
	for _, text := range []string{gzipped(t, deal) + gzipped(t, deal+deal), gzipped(t, deal+deal+deal) + "\x00\x00\x00"} {
		if f, s := examine(t, source("p.ndjson.gz", text), inspect.Options{}); s.Valid != 3 || !s.Good() {
			t.Errorf("%q %+v", f.lines(), s)
		}
	}
}
