package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// printed is what khop sample prints when all is well.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	code, out, complaint := khop(t, append([]string{"sample"}, args...)...)
	if code != exitConforms {
		t.Fatalf("%v: exit code %d: %s", args, code, complaint)
	}
	return out
}

// fits holds a payload to a schema.
func fits(t *testing.T, schema string, payload []byte) {
	t.Helper()
	s, err := schemas.Lookup(schema)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(payload) {
		if payload, err = schemas.FromQuery(string(payload)); err != nil {
			t.Fatal(err)
		}
	}
	if problems, err := s.Validate(payload); err != nil || len(problems) > 0 {
		t.Errorf("%s: %v %v\n%s", schema, problems, err, payload)
	}
}

func TestSampleIsTheDocumentedOneByteForByte(t *testing.T) {
	for _, provider := range mocks.Names() {
		for _, example := range fixtures.Documented(provider) {
			byName := printed(t, provider, example.Name)
			if byName != string(example.Payload) {
				t.Errorf("%s %s: %q", provider, example.Name, byName)
			}
			fits(t, example.Schema, []byte(byName))
			all := printed(t, provider, example.Event, "--all")
			if !strings.Contains(all, string(example.Payload)+"\n") {
				t.Errorf("%s %s --all lacks the sample %s", provider, example.Event, example.Name)
			}
			if first := printed(t, provider, example.Event); !strings.HasPrefix(all, first+"\n") {
				t.Errorf("%s %s is not the first of --all", provider, example.Event)
			}
		}
	}
}

func TestGeneratedSamplesFitAndDiffer(t *testing.T) {
	for _, provider := range generate.Providers() {
		for _, event := range generate.Events(provider) {
			lines := strings.Split(strings.TrimSuffix(printed(t, provider, event, "--count", "25", "--seed", "3"), "\n"), "\n")
			if len(lines) != 25 || len(slices.Compact(slices.Sorted(slices.Values(lines)))) != 25 {
				t.Errorf("%s %s: %d lines, or some of them twice", provider, event, len(lines))
			}
			for _, line := range lines {
				if !strings.Contains(line, "product_types") { // what has them is of the event's other shape
					fits(t, schemaOf(t, provider, event), []byte(line))
				} else {
					fits(t, "mobio/sale_update_products_bank.types", []byte(line))
				}
			}
			if first := printed(t, provider, event, "--seed", "3"); first != lines[0] {
				t.Errorf("%s %s: a seed's first payload is another one than its first of many", provider, event)
			}
			if other := printed(t, provider, event, "--seed", "4"); other == lines[0] {
				t.Errorf("%s %s: two seeds, one payload", provider, event)
			}
		}
	}
}

func schemaOf(t *testing.T, provider, event string) string {
	t.Helper()
	p, err := mocks.Lookup(provider)
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.Event(event)
	if err != nil {
		t.Fatal(err)
	}
	return e.Schema
}

func TestASeedThatIsNotGivenIsTold(t *testing.T) {
	_, out, note := khop(t, "sample", "superai", "update_status", "--count", "3")
	seed, ok := strings.CutPrefix(note, "khop: --seed ")
	seed, _, _ = strings.Cut(seed, " ")
	if !ok || printed(t, "superai", "update_status", "--count", "3", "--seed", seed) != out {
		t.Errorf("%q draws others", note)
	}
}

func TestFreshSamplesFitAndHaveIdentitiesOfTheirOwn(t *testing.T) {
	for _, name := range mocks.Names() {
		p, err := mocks.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, event := range p.Events() {
			seen := map[string]bool{p.Identity(event.Payload): true}
			for line := range strings.Lines(printed(t, name, event.Type, "--fresh", "--count", "3")) {
				line = strings.TrimSuffix(line, "\n")
				fits(t, schemaOf(t, name, event.Type), []byte(line))
				identity := p.Identity(p.Parse([]byte(line)))
				if seen[identity] {
					t.Errorf("%s %s: the identity %q comes twice", name, event.Type, identity)
				}
				seen[identity] = true
			}
		}
	}
}

func TestStylesWriteTheSameSample(t *testing.T) {
	sample := rawjson.MustParse([]byte(printed(t, "superai", "update_status")))
	for word, style := range styles {
		if got, want := printed(t, "superai", "update_status", "--style", word), string(style.Encode(sample)); got != want {
			t.Errorf("--style %s:\n got %s\nwant %s", word, got, want)
		}
	}
}

// closed is a pipe whose reader has gone after so many writes.
type closed struct{ left int }

func (c *closed) Write(p []byte) (int, error) {
	if c.left--; c.left < 0 {
		return 0, syscall.EPIPE
	}
	return len(p), nil
}

func TestAReaderThatHasSeenEnoughIsNoError(t *testing.T) {
	var complaint bytes.Buffer
	pipe := &closed{left: 3}
	code := run(t.Context(), []string{"sample", "superai", "update_status", "--count", "1000000000", "--seed", "1"}, pipe, &complaint)
	if code != exitConforms || complaint.Len() > 0 || pipe.left != -1 {
		t.Errorf("exit code %d after %d writes: %s", code, 3-pipe.left, &complaint)
	}
	shell := exec.CommandContext(t.Context(), "sh", "-c", program+" sample esms callback --count 1000000000 --seed 1 | head -n 2")
	shell.Stderr = &complaint
	out, err := shell.Output()
	if err != nil || complaint.Len() > 0 || strings.Count(string(out), "\n") != 2 {
		t.Errorf("%v: %s%s", err, out, &complaint)
	}
}

func TestOtherTroubleWithTheOutputIsAnError(t *testing.T) {
	reader, writer := io.Pipe()
	_ = reader.CloseWithError(syscall.ENOSPC)
	var complaint bytes.Buffer
	if code := run(t.Context(), []string{"sample", "superai", "update_status"}, writer, &complaint); code == exitConforms || !strings.Contains(complaint.String(), "no space left") {
		t.Errorf("exit code %d: %s", code, &complaint)
	}
}

func TestWrongPayloadCommandsNameTheWayOut(t *testing.T) {
	withoutSecretsInTheEnvironment(t)
	body := filepath.Join(t.TempDir(), "body.json")
	write(t, body, `{"a":1}`)
	superai := []string{"--secret", "partner_code=hush-hush"}
	accesstrade := []string{"--secret", "access_key=K", "--secret", "secret_key=hush-hush"}
	for want, args := range map[string][]string{
		"wants a provider and an event":                    {"sample"},
		"there are: update_status, update_weight":          {"sample", "superai"},
		`did you mean "mobio"?`:                            {"sample", "mobo", "sale_create_deal"},
		`did you mean "update_status"?`:                    {"sample", "superai", "update_statsu"},
		`did you mean "zalo"?`:                             {"sample", "esms", "zaloo"},
		`did you mean "python"?`:                           {"sample", "superai", "update_status", "--style", "pyton"},
		"this payload of eSMS is a query string":           {"sample", "esms", "callback", "--style", "php"},
		"--count 0":                                        {"sample", "superai", "update_status", "--count", "0"},
		"--fresh takes the current time":                   {"sample", "superai", "update_status", "--fresh", "--seed", "1"},
		"has no identity of its own":                       {"sample", "accesstrade", "answer", "--fresh"},
		"generates no bulk-update":                         {"sample", "accesstrade", "bulk-update", "--count", "2"},
		"--all and --count do not go together":             {"sample", "superai", "update_status", "--all", "--count", "2"},
		`did you mean "superai"?`:                          {"schema", "supera"},
		`did you mean "superai/update_status"?`:            {"schema", "superai/update_statu"},
		`did you mean "report"?`:                           {"schema", "reprot"},
		"wants one provider or one schema's ID":            {"schema", "a", "b"},
		`did you mean "openapi"?`:                          {"export", "openap"},
		"wants one of asyncapi":                            {"export"},
		"--provider: unknown provider":                     {"export", "openapi", "--provider", "nobody"},
		"--format yml":                                     {"export", "openapi", "--format", "yml"},
		"wants a provider and perhaps a file":              {"sign"},
		"merchant sets headers of their own":               {"sign", "abaha", body},
		"keep its URL secret":                              {"sign", "esms", body},
		"KHOP_SUPERAI_PARTNER_CODE":                        {"sign", "superai", body},
		"no such file":                                     append([]string{"sign", "superai", body + "x"}, superai...),
		"--curl needs --target":                            append([]string{"sign", "superai", body, "--curl"}, superai...),
		"--curl needs FILE":                                append([]string{"sign", "superai", "--curl", "-t", "http://127.0.0.1/"}, superai...),
		"--target goes with --curl":                        append([]string{"sign", "superai", body, "-t", "http://127.0.0.1/"}, superai...),
		"needs http:// or https://":                        append([]string{"sign", "superai", body, "--curl", "-t", "localhost:1"}, superai...),
		"SuperAI has one way to sign":                      append([]string{"sign", "superai", body, "--formula", "date"}, superai...),
		"khop send accesstrade postback":                   append([]string{"sign", "accesstrade", body, "--curl", "-t", "http://127.0.0.1/"}, accesstrade...),
		"the bytes are no call to AccessTrade":             append([]string{"sign", "accesstrade", body}, accesstrade...),
		"--verify is given and empty":                      append([]string{"sign", "superai", body, "--verify", ""}, superai...),
		"--value and --verify do not go together":          append([]string{"sign", "superai", body, "--value", "--verify", "x"}, superai...),
		"standard input is empty":                          append([]string{"sign", "superai", "-"}, superai...),
		"no signature formula \"dat\" for the AccessTrade": append([]string{"sign", "accesstrade", listing(t), "--formula", "dat"}, accesstrade...),
	} {
		code, out, complaint := khop(t, args...)
		if code != exitUsage || out != "" || !strings.HasPrefix(complaint, "khop: ") || !strings.Contains(complaint, want) {
			t.Errorf("%v: exit code %d, output %q, said %q, not %q", args, code, out, complaint, want)
		}
		if strings.Contains(complaint, "hush-hush") {
			t.Errorf("%v: %q tells the secret", args, complaint)
		}
	}
}
