package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestEveryCommandExplainsItself(t *testing.T) {
	for _, cmd := range rootCommand().Commands() {
		if cmd.Short == "" || cmd.Long == "" || cmd.Example == "" {
			t.Errorf("khop %s: short, long or example is missing", cmd.Name())
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" && !f.Hidden {
				t.Errorf("khop %s --%s says nothing about itself", cmd.Name(), f.Name)
			}
		})
	}
}

// What stands in backquotes in a flag's usage is printed as the name of its value, and
// taken out of the sentence: it must be such a name, once, where there is a value.
func TestBackquotesNameAValue(t *testing.T) {
	eachCommand(rootCommand(), func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			parts := strings.Split(f.Usage, "`")
			switch {
			case len(parts) == 1:
			case f.NoOptDefVal != "":
				t.Errorf("%s --%s takes no value, and its usage names one: %s", cmd.CommandPath(), f.Name, f.Usage)
			case len(parts) != 3 || strings.HasPrefix(parts[1], "khop"):
				t.Errorf("%s --%s: this is not the name of one value: %s", cmd.CommandPath(), f.Name, f.Usage)
			}
		})
	})
}

// eachCommand goes through a command and all below it.
func eachCommand(cmd *cobra.Command, do func(*cobra.Command)) {
	do(cmd)
	for _, sub := range cmd.Commands() {
		eachCommand(sub, do)
	}
}

// Every example names a command and flags that there are.
func TestExamplesAreCommandLines(t *testing.T) {
	commands := append(rootCommand().Commands(), rootCommand())
	for _, cmd := range commands {
		for line := range strings.Lines(cmd.Example) {
			for _, words := range khopCalls(line) {
				found, rest, err := rootCommand().Find(words)
				if err != nil {
					t.Errorf("%s: %v", line, err)
					continue
				}
				if err := found.ParseFlags(rest); err != nil {
					t.Errorf("%s: %v", line, err)
				}
			}
		}
	}
}

// khopCalls are the arguments of each call of khop in a shell line.
func khopCalls(line string) [][]string {
	var calls [][]string
	for part := range strings.FieldsFuncSeq(line, func(r rune) bool { return strings.ContainsRune("|&;<>", r) }) {
		words := strings.Fields(strings.NewReplacer("'", "", `"`, "").Replace(part))
		if at := slices.Index(words, "khop"); at >= 0 {
			calls = append(calls, words[at+1:])
		}
	}
	return calls
}

func TestCompletionProposesWhatThereIs(t *testing.T) {
	for typed, want := range map[string][]string{
		"verify supe":                             {"superai"},
		"verify a":                                {"abaha", "accesstrade", "all"},
		"explain superai.response.success-s":      {"superai.response.success-status"},
		"repeat mobio.transport.live":             {"mobio.transport.liveness"},
		"send superai ":                           {"update_status", "update_weight"},
		"send esms zalo-j":                        {"zalo-journey"},
		"sample esms z":                           {"zalo", "zalo-consulting", "zalo-transaction", "zalo-form-request", "zalo-journey"},
		"schema re":                               {"report"},
		"validate --schema re":                    {"report"},
		"schema superai/update_w":                 {"superai/update_weight"},
		"verify superai --format ":                {"text", "github", "markdown", "json"},
		"validate --format s":                     {"sarif"},
		"diff --format ":                          {"text", "json", "markdown"},
		"merge --format ":                         {"text", "json", "markdown"},
		"burst e":                                 {"esms"},
		"burst superai --event update_w":          {"update_weight"},
		"burst superai --rate m":                  {"max"},
		"schema bu":                               {"burst"},
		"export openapi --format ":                {"json", "yaml"},
		"verify superai --pin ":                   {"1"},
		"sample mobio sale_create_deal --style p": {"php", "pretty", "python"},
		"validate --unknown ":                     {"skip", "fail"},
		"sign accesstrade --formula ":             {"transaction-id", "secret", "date", "first-id", "all-ids", "request-time"},
		"mock accesstrade --listing-signature ":   {"any", "unchecked", "secret", "date"},
		"mock accesstrade --bulk-signature f":     {"first-id"},
		"verify superai --focus response.succ":    {"response.success-status"},
		"verify all --focus esms.preflight":       {"esms.preflight.genuine-delivery"},
		"send superai update_status --secret ":    {"partner_code="},
		"verify mobio --set signature":            {"signature=mac", "signature=bare"},
		"verify superai --area r":                 {"response", "retry"},
		"verify superai --level ":                 {"must", "should"},
		"verify superai --lang ":                  {"en", "vi"},
		"verify superai --focus superai.retry.st": {"superai.retry.stale"},
		"receiver superai --defect created":       {"created-201"},
		"list events s":                           {"superai"},
		"export ":                                 {"asyncapi", "openapi", "jsonschema"},
		"verify nobody --secret ":                 nil,
		"verify superai superai":                  nil,
	} {
		words := append([]string{cobra.ShellCompRequestCmd}, strings.Split(typed, " ")...)
		code, out, _ := khop(t, words...)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		got := lines[:len(lines)-1] // the last is the directive
		if code != 0 || !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%q: exit %d, %q, want %q", typed, code, got, want)
		}
	}
}

func TestManualPages(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "0")
	var editionsOfPage []string
	for range 2 {
		folder := filepath.Join(t.TempDir(), "man1")
		if code, _, complaint := khop(t, "man", folder); code != 0 {
			t.Fatal(complaint)
		}
		page, err := os.ReadFile(filepath.Join(folder, "khop-verify.1"))
		for _, want := range []string{`\fB--area\fP=\fIarea\fP`, `\fB--fail-fast\fP` + "\n\tstop", `\fB--timeout\fP=\fItime\fP`, "(default 10s)", `\fB--lang\fP=\fIlanguage\fP`, `\fB-h\fP, \fB--help\fP` + "\n"} {
			if !strings.Contains(string(page), want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		for _, raw := range []string{"=[]", `=""`, "[=false]"} {
			if strings.Contains(string(page), raw) {
				t.Errorf("the page says %s", raw)
			}
		}
		if err != nil || !strings.Contains(string(page), ".SH EXAMPLE") || !strings.Contains(string(page), "Jan 1970") {
			t.Errorf("%v: %.200s", err, page)
		}
		editionsOfPage = append(editionsOfPage, string(page))
	}
	if editionsOfPage[0] != editionsOfPage[1] {
		t.Error("two calls write different pages")
	}
	for want, args := range map[string][]string{"wants the folder": {"man"}, "making the folder": {"man", "house_test.go/x"}} {
		if code, _, complaint := khop(t, args...); code != exitUsage || !strings.Contains(complaint, want) {
			t.Errorf("%v: exit %d, %s", args, code, complaint)
		}
	}
}
