package sqlite

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/mocks/outbox"
)

// drawn is any attempt at all.
func drawn(t *rapid.T) outbox.Attempt {
	text := func(name string) string { return rapid.String().Draw(t, name) }
	header := func(name string) (pairs [][2]string) {
		for range rapid.IntRange(0, 5).Draw(t, name) {
			pairs = append(pairs, [2]string{text("name"), text("value")})
		}
		return pairs
	}
	length := func(name string) time.Duration { return time.Duration(rapid.Int64().Draw(t, name)) }
	a := outbox.Attempt{
		Event: rapid.Int64Range(1, 1<<42).Draw(t, "event"), Number: rapid.IntRange(1, 1<<attemptBits-1).Draw(t, "number"),
		ByHand: rapid.Bool().Draw(t, "by hand"), Due: length("due"), Started: time.Unix(0, int64(length("started"))), Took: length("took"),
		Request: outbox.Request{Method: text("method"), URL: text("url"), Header: header("sent")},
		Status:  rapid.Int().Draw(t, "status"), Header: header("got"), Answer: rapid.SliceOf(rapid.Byte()).Draw(t, "answer"),
		Failure: text("failure"), Outcome: text("outcome"), Reading: text("reading"), Wait: length("wait"),
	}
	if len(a.Answer) == 0 {
		a.Answer = nil
	}
	return a
}

func TestAnAttemptComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawn(t)
		data := encode(want)
		got, err := decode(want.Event<<attemptBits|int64(want.Number), data)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		cut := rapid.IntRange(0, len(data)-1).Draw(t, "cut")
		if _, err := decode(1, data[:cut]); err == nil {
			t.Fatalf("%d of %d bytes are enough", cut, len(data))
		}
	})
}

// FuzzDecode: what a damaged file holds must not harm.
func FuzzDecode(f *testing.F) {
	f.Add(encode(outbox.Attempt{Request: outbox.Request{Header: [][2]string{{"a", "b"}}}, Answer: []byte("x")}))
	f.Add([]byte{attemptFormat, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, data []byte) {
		if a, err := decode(1<<attemptBits|1, data); err == nil && a.Event != 1 {
			t.Errorf("event %d", a.Event)
		}
	})
}
