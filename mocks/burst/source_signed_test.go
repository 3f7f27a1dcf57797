package burst_test

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/burst"
	_ "github.com/khop-dev/khop/mocks/platforms" // all providers
	"github.com/khop-dev/khop/schemas/rawjson"
)

// identities are how a receiver tells a provider's events, or what they are about, apart:
// what stands before them in a request, and behind them.
var identities = map[string]struct{ before, behind string }{
	"abaha":       {`id":"`, `"`}, // of an object, or user_id
	"accesstrade": {`"transaction_id":"`, `"`},
	"esms":        {`SMSID=`, `&`},
	"mobio":       {`"deal_id":"`, `"`},
	"superai":     {`"code":"`, `"`},
}

// sending are the options of a burst of a provider's events.
func sending(t testing.TB, name string) burst.Options {
	t.Helper()
	p, err := mocks.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	secrets := map[string]string{}
	for _, s := range p.Secrets {
		secrets[s.Name] = "secret-" + s.Name
	}
	account, err := p.Account(secrets, nil)
	if err != nil {
		t.Fatal(err)
	}
	return burst.Options{Provider: p, Account: account, URL: &url.URL{Scheme: "http", Host: "127.0.0.1:3000", Path: "/hook"}, Seed: 1}
}

func source(t testing.TB, options burst.Options) burst.Source {
	t.Helper()
	s, err := burst.NewSource(options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// between is what stands between two texts. It is no Helper, for it is called often.
func between(t testing.TB, request []byte, before, behind string) string {
	_, rest, ok := bytes.Cut(request, []byte(before))
	found, _, ended := bytes.Cut(rest, []byte(behind))
	if !ok || !ended {
		t.Fatalf("nothing between %s and %s: %s", before, behind, request)
	}
	return string(found)
}

func TestEveryEventOfEveryShardIsUnique(t *testing.T) {
	t.Parallel()
	for name, is := range identities {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shards := []burst.Shard{{Index: 0, Of: 2}, {Index: 1, Of: 2}}
			seen := make(map[string]bool, 100_000)
			var buf []byte
			for _, shard := range shards {
				s := source(t, sending(t, name)) // as another process would
				for k := range uint64(50_000) {
					buf = s.Append(buf[:0], shard.Number(k), burst.Genuine)
					seen[between(t, buf, is.before, is.behind)] = true
				}
			}
			if len(seen) != 100_000 {
				t.Errorf("%d identities of 100,000 events", len(seen))
			}
		})
	}
}

func TestTheSameNumberIsTheSameEvent(t *testing.T) {
	t.Parallel()
	for name, is := range identities {
		options := sending(t, name)
		s := source(t, options)
		identity := func(s burst.Source, number uint64, kind burst.Kind) string {
			return between(t, s.Append(nil, number, kind), is.before, is.behind)
		}
		first := identity(s, 7, burst.Genuine)
		for _, kind := range burst.Kinds {
			if again := identity(source(t, options), 7, kind); again != first {
				t.Errorf("%s: event 7 is %s, and as %s %s", name, first, kind, again)
			}
		}
		options.Seed++
		if other := identity(source(t, options), 7, burst.Genuine); other == first {
			t.Errorf("%s: event 7 is %s with two seeds", name, first)
		}
	}
}

func TestEventsComeInTurns(t *testing.T) {
	t.Parallel()
	options := sending(t, "superai")
	for _, events := range [][]mocks.Event{nil, options.Provider.Events()[1:]} {
		options.Events = events
		want := events
		if want == nil {
			want = options.Provider.Events()
		}
		s := source(t, options)
		for number := range uint64(6) {
			sent := between(t, s.Append(nil, number, burst.Genuine), `"type":"`, `"`)
			if due := want[number%uint64(len(want))].Type; sent != due {
				t.Errorf("event %d of %v is %s", number, want, sent)
			}
		}
	}
}

func TestOnlyStaleEventsAreOfLongAgo(t *testing.T) {
	t.Parallel()
	s := source(t, sending(t, "superai"))
	for _, kind := range burst.Kinds {
		before := time.Now().Truncate(time.Second)
		pushed, err := time.Parse(time.RFC3339, between(t, s.Append(nil, 1, kind), `"pushed_at":"`, `"`))
		if err != nil {
			t.Fatal(err)
		}
		now := !pushed.Before(before) && !pushed.After(time.Now())
		if longAgo := time.Since(pushed) > 24*time.Hour; now == (kind == burst.Stale) || longAgo == now {
			t.Errorf("a %s event is of %s", kind, pushed)
		}
	}
}

func TestOnlyBadSignaturesAreBad(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"superai", "mobio"} {
		options := sending(t, name)
		s, scheme := source(t, options), options.Provider.Scheme
		for number := range uint64(50) {
			kind := burst.Kinds[number%uint64(len(burst.Kinds))]
			request := s.Append(nil, number, kind)
			_, body, _ := bytes.Cut(request, []byte("\r\n\r\n"))
			genuine := scheme.Value(options.Account, scheme.Digest(options.Account.Secrets, body))
			sent := between(t, request, "\r\n"+scheme.Header+": ", "\r\n")
			if (sent == genuine) == (kind == burst.BadSignature) || len(sent) != len(genuine) {
				t.Errorf("%s: a %s event is signed %s, and %s would be right", name, kind, sent, genuine)
			}
		}
	}
}

func TestASourceServesManyAtOnce(t *testing.T) {
	t.Parallel()
	options := sending(t, "mobio")
	s, scheme := source(t, options), options.Provider.Scheme
	var all sync.WaitGroup
	for worker := range uint64(4) {
		all.Go(func() {
			for k := range uint64(200) {
				request := s.Append(nil, 4*k+worker, burst.Genuine)
				_, body, _ := bytes.Cut(request, []byte("\r\n\r\n"))
				if !bytes.Contains(request, []byte(scheme.Digest(options.Account.Secrets, body))) {
					t.Errorf("event %d is signed wrongly: %s", k, request)
				}
			}
		})
	}
	all.Wait()
}

func TestASourceSaysWhatCannotBeSent(t *testing.T) {
	t.Parallel()
	stale, bad := burst.Shares{Stale: 0.01}, burst.Shares{BadSignature: 0.01}
	for _, one := range []struct {
		provider string
		change   func(*burst.Options)
		want     []string // empty: it can be sent
	}{
		{"superai", func(o *burst.Options) { o.Shares = burst.Shares{Stale: 0.1, BadSignature: 0.1, Duplicates: 0.1} }, nil},
		{"accesstrade", func(o *burst.Options) { o.Shares = burst.Shares{Stale: 0.1, BadSignature: 0.1} }, nil},
		{"abaha", func(o *burst.Options) { o.Shares = stale }, nil},
		{"abaha", func(o *burst.Options) { o.Shares = bad }, []string{"--bad-signature: Abaha does not sign", "leave --bad-signature out"}},
		{"esms", func(o *burst.Options) { o.Shares = bad }, []string{"--bad-signature: eSMS does not sign", "leave --bad-signature out"}},
		{"esms", func(o *burst.Options) { o.Shares = stale }, []string{"--stale: eSMS's callback", "no time", "leave --stale out"}},
		{"abaha", func(o *burst.Options) { o.URL.Host = "shop.example" }, []string{"--target: ", "https"}},
		{"abaha", func(o *burst.Options) { o.URL = nil }, []string{"--target"}},
		{"abaha", func(o *burst.Options) { o.Provider = nil }, []string{"needs a provider"}},
		{"abaha", func(o *burst.Options) { o.Provider = &mocks.Provider{Title: "Mute"} }, []string{"Mute sends no events"}},
		{"mobio", func(o *burst.Options) {
			o.Events = []mocks.Event{{Type: "empty", Payload: rawjson.Record()}}
		}, []string{"preparing Mobio's empty", "identity"}},
	} {
		options := sending(t, one.provider)
		one.change(&options)
		_, err := burst.NewSource(options)
		if (err == nil) != (len(one.want) == 0) {
			t.Errorf("%s: %v, want %q", one.provider, err, one.want)
		}
		for _, want := range one.want {
			if !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("%v does not say %q", err, want)
			}
		}
	}
}
