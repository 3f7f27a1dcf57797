package main

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
)

// khop runs one command line in this process. What reaches a target is for the
// tests of the built program: a Ginkgo suite runs once in a process.
func khop(t *testing.T, args ...string) (code int, out, complaint string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// countedTarget is a target that counts what reaches it.
func countedTarget(t *testing.T) (address string, requests *atomic.Int32) {
	t.Helper()
	requests = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	t.Cleanup(server.Close)
	return server.URL + "/hook", requests
}

func withoutSecretsInTheEnvironment(t *testing.T) {
	t.Helper()
	for _, name := range mocks.Names() {
		p, _ := mocks.Lookup(name)
		for _, secret := range p.Secrets {
			t.Setenv(p.Variable(secret.Name), "")
		}
	}
}

func TestUsageErrorsNameTheWayOut(t *testing.T) {
	withoutSecretsInTheEnvironment(t)
	address, requests := countedTarget(t)
	inTheWay := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(inTheWay, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	superai := []string{"verify", "superai", "-t", address, "--secret", "partner_code=hush-hush"}
	mobio := []string{"verify", "mobio", "-t", address, "--secret", "app_id=A", "--secret", "app_secret=hush-hush"}
	with := func(base []string, more ...string) []string { return append(base[:len(base):len(base)], more...) }
	for name, one := range map[string]struct {
		args []string
		want []string
	}{
		"unknown provider":           {[]string{"verify", "superia", "-t", address}, []string{`unknown provider "superia"`, `did you mean "superai"?`}},
		"no provider":                {[]string{"verify"}, []string{"wants one provider", "mobio", "superai", ", all"}},
		"two providers":              {[]string{"verify", "mobio", "superai"}, []string{"wants one provider"}},
		"missing target":             {[]string{"verify", "superai", "--secret", "partner_code=P"}, []string{"--target", "http://host:port/path"}},
		"target without scheme":      {[]string{"verify", "superai", "--secret", "partner_code=P", "-t", "localhost:3000"}, []string{"--target", "needs http:// or https:// in front"}},
		"target of host and port":    {[]string{"verify", "superai", "--secret", "partner_code=P", "-t", "127.0.0.1:4502/hook"}, []string{`"127.0.0.1:4502/hook" needs http:// or https:// in front`}},
		"target with a password":     {[]string{"verify", "superai", "--secret", "partner_code=P", "-t", "me:hush-hush@shop.vn/hook"}, []string{"needs http:// or https:// in front"}},
		"unknown format":             {with(superai, "--format", "xml"), []string{`--format: no "xml"; there are: text, github, markdown, json`}},
		"short format":               {[]string{"export", "openapi", "--format", "xml"}, []string{"there are: json, yaml"}},
		"nowhere to write":           {[]string{"export", "openapi", "--out", filepath.Join(inTheWay, "a.json")}, []string{"--out: "}},
		"unknown fault":              {[]string{"verify-sender", "accesstrade", "--secret", "access_key=K", "--secret", "secret_key=S", "--fault", "teapot"}, []string{"--fault teapot: no such fault; there are: all, none, 500"}},
		"all faults and one":         {[]string{"verify-sender", "accesstrade", "--secret", "access_key=K", "--secret", "secret_key=S", "--fault", "all", "--fault", "503"}, []string{"--fault all", "give it alone"}},
		"target without host":        {[]string{"verify", "superai", "--secret", "partner_code=P", "-t", "http:///hook"}, []string{"--target", "names no host"}},
		"missing secret":             {[]string{"verify", "superai", "-t", address}, []string{"--secret partner_code=...", "KHOP_SUPERAI_PARTNER_CODE"}},
		"one secret of two":          {[]string{"verify", "mobio", "-t", address, "--secret", "app_id=A"}, []string{"--secret app_secret=...", "KHOP_MOBIO_APP_SECRET"}},
		"unknown secret":             {with(superai, "--secret", "partnercode=x"), []string{"--secret partnercode", `did you mean "partner_code"?`}},
		"secret without value":       {[]string{"verify", "superai", "-t", address, "--secret", "hush-hush"}, []string{"--secret wants name=value"}},
		"secret without name":        {[]string{"verify", "superai", "-t", address, "--secret", "=hush-hush"}, []string{"--secret wants name=value"}},
		"secret given twice":         {with(superai, "--secret", "partner_code=other"), []string{"--secret partner_code is given twice"}},
		"unknown setting":            {with(mobio, "--set", "envelop=block"), []string{"--set envelop", `did you mean "envelope"?`}},
		"unknown value":              {with(mobio, "--set", "signature=hex"), []string{"--set signature=hex", "mac, bare"}},
		"bad duration":               {with(mobio, "--set", "answer_within=fast"), []string{"--set answer_within=fast"}},
		"setting of another":         {with(superai, "--set", "envelope=block"), []string{"SuperAI has no such setting"}},
		"bad header":                 {with(superai, "--header", "Authorization"), []string{`--header wants "Name: value"`}},
		"header with a blank":        {with(superai, "--header", "X Shop: 1"), []string{`--header wants "Name: value"`}},
		"header over two lines":      {with(superai, "--header", "X-Shop: 1\r\nX-Admin: 1"), []string{`--header wants "Name: value"`}},
		"no time at all":             {with(superai, "--timeout", "0s"), []string{"--timeout 0s"}},
		"timeout not a time":         {with(superai, "--timeout", "soon"), []string{"--timeout"}},
		"no such CA":                 {with(superai, "--ca", inTheWay+".pem"), []string{"--ca", "no such file"}},
		"CA without a PEM":           {with(superai, "--ca", inTheWay), []string{"--ca " + inTheWay, "no PEM certificate"}},
		"seed not a number":          {with(superai, "--seed", "x"), []string{"--seed"}},
		"quiet and verbose":          {with(superai, "-q", "-v"), []string{"--quiet and --verbose do not go together; leave one of them out"}},
		"unknown flag":               {with(superai, "--sekret", "x"), []string{"--sekret"}},
		"report in a file's place":   {with(superai, "--report", inTheWay), []string{"--report " + inTheWay}},
		"report below a file":        {with(superai, "--report", filepath.Join(inTheWay, "out")), []string{"--report " + inTheWay}},
		"unknown check to repeat":    {[]string{"repeat", "superai.signature.mising-header", "-t", address, "--secret", "partner_code=P"}, []string{`did you mean "superai.signature.missing-header"?`}},
		"no check to repeat":         {[]string{"repeat", "-t", address}, []string{"wants one check id", "khop list checks"}},
		"unknown check to explain":   {[]string{"explain", "mobio.signature.genuin"}, []string{`unknown check "mobio.signature.genuin"`, `did you mean "mobio.signature.genuine"?`}},
		"nonsense to explain":        {[]string{"explain", "wxyz"}, []string{"khop list checks"}},
		"nothing to explain":         {[]string{"explain"}, []string{"wants one check id"}},
		"unknown list":               {[]string{"list", "check"}, []string{`knows no "check"`, `did you mean "checks"?`}},
		"no list":                    {[]string{"list"}, []string{"checks, events, defects"}},
		"list of an unknown one":     {[]string{"list", "events", "moboi"}, []string{`did you mean "mobio"?`}},
		"unknown defect":             {[]string{"receiver", "superai", "--secret", "partner_code=P", "--listen", "127.0.0.1:0", "--defect", "missing-header-pases"}, []string{`"missing-header-pases"`, "missing-header-passes"}},
		"receiver without secrets":   {[]string{"receiver", "mobio", "--listen", "127.0.0.1:0"}, []string{"KHOP_MOBIO_APP_ID"}},
		"receiver of an unknown one": {[]string{"receiver", "supera"}, []string{`did you mean "superai"?`}},
		"mock of nobody":             {[]string{"mock"}, []string{"khop mock wants the provider that it plays, and that is accesstrade alone"}},
		"schema of a provider's":     {[]string{"schema", "superai/nope"}, []string{`no schema is called "superai/nope"; there are: superai/update_status, superai/update_weight`}},
		"schema nearly right":        {[]string{"validate", "--schema", "mobio/sale_create_dael", inTheWay}, []string{`did you mean "mobio/sale_create_deal"?`}},
		"unknown command":            {[]string{"verfy", "superai"}, []string{`"verfy"`}},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, complaint := khop(t, one.args...)
			if code != exitUsage || out != "" {
				t.Errorf("exit code %d, output %q", code, out)
			}
			if !strings.HasPrefix(complaint, "khop: ") {
				t.Errorf("said %q", complaint)
			}
			for _, want := range one.want {
				if !strings.Contains(complaint, want) {
					t.Errorf("%q does not say %q", complaint, want)
				}
			}
			if strings.Contains(complaint, "hush-hush") {
				t.Errorf("%q tells the secret", complaint)
			}
		})
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests reached the target", n)
	}
}

func TestAnAddressThatIsTakenIsAMatterOfUsage(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	keys := []string{"--secret", "access_key=K", "--secret", "secret_key=S", "--listen", listener.Addr().String()}
	for _, command := range []string{"receiver", "mock", "verify-sender"} {
		code, _, complaint := khop(t, append([]string{command, "accesstrade"}, keys...)...)
		if code != exitUsage || !strings.Contains(complaint, "--listen "+listener.Addr().String()+": another program listens there") {
			t.Errorf("%s: exit code %d: %s", command, code, complaint)
		}
	}
}

func TestListShowsEverything(t *testing.T) {
	code, out, complaint := khop(t, "list", "checks")
	if code != 0 || complaint != "" {
		t.Fatalf("exit code %d: %s", code, complaint)
	}
	for _, check := range suites.AllChecks() {
		if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(check.ID) + ` +` + string(check.Level) + ` +\S`).MatchString(out) {
			t.Errorf("list checks lacks %s", check.ID)
		}
	}
	_, out, _ = khop(t, "list", "defects")
	for _, defect := range receivers.Defects("") {
		if !regexp.MustCompile(`(?m)^` + defect.Provider + ` +` + regexp.QuoteMeta(defect.Name) + ` +\S`).MatchString(out) {
			t.Errorf("list defects lacks %s %s", defect.Provider, defect.Name)
		}
	}
	_, out, _ = khop(t, "list", "events", "mobio")
	if lines := strings.Count(out, "\n"); lines != 11 || strings.Contains(out, "superai") {
		t.Errorf("list events mobio has %d lines:\n%s", lines, out)
	}
}

func TestExplainShowsEveryCheck(t *testing.T) {
	for _, check := range suites.AllChecks() {
		code, out, complaint := khop(t, "explain", check.ID)
		if code != 0 || complaint != "" {
			t.Errorf("%s: exit code %d: %s", check.ID, code, complaint)
		}
		for _, want := range []string{check.ID, string(check.Level), check.Title, check.Source, check.Why, check.Fix} {
			if !strings.Contains(out, want) {
				t.Errorf("explain %s does not say %q", check.ID, want)
			}
		}
	}
	if _, out, _ := khop(t, "explain", "superai.signature.missing-header"); !strings.Contains(out, "khop receiver superai --defect missing-header-passes") {
		t.Errorf("no defect proves it:\n%s", out)
	}
}

func TestQuoteIsSafeInAShell(t *testing.T) {
	for word, want := range map[string]string{
		"http://127.0.0.1:3000/hook": "http://127.0.0.1:3000/hook",
		"":                           "''",
		"http://x/?a=1&b=2":          "'http://x/?a=1&b=2'",
		"it's $HOME":                 `'it'\''s $HOME'`,
	} {
		if got := quote(word); got != want {
			t.Errorf("quote(%q) = %s, want %s", word, got, want)
		}
	}
}
