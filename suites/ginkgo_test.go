package suites_test

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/suites"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// Ginkgo runs its specs once in a process: the test starts itself anew for each run.
const childTarget, childFolder = "KHOP_TEST_TARGET", "KHOP_TEST_FOLDER"

func TestMain(m *testing.M) {
	if os.Getenv(childTarget) != "" {
		os.Args = append(os.Args[:1], "-test.run=^TestChildThatRunsGinkgo$", "-test.v=false")
		os.Exit(m.Run())
	}
	if os.Getenv(childScene) != "" {
		os.Exit(m.Run()) // Ginkgo does not run where -test.parallel is set
	}
	flag.Parse()
	// The runs of the kill matrix wait for networks more than they compute.
	if err := flag.Set("test.parallel", "16"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func TestChildThatRunsGinkgo(t *testing.T) {
	if os.Getenv(childTarget) == "" {
		t.Skip("runs in a process of its own, started by TestRunIsWhatRunPlainIs")
	}
	r, err := suites.Run(t.Context(), against(t, "superai", os.Getenv(childTarget)))
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Folder(os.Getenv(childFolder)).Write(r, lang.English); err != nil {
		t.Fatal(err)
	}
}

func TestRunIsWhatRunPlainIs(t *testing.T) {
	t.Parallel()
	address := listening(t, genuine(t, "superai", "missing-header-passes").ServeHTTP)
	folder := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childTarget+"="+address, childFolder+"="+folder)
	out, err := child.CombinedOutput()
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred(), string(out))
	g.Expect(strings.TrimSpace(string(out))).To(Equal("PASS"), "khop reports for itself, Ginkgo is silent")

	raw, err := os.ReadFile(filepath.Join(folder, "report.json"))
	g.Expect(err).NotTo(HaveOccurred())
	var ginkgos report.Report
	g.Expect(json.Unmarshal(raw, &ginkgos)).To(Succeed())
	plain, err := run(t.Context(), t, against(t, "superai", address))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(results(&ginkgos)).To(Equal(results(plain)))
	g.Expect(ginkgos.Verdict).To(Equal(report.Failed))
	g.Expect(ginkgos.Counts).To(Equal(plain.Counts))
}

// results are the checks with their status, in their order.
func results(r *report.Report) []string {
	var all []string
	for _, check := range r.Checks {
		all = append(all, check.ID+" "+string(check.Status))
	}
	return all
}
