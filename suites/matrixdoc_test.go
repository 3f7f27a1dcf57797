package suites_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/khop-dev/khop/fixtures/merchant"
	"github.com/khop-dev/khop/fixtures/receivers"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites"
)

// matrixDoc is the kill matrix as people read it, written from the registries.
const matrixDoc = "../docs/kill-matrix.md"

var update = flag.Bool("update", false, "write the generated documents anew")

func TestMatrixDocIsFresh(t *testing.T) {
	want := renderMatrix()
	if *update {
		if err := os.WriteFile(matrixDoc, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(matrixDoc)
	if err != nil {
		t.Fatalf("%v: write it with `go test ./suites -run MatrixDoc -update`", err)
	}
	if string(got) != want {
		t.Errorf("docs/kill-matrix.md is stale from line %d on: write it anew with `go test ./suites -run MatrixDoc -update`",
			firstDifference(string(got), want))
	}
}

// firstDifference is the number of the first line in which two texts differ.
func firstDifference(a, b string) int {
	lines := strings.Split(b, "\n")
	for i, line := range strings.Split(a, "\n") {
		if i >= len(lines) || line != lines[i] {
			return i + 1
		}
	}
	return len(lines)
}

// matrix is what one kind of program is checked for, and the defects it can have.
type matrix struct {
	title   string // "Mobio"
	program string // what has the defects: "receiver"
	checks  []suites.Check
	defects []receivers.Defect
}

// matrices lists the programs: a receiver for every provider, and the merchant who
// sends to AccessTrade.
func matrices() []matrix {
	var all []matrix
	var sending []suites.Check
	for _, name := range mocks.Names() {
		provider, err := mocks.Lookup(name)
		if err != nil {
			panic(err) // the name came from the registry
		}
		one := matrix{title: provider.Title, program: "receiver", defects: receivers.Defects(name)}
		for _, check := range suites.Checks(name) {
			if check.Area == suites.Sender {
				sending = append(sending, check)
			} else {
				one.checks = append(one.checks, check)
			}
		}
		all = append(all, one)
	}
	senders := matrix{title: "AccessTrade: the merchant", program: "merchant", checks: sending}
	for _, d := range merchant.Defects() {
		senders.defects = append(senders.defects, receivers.Defect{Name: d.Name, Title: d.Title, Trips: d.Trips})
	}
	return append(all, senders)
}

func renderMatrix() string {
	var doc strings.Builder
	defects := 0
	for _, one := range matrices() {
		defects += len(one.defects)
	}
	fmt.Fprintf(&doc, `# The kill matrix

<!-- Generated: do not edit. Write it anew with: go test ./suites -run MatrixDoc -update -->

A suite of checks is only as good as what it catches. For every provider there is a
correct receiver, for AccessTrade a correct merchant too, and a list of defects: realistic
bugs that can be planted in it one at a time. The tests hold that

- the correct program passes every check,
- every defect trips exactly the checks that stand beside it here, and no others,
- every check is tripped by at least one defect.

`+"`khop receiver PROVIDER --defect NAME`"+` runs a receiver with one of these defects; the merchant is a
Go package, fixtures/merchant. At present there are %d defects and %d checks. A SHOULD that is
tripped warns; it is set in *italics*.
`, defects, len(suites.AllChecks()))
	for _, one := range matrices() {
		one.write(&doc)
	}
	return doc.String()
}

func (m matrix) write(doc *strings.Builder) {
	fmt.Fprintf(doc, "\n## %s\n\n### What each defect trips\n\n", m.title)
	fmt.Fprintf(doc, "%d defects.\n\n", len(m.defects))
	fmt.Fprintf(doc, "| defect | the %s … | checks that trip |\n| --- | --- | --- |\n", m.program)
	for _, defect := range m.defects {
		fmt.Fprintf(doc, "| `%s` | %s | %s |\n", defect.Name, cell(defect.Title), strings.Join(tripped(defect, m.checks), "<br>"))
	}
	fmt.Fprintf(doc, "\n### What trips each check\n\n")
	fmt.Fprintf(doc, "%d checks; their ids begin with `%s.`\n\n", len(m.checks), m.checks[0].Provider)
	fmt.Fprintf(doc, "| check | level | the demand | defects that trip it |\n| --- | --- | --- | --- |\n")
	for _, check := range m.checks {
		var names []string
		for _, defect := range m.defects {
			if slices.Contains(defect.Trips, check.Rule()) {
				names = append(names, "`"+defect.Name+"`")
			}
		}
		fmt.Fprintf(doc, "| `%s` | %s | %s | %s |\n", check.Rule(), check.Level, cell(check.Title), cmp.Or(strings.Join(names, ", "), "**none**"))
	}
}

// tripped names the checks that a defect trips, in the order in which they run; what
// only warns in italics.
func tripped(defect receivers.Defect, checks []suites.Check) []string {
	var names []string
	for _, check := range checks {
		switch name := "`" + check.Rule() + "`"; {
		case !slices.Contains(defect.Trips, check.Rule()):
		case check.Level == suites.Should:
			names = append(names, "*"+name+"*")
		default:
			names = append(names, name)
		}
	}
	return names
}

// cell makes text safe inside a Markdown table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "*", `\*`, "_", `\_`).Replace(text)
}
