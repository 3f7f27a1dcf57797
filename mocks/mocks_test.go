package mocks_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/khop-dev/khop/fixtures/vectors"
	"github.com/khop-dev/khop/mocks"
	_ "github.com/khop-dev/khop/mocks/platforms" // all providers
)

// signing are the providers that sign their events.
var signing = []string{vectors.SuperAI, vectors.Mobio}

func lookup(t testing.TB, name string) *mocks.Provider {
	t.Helper()
	p, err := mocks.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryVectorsSignatureIsTheProviders(t *testing.T) {
	t.Parallel()
	for _, scheme := range signing {
		p := lookup(t, scheme)
		all, err := vectors.Load(scheme)
		if err != nil {
			t.Fatal(err)
		}
		sent := 0
		for _, v := range all {
			if got := p.Scheme.Digest(v.Secrets, v.Body); got != v.Signature {
				t.Errorf("%s/%s: digest %s, want %s", scheme, v.Name, got, v.Signature)
			}
			if slices.Contains(slices.Collect(maps.Values(v.Secrets)), "") {
				continue // no account has an empty secret
			}
			sent++
			account, err := p.Account(v.Secrets, nil)
			if err != nil {
				t.Fatalf("%s/%s: %v", scheme, v.Name, err)
			}
			var carried []string
			for _, a := range append([]mocks.Account{account}, p.Dialects(account, nil)...) {
				r := p.Request(a, v.Body)
				if r.Method != http.MethodPost || string(r.Body) != string(v.Body) || r.Header.Get("Content-Type") != "application/json" {
					t.Errorf("%s/%s: %s, %s", scheme, v.Name, r.Method, r.Header)
				}
				for _, value := range r.Header[p.Scheme.Header] { // by its exact spelling
					carried = append(carried, p.Scheme.Header+": "+value)
				}
			}
			for _, line := range v.Headers {
				if !slices.Contains(carried, line) {
					t.Errorf("%s/%s: no dialect sends %q, but %q", scheme, v.Name, line, carried)
				}
			}
			if carried[0] != v.Headers[0] {
				t.Errorf("%s/%s: the default sends %q, the first form is %q", scheme, v.Name, carried[0], v.Headers[0])
			}
		}
		if sent < 15 {
			t.Errorf("%s: only %d vectors have secrets", scheme, sent)
		}
	}
}

func TestLookalikesAreNotTheDocumentedFormula(t *testing.T) {
	t.Parallel()
	secrets := map[string]string{"partner_code": "PARTNER-42", "app_id": "APP-1", "app_secret": "S3CRET-9"}
	bodies := [][]byte{
		[]byte(`{"data_event":{"id":"1"},"event_type":"sale_update_status"}`), []byte(`{}`), []byte("xin chào"), []byte(`{"data_event":`),
	}
	for _, name := range signing {
		p := lookup(t, name)
		seen := map[string]bool{}
		for _, l := range p.Scheme.Lookalikes {
			if l.Name == "" || seen[l.Name] || l.Confusion == "" {
				t.Errorf("%s: the lookalike %q has no name of its own", name, l.Name)
			}
			seen[l.Name] = true
			for _, body := range bodies {
				genuine, digest := p.Scheme.Digest(secrets, body), l.Digest(secrets, body)
				// Where there is nothing to cut out, the body is all that is left.
				if digest == genuine && !strings.Contains(l.Name, "data_event alone") {
					t.Errorf("%s: %s gives the genuine digest of %q", name, l.Name, body)
				}
			}
			if l.Digest(secrets, bodies[0]) == p.Scheme.Digest(secrets, bodies[0]) {
				t.Errorf("%s: %s gives the genuine digest of an event", name, l.Name)
			}
			if !slices.ContainsFunc(p.Scheme.Confused(l.Confusion), func(o mocks.Lookalike) bool { return o.Name == l.Name }) {
				t.Errorf("%s: Confused(%s) lacks %s", name, l.Confusion, l.Name)
			}
		}
	}
}

func TestDialectsComeByTheFewestDifferences(t *testing.T) {
	t.Parallel()
	p := lookup(t, "mobio")
	for _, one := range []struct{ set, pinned, want map[string]string }{
		{nil, nil, map[string]string{"0": "signature=bare", "1": "envelope=block", "2": "signature=bare envelope=block"}},
		{nil, map[string]string{"signature": "mac"}, map[string]string{"0": "envelope=block"}},
		{map[string]string{"envelope": "block"}, map[string]string{"envelope": "block"}, map[string]string{"0": "signature=bare"}},
		{map[string]string{"signature": "bare"}, nil, map[string]string{"0": "signature=mac", "1": "envelope=block", "2": "signature=mac envelope=block"}},
		{nil, map[string]string{"signature": "mac", "envelope": "bare"}, map[string]string{}},
	} {
		account, err := p.Account(map[string]string{"app_id": "A", "app_secret": "S"}, one.set)
		if err != nil {
			t.Fatal(err)
		}
		before := maps.Clone(account.Settings)
		got := map[string]string{}
		for i, other := range p.Dialects(account, one.pinned) {
			got[string(rune('0'+i))] = strings.Join(p.Differences(account, other), " ")
			if !maps.Equal(other.Secrets, account.Secrets) {
				t.Error("a dialect has other secrets")
			}
		}
		if !maps.Equal(got, one.want) {
			t.Errorf("set %v, pinned %v: %v, want %v", one.set, one.pinned, got, one.want)
		}
		if !maps.Equal(before, account.Settings) {
			t.Error("looking for dialects changed the account")
		}
	}
	if d := lookup(t, "superai").Dialects(mocks.Account{Settings: map[string]string{}}, nil); len(d) > 0 {
		t.Errorf("SuperAI's document leaves nothing open: %v", d)
	}
}

func TestAccountErrorsNameTheWayOut(t *testing.T) {
	for _, secret := range []string{"SUPERAI_PARTNER_CODE", "MOBIO_APP_ID", "MOBIO_APP_SECRET"} {
		t.Setenv("KHOP_"+secret, "")
	}
	type pairs = map[string]string
	whole := pairs{"app_id": "A", "app_secret": "hush-hush"}
	for _, one := range []struct {
		provider          string
		secrets, settings pairs
		want              []string
	}{
		{"superai", nil, nil, []string{"SuperAI needs its secret partner_code"}},
		{"superai", pairs{"partner_code": ""}, nil, []string{"SuperAI needs its secret partner_code"}},
		{"mobio", pairs{"app_id": "A"}, nil, []string{"Mobio needs its secret app_secret"}},
		{"mobio", pairs{"app_secert": "hush-hush"}, nil, []string{"secret app_secert: ", "no such secret", `did you mean "app_secret"?`}},
		{"mobio", whole, pairs{"signatur": "mac"}, []string{"setting signatur: ", "no such setting", `did you mean "signature"?`}},
		{"mobio", whole, pairs{"signature": "bera"}, []string{"setting signature=bera", `"bare"`}},
		{"mobio", whole, pairs{"signature": "base64"}, []string{"setting signature=base64", "mac, bare"}},
		{"mobio", whole, pairs{"answer_within": "soon"}, []string{"setting answer_within=soon", "100ms"}},
		{"mobio", whole, pairs{"answer_within": "-1s"}, []string{"setting answer_within=-1s"}},
		{"superai", pairs{"partner_code": "P"}, pairs{"signature": "bare"}, []string{"setting signature: ", "SuperAI has no such setting"}},
	} {
		_, err := lookup(t, one.provider).Account(one.secrets, one.settings)
		if err == nil {
			t.Errorf("%s with %v and %v is an account", one.provider, one.secrets, one.settings)
			continue
		}
		for _, want := range one.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v does not say %q", err, want)
			}
		}
		if strings.Contains(err.Error(), "hush-hush") {
			t.Errorf("%v tells the secret", err)
		}
		if strings.Contains(err.Error(), "--") {
			t.Errorf("%v speaks of flags, and not everybody has them", err)
		}
	}
}

func TestAnAccountIsFilledUp(t *testing.T) {
	t.Setenv("KHOP_MOBIO_APP_ID", "from the environment")
	t.Setenv("KHOP_MOBIO_APP_SECRET", "not this one")
	account, err := lookup(t, "mobio").Account(map[string]string{"app_secret": "S"}, map[string]string{"envelope": "block"})
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]string{"app_id": "from the environment", "app_secret": "S"}; !maps.Equal(account.Secrets, want) {
		t.Errorf("secrets %v, want %v", account.Secrets, want)
	}
	for name, want := range map[string]string{"signature": "mac", "envelope": "block", "answer_within": "100ms"} {
		if account.Settings[name] != want {
			t.Errorf("%s is %q, want %q", name, account.Settings[name], want)
		}
	}
}

func TestLookupNamesTheNearest(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"superia": `did you mean "superai"?`, "Mobio": `"mobio"`, "qqqq": "there are: ", "": "there are: "} {
		if _, err := mocks.Lookup(word); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Lookup(%q): %v, want %q", word, err, want)
		}
	}
	if _, err := lookup(t, "superai").Event("update_wieght"); err == nil || !strings.Contains(err.Error(), `did you mean "update_weight"?`) {
		t.Errorf("Event: %v", err)
	}
}
