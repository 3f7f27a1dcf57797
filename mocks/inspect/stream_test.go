package inspect_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/khop-dev/khop/mocks/inspect"
)

// repeated is a text that comes again and again until it has been read enough, or watched stops it.
type repeated struct {
	text string
	left int64
	at   int
	each func(read int64)
}

func (r *repeated) Close() error { return nil }

func (r *repeated) Read(p []byte) (int, error) {
	if r.left <= 0 && r.at == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	r.left -= int64(n)
	r.each(r.left)
	return n, nil
}

// TestMemoryDoesNotGrowWithTheInput reads 200 MiB of NDJSON, and a large array, and looks at the heap meanwhile.
func TestMemoryDoesNotGrowWithTheInput(t *testing.T) {
	const most = 64 << 20
	lines := string(mobioEvents(t, 1000))
	for name, c := range map[string]struct {
		first, text string
		size        int64
	}{
		"NDJSON":   {"", lines, 200 << 20},
		"an array": {"[{}", "," + documented(t, "mobio", "sale_create_deal"), 80 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			size := c.size / slowdown
			var peak atomic.Uint64
			reads := 0
			endless := &repeated{text: c.text, left: size, each: func(int64) {
				if reads++; reads%16 == 0 {
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					peak.Store(max(peak.Load(), m.HeapAlloc))
				}
			}}
			stream := inspect.Source{Name: "stdin", Open: func() (io.ReadCloser, error) {
				if c.first == "" {
					return endless, nil
				}
				return faulty{&beginning{c.first, endless}}, nil
			}}
			f := &findings{}
			s, err := inspect.Inspect(t.Context(), []inspect.Source{stream}, inspect.Options{}, f)
			if err != nil || s.Valid < 50_000/slowdown {
				t.Fatalf("%+v %v", s, err)
			}
			if got := peak.Load(); got > most || got == 0 {
				t.Errorf("%d MiB of heap, want at most %d", got>>20, most>>20)
			}
		})
	}
}

// beginning is a text before another.
type beginning struct {
	text string
	io.Reader
}

func (b *beginning) Read(p []byte) (int, error) {
	if b.text == "" {
		return b.Reader.Read(p)
	}
	n := copy(p, b.text)
	b.text = b.text[n:]
	return n, nil
}

func TestAnInspectionCanBeInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	endless := &repeated{text: string(mobioEvents(t, 1000)), left: 1 << 50, each: func(left int64) {
		if left < 1<<50-10<<20 {
			interrupt()
		}
	}}
	f := &findings{}
	s, err := inspect.Inspect(ctx, []inspect.Source{{Name: "stdin", Open: func() (io.ReadCloser, error) { return endless, nil }}}, inspect.Options{}, f)
	if !errors.Is(err, context.Canceled) || s.Valid == 0 {
		t.Errorf("%+v %v", s, err)
	}
}

// hanging is a terminal at which nobody types.
type hanging struct{ released chan struct{} }

func (h hanging) Read([]byte) (int, error) {
	<-h.released
	return 0, io.EOF
}

func TestAnInspectionIsInterruptedWhileItWaits(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	waiting := hanging{make(chan struct{})}
	defer close(waiting.released)
	_, err := inspect.Inspect(ctx, []inspect.Source{{Name: "stdin", Open: func() (io.ReadCloser, error) {
		interrupt()
		return faulty{waiting}, nil
	}}}, inspect.Options{}, &findings{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestLinesAreJudgedAsTheyCome(t *testing.T) {
	reader, writer := io.Pipe()
	status := documented(t, "superai", "update_status")
	first := make(chan struct{})
	go func() {
		_, _ = io.WriteString(writer, status+"\n{}\n")
		<-first
		_, _ = io.WriteString(writer, status+"\n")
		_ = writer.Close()
	}()
	s, err := inspect.Inspect(t.Context(), []inspect.Source{{Name: "stdin", Open: func() (io.ReadCloser, error) { return reader, nil }}}, inspect.Options{}, told{first})
	if err != nil || s.Valid != 2 || s.Invalid != 1 {
		t.Errorf("%+v %v", s, err)
	}
}

// told closes a channel at the first finding.
type told struct{ first chan struct{} }

func (t told) Found(inspect.Finding) error {
	close(t.first)
	return nil
}

func (t told) Finished(inspect.FileCount) error { return nil }
