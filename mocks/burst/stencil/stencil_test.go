package stencil_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/burst/stencil"
	_ "github.com/khop-dev/khop/mocks/platforms" // all providers
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// anyProvider is one of those that send events.
func anyProvider(t *rapid.T) *mocks.Provider {
	p, err := mocks.Lookup(rapid.SampledFrom(mocks.Names()).Draw(t, "provider"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// anySender is a provider in any of its dialects, with any secrets, on its way to
// addresses of every form.
func anySender(t *rapid.T) stencil.Sender {
	p := anyProvider(t)
	secrets, settings := map[string]string{}, map[string]string{}
	for _, s := range p.Secrets {
		secrets[s.Name] = rapid.StringMatching(`[ -~]{1,80}|khóa-[a-z]{1,9}`).Draw(t, s.Name)
	}
	for _, s := range p.Settings {
		if s.Values != nil {
			settings[s.Name] = rapid.SampledFrom(s.Values).Draw(t, s.Name)
		}
	}
	account, err := p.Account(secrets, settings)
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(rapid.SampledFrom([]string{
		"http://127.0.0.1:3000/hook", "http://localhost:3000", "https://example.com/a%2Fb/?tenant=t%201&x",
		"https://khop:pass%20word@example.com/hook/", "http://[::1]:8080/v1?",
	}).Draw(t, "target"))
	if err != nil {
		t.Fatal(err)
	}
	header := rapid.SampledFrom([]http.Header{
		nil, {"X-Partner": {"42", "43"}, "User-Agent": {"Mobio/1"}}, {"Host": {"shop.example"}, "Authorization": {"Bearer t"}},
	}).Draw(t, "header")
	return stencil.Sender{Provider: p, Account: account, URL: address, Header: header}
}

func cut(t rapid.TB, sender stencil.Sender, event mocks.Event, seed uint64) *stencil.Stencil {
	t.Helper()
	made, err := stencil.Cut(sender, event, seed)
	if err != nil {
		t.Fatalf("%s %s: %v", sender.Provider.Name, event, err)
	}
	return made
}

func anyNumber(t *rapid.T) uint64 { return rapid.Uint64Range(0, 1<<40-1).Draw(t, "number") }

// anyTime is one whose text has the usual length.
func anyTime(t *rapid.T) time.Time {
	return time.UnixMicro(rapid.Int64Range(1_100_000_000e6, 8_000_000_000e6).Draw(t, "now"))
}

func TestAStencilWritesWhatTheProviderSends(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sender := anySender(t)
		event := rapid.SampledFrom(sender.Provider.Events()).Draw(t, "event")
		s := cut(t, sender, event, rapid.Uint64().Draw(t, "seed"))
		number, now := anyNumber(t), anyTime(t)
		before := []byte("what was there before")
		wire := s.Append(before, number, now, sender.Pen())
		if !bytes.HasPrefix(wire, before) {
			t.Fatalf("what was in the buffer is gone: %q", wire)
		}
		wire = wire[len(before):]

		payload := sender.Provider.Fresh(event.Payload, s.Birth(number, now))
		fits(t, event.Schema, sender.Provider, payload)
		if sender.Provider.Envelop != nil {
			payload = sender.Provider.Envelop(sender.Account, payload)
		}
		request := sender.Provider.Request(sender.Account, sender.Provider.Write(payload, rawjson.Compact))
		same(t, sender, request, wire)
	})
}

// fits holds when a payload is what its schema describes.
func fits(t *rapid.T, schema string, p *mocks.Provider, payload rawjson.Value) {
	document := p.Write(payload, rawjson.Compact)
	if p.Query {
		var err error
		if document, err = schemas.FromQuery(string(document)); err != nil {
			t.Fatal(err)
		}
	}
	s, err := schemas.Lookup(schema)
	if err != nil {
		t.Fatal(err)
	}
	if problems, err := s.Validate(document); err != nil || len(problems) > 0 {
		t.Fatalf("%s: %v %v\n%s", schema, problems, err, document)
	}
}

// same holds when what a server reads off the wire is the request, with the sender's own
// headers over it, at the sender's address.
func same(t *rapid.T, sender stencil.Sender, request mocks.Request, wire []byte) {
	reader := bufio.NewReader(bytes.NewReader(wire))
	got, err := http.ReadRequest(reader)
	if err != nil {
		t.Fatalf("%v: %q", err, wire)
	}
	body, err := io.ReadAll(got.Body)
	if err != nil || !bytes.Equal(body, request.Body) {
		t.Fatalf("the body is %q (%v), not %q", body, err, request.Body)
	}
	if rest, _ := io.ReadAll(reader); len(rest) > 0 || got.ContentLength != int64(len(body)) {
		t.Fatalf("%d bytes are announced and %d follow: %q", got.ContentLength, len(rest), wire)
	}
	if host := cmp.Or(sender.Header.Get("Host"), sender.URL.Host); got.Method != request.Method || got.Host != host {
		t.Fatalf("%s to %s, not %s to %s", got.Method, got.Host, request.Method, host)
	}
	path := cmp.Or(sender.URL.EscapedPath(), "/")
	if request.Path != "" {
		path = strings.TrimSuffix(path, "/") + request.Path
	}
	if got.URL.EscapedPath() != path {
		t.Fatalf("the path is %s, not %s", got.URL.EscapedPath(), path)
	}
	if query := strings.Trim(sender.URL.RawQuery+"&"+request.Query, "&"); got.URL.RawQuery != query {
		t.Fatalf("the query is %s, not %s", got.URL.RawQuery, query)
	}
	if user := sender.URL.User; user != nil && sender.Header.Get("Authorization") == "" {
		name, password, _ := got.BasicAuth()
		if url.UserPassword(name, password).String() != user.String() {
			t.Fatalf("Authorization: %s", got.Header.Get("Authorization"))
		}
		got.Header.Del("Authorization")
	}
	got.Header.Del("Content-Length")
	want := request.Header.Clone()
	maps.Copy(want, sender.Header)
	want.Del("Host")
	for name, values := range want {
		if !slices.Equal(got.Header.Values(name), values) {
			t.Fatalf("%s is %q, not %q", name, got.Header.Values(name), values)
		}
	}
	if len(got.Header) != len(want) {
		t.Fatalf("headers %v, want %v", got.Header, want)
	}
	if scheme := sender.Provider.Scheme; scheme != nil {
		genuine := scheme.Value(sender.Account, scheme.Digest(sender.Account.Secrets, body))
		if !strings.Contains(string(wire), "\r\n"+scheme.Header+": "+genuine+"\r\n") {
			t.Fatalf("no line %s: %s in %q", scheme.Header, genuine, wire)
		}
	}
}

// seen is what tells whether a request is genuine: all but its signature, and that.
func seen(t *rapid.T, sender stencil.Sender, wire []byte) (rest, digest string) {
	head, body, _ := bytes.Cut(wire, []byte("\r\n\r\n"))
	switch p := sender.Provider; {
	case p.Scheme != nil:
		header := bytes.Index(head, []byte(p.Scheme.Header))
		value, _, _ := bytes.Cut(head[header:], []byte("\r\n"))
		return strings.Replace(string(wire), string(value), "", 1), string(value[bytes.LastIndexAny(value, " =")+1:])
	default:
		var payload struct{ Signature string }
		if err := json.Unmarshal(body, &payload); err != nil {
			t.Fatal(err)
		}
		return strings.Replace(string(wire), payload.Signature, "", 1), payload.Signature
	}
}

func TestAMissignedEventDiffersInItsSignatureAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sender := anySender(t)
		event := rapid.SampledFrom(sender.Provider.Events()).Draw(t, "event")
		s := cut(t, sender, event, rapid.Uint64().Draw(t, "seed"))
		if signs := sender.Provider.Scheme != nil || sender.Provider.Seal != nil; s.Signed() != signs {
			t.Fatalf("signed: %t", s.Signed())
		}
		if !s.Signed() {
			t.Skip("nothing to sign")
		}
		number, now, pen := anyNumber(t), anyTime(t), sender.Pen()
		rest, digest := seen(t, sender, s.Append(nil, number, now, pen))
		wrongRest, wrong := seen(t, sender, s.AppendMissigned(nil, number, now, pen))
		if rest != wrongRest || digest == wrong || len(digest) != len(wrong) || strings.Trim(wrong, "0123456789abcdef") != "" {
			t.Fatalf("%s\n%s\nbecame %s\n%s", digest, rest, wrong, wrongRest)
		}
		if _, next := seen(t, sender, s.Append(nil, number+1, now, pen)); wrong != next {
			t.Fatalf("%s is not the signature of another event, %s", wrong, next)
		}
	})
}

func TestEventsSayWhenTheyHappenWhereTheirProviderDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sender := anySender(t)
		s := cut(t, sender, rapid.SampledFrom(sender.Provider.Events()).Draw(t, "event"), 7)
		if want := sender.Provider.Name != "esms"; s.Dated() != want {
			t.Fatalf("dated: %t", s.Dated())
		}
		now, pen := anyTime(t), sender.Pen()
		later := s.Append(nil, 1, now.Add(time.Second), pen)
		if bytes.Equal(s.Append(nil, 1, now, pen), later) == s.Dated() {
			t.Fatalf("a second later it is %s", later)
		}
	})
}

// odd is a provider that sends what the stencil's ways of finding slots do not find.
func odd(change func(*mocks.Provider)) stencil.Sender {
	p := &mocks.Provider{Name: "odd", Title: "Odd"}
	p.Fresh = func(payload rawjson.Value, birth mocks.Birth) rawjson.Value {
		return payload.With("/id", rawjson.Text(birth.Hex(12)))
	}
	change(p)
	return stencil.Sender{Provider: p, URL: &url.URL{Scheme: "http", Host: "127.0.0.1", Path: "/"}}
}

func TestAStencilThatWouldWriteSomethingElseIsRefused(t *testing.T) {
	event := mocks.Event{Type: "odd", Payload: rawjson.MustParse([]byte(`{"id":"1","n":0}`))}
	if _, err := stencil.Cut(odd(func(*mocks.Provider) {}), event, 1); err != nil {
		t.Errorf("the plain one: %v", err)
	}
	for want, change := range map[string]func(*mocks.Provider){
		"a fault of its own": func(p *mocks.Provider) {
			p.Fresh = func(payload rawjson.Value, birth mocks.Birth) rawjson.Value {
				return payload.With("/id", rawjson.Text(strings.ToUpper(birth.Hex(30)))) // a mark has no upper case
			}
		},
		"what the provider sends": func(p *mocks.Provider) {
			p.Fresh = func(payload rawjson.Value, birth mocks.Birth) rawjson.Value {
				return payload.With("/id", rawjson.Text(birth.Hex(12))).With("/n", rawjson.Int(birth.Now.Unix())) // nobody hears of it
			}
		},
		"all of its identity": func(p *mocks.Provider) {
			p.Fresh = func(payload rawjson.Value, birth mocks.Birth) rawjson.Value {
				birth.Hex(4)
				return payload
			}
		},
		"one signature": func(p *mocks.Provider) {
			p.Seal = &mocks.Seal{Member: "/id", Digest: func(_ map[string]string, id []byte) string { return fmt.Sprintf("%x", id) }}
		},
	} {
		if _, err := stencil.Cut(odd(change), event, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

func TestADigestServesWhereThereIsNoSigner(t *testing.T) {
	sender := odd(func(p *mocks.Provider) {
		p.Scheme = &mocks.Scheme{Header: "X-Sum", Digest: func(secrets map[string]string, body []byte) string {
			return fmt.Sprintf("%04x", len(secrets["k"])+int(body[7])) // of the id's first character
		}}
	})
	sender.Account.Secrets = map[string]string{"k": "abc"}
	event := mocks.Event{Type: "odd", Payload: rawjson.MustParse([]byte(`{"id":"1"}`))}
	s := cut(t, sender, event, 1)
	want, err := sender.Write(event, s.Birth(5, time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Append(nil, 5, time.Now(), sender.Pen()); !bytes.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}
