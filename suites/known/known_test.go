package known_test

import (
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"pgregory.net/rapid"

	"github.com/khop-dev/khop/suites/known"
	"github.com/khop-dev/khop/suites/report"
)

var ids = []string{"superai.signature.missing-header", "superai.response.success-status", "superai.retry.redelivery"}

var day = time.Date(2026, 3, 4, 12, 0, 0, 0, time.Local)

const message = "2 of 2 deliveries: update_status without Signature: 200 OK"

// entry is a file with one entry for the first check.
func entry(message, more string) string {
	return "- check: " + ids[0] + "\n  message: \"" + message + "\"\n  reason: legacy gateway\n" + more
}

// judged is a run with one result, judged by the file.
func judged(t *testing.T, file string, status report.Status, message string) *report.Report {
	t.Helper()
	list, err := known.Parse("known.yaml", []byte(file), ids)
	if err != nil {
		t.Fatal(err)
	}
	r := &report.Report{Started: day, Checks: []report.Check{{ID: ids[0], Status: status, Message: message}}}
	list.Judge(&r.Checks[0], day)
	r.Stale = list.Stale(r)
	r.Conclude()
	return r
}

func TestJudge(t *testing.T) {
	for name, one := range map[string]struct {
		file   string
		status report.Status
		text   string
		want   report.Status
		stale  string // empty: the entry holds
	}{
		"as it says":             {entry(message, ""), report.Fail, message, report.Known, ""},
		"with a wildcard":        {entry("2 of 2 deliveries: update_status*200 OK", ""), report.Fail, message, report.Known, ""},
		"over several lines":     {entry("2 of 2 deliveries*end", ""), report.Fail, "2 of 2 deliveries\nand the end", report.Known, ""},
		"a broken SHOULD":        {entry(message, ""), report.Warn, message, report.Known, ""},
		"on its last day":        {entry(message, "  until: 2026-03-04\n"), report.Fail, message, report.Known, ""},
		"a day later":            {entry(message, "  until: 2026-03-03\n"), report.Fail, message, report.Fail, "was tolerated until 2026-03-03: legacy gateway"},
		"another message":        {entry(message, ""), report.Fail, "500", report.Fail, `fails with another message now: "500"`},
		"only a part of it":      {entry("update_status without Signature", ""), report.Fail, message, report.Fail, "fails with another message now"},
		"passes":                 {entry(message, ""), report.Pass, "", report.Pass, "passes now: take the entry out"},
		"was not judged":         {entry(message, ""), report.Skip, "the target is gone", report.Skip, ""},
		"cannot be observed":     {entry(message, ""), report.NotObservable, "needs an observer", report.NotObservable, ""},
		"khop's own fault":       {entry(message, ""), report.Error, message, report.Error, ""},
		"anything at all":        {entry("*", ""), report.Fail, message, report.Fail, "would excuse nearly anything"},
		"nearly anything":        {entry("2 of 2*", ""), report.Fail, message, report.Fail, "would excuse nearly anything"},
		"a dot is no wildcard":   {entry("2 of 2 deliveries: update.status without Signature: 200 OK", ""), report.Fail, message, report.Fail, "another message"},
		"a file without entries": {"# nothing is tolerated\n", report.Fail, message, report.Fail, ""},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			r := judged(t, one.file, one.status, one.text)
			g.Expect(r.Checks[0].Status).To(Equal(one.want))
			if one.stale == "" {
				g.Expect(r.Stale).To(BeEmpty())
				return
			}
			g.Expect(r.Stale).To(HaveLen(1))
			g.Expect(r.Stale[0]).To(HavePrefix("known.yaml:1: " + ids[0] + " "))
			g.Expect(r.Stale[0]).To(ContainSubstring(one.stale))
			g.Expect(r.Verdict).To(Equal(report.Failed))
		})
	}
}

func TestANilListKnowsNothing(t *testing.T) {
	var list *known.List
	check := report.Check{ID: ids[0], Status: report.Fail}
	list.Judge(&check, day)
	if check.Status != report.Fail || len(list.Stale(&report.Report{Checks: []report.Check{check}})) > 0 {
		t.Error(check)
	}
}

func TestWhatIsNoListIsRefusedWithItsPlace(t *testing.T) {
	for want, file := range map[string]string{
		"known.yaml:1:1: has to be a list of entries": "check: x\n",
		"known.yaml:1:3: the entry has no reason":     "- check: " + ids[0] + "\n  message: m\n",
		"known.yaml:3:11: the reason is empty":        "- check: " + ids[0] + "\n  message: m\n  reason: \"\"\n",
		"known.yaml:1:3: the entry has no message":    "- check: " + ids[0] + "\n  reason: r\n",
		`known.yaml:1:10: there is no check "superai.signature.mising-header"; did you mean "superai.signature.missing-header"?`: "- check: superai.signature.mising-header\n  message: m\n  reason: r\n",
		"known.yaml:1:10: superai.signature.* is too wide":                                                                       "- check: superai.signature.*\n  message: m\n  reason: r\n",
		`known.yaml:4:10: until "soon" is no day: write it as 2026-12-31`:                                                        entry("m", "  until: soon\n"),
		`known.yaml:4:3: an entry has no "untill"; did you mean "until"?`:                                                        entry("m", "  untill: 2026-12-31\n"),
		ids[0] + " is there already, at known.yaml:1":                                                                            entry("m", "") + entry("m", ""),
		"known.yaml:1:3: an entry has a check, a message and a reason":                                                           "- just a text\n",
		"known.yaml: ": "- check: [\n",
		"known.yaml:2:12: message has to be a text": "- check: " + ids[0] + "\n  message: [m]\n  reason: r\n",
	} {
		if _, err := known.Parse("known.yaml", []byte(file), ids); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", file, err, want)
		}
	}
	if _, err := known.Read("no/such/file.yaml", ids); err == nil || !strings.Contains(err.Error(), "--update-known writes it") {
		t.Error(err)
	}
}

func failing(id, message string) report.Check {
	return report.Check{ID: id, Status: report.Fail, Message: message}
}

func TestUpdateKeepsWhatAPersonWrote(t *testing.T) {
	g := NewWithT(t)
	before := `# agreed with the shop team

# the gateway is old
- check: superai.signature.missing-header
  message: "2 of 2 deliveries: gone"
  reason: legacy gateway # KH-214
  until: 2026-12-31
- check: superai.retry.redelivery
  message: "refused"
  reason: none any more
`
	r := &report.Report{Started: day, Checks: []report.Check{
		failing(ids[0], message),
		failing(ids[1], "update_status: 201 Created after 1.5ms for SGNS915188LM.935813744"),
		{ID: ids[2], Status: report.Pass},
	}}
	after, change, err := known.Update("known.yaml", []byte(before), r, "")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(after)).To(Equal(`# agreed with the shop team

# the gateway is old
- check: superai.signature.missing-header
  message: "2 of 2 deliveries: update_status without Signature: 200 OK"
  reason: legacy gateway # KH-214
  until: 2026-12-31
- check: superai.response.success-status
  message: "update_status: 201 Created after * for *.*"
  reason: ""
`))
	g.Expect(change).To(Equal(known.Change{Added: ids[1:2], Changed: ids[:1], Removed: ids[2:]}))
	g.Expect(known.Excuse("known.yaml", after, r)).To(Succeed())
	g.Expect(r.Verdict).To(Equal(report.Failed), "an entry without a reason fails the run that wrote it")
	g.Expect(r.Stale).To(HaveExactElements(And(HavePrefix("known.yaml:8: "+ids[1]+" has no reason"), ContainSubstring("--reason"))))

	repaired, change, err := known.Update("known.yaml", append(after, "- check: superai.retry.redelivery\n  message: refused\n"...), &report.Report{Started: day}, "framework")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(change).To(Equal(known.Change{Reasoned: ids[1:]}))
	again := &report.Report{Started: day, Checks: r.Checks[:2]}
	g.Expect(known.Excuse("known.yaml", repaired, again)).To(Succeed())
	g.Expect(again.Stale).To(BeEmpty())
	list, err := known.Parse("known.yaml", repaired, ids)
	g.Expect(err).NotTo(HaveOccurred())
	kept := failing(ids[0], message)
	list.Judge(&kept, day)
	g.Expect(kept.Known.Reason).To(Equal("legacy gateway"))
}

func TestUpdateBeginsAFile(t *testing.T) {
	g := NewWithT(t)
	r := &report.Report{Started: day, Checks: []report.Check{failing(ids[0], message), {ID: ids[1], Status: report.Warn, Message: "a SHOULD"}}}
	after, change, err := known.Update("known.yaml", nil, r, "legacy gateway")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(change.Added).To(Equal(ids[:1]), "a warning fails no run that is not strict")
	list, err := known.Parse("known.yaml", after, ids)
	g.Expect(err).NotTo(HaveOccurred())
	list.Judge(&r.Checks[0], day)
	g.Expect(r.Checks[0].Status).To(Equal(report.Known))

	r.Checks[0] = report.Check{ID: ids[0], Status: report.Pass}
	emptied, _, err := known.Update("known.yaml", after, r, "")
	g.Expect(err).NotTo(HaveOccurred())
	_, err = known.Parse("known.yaml", emptied, ids)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(emptied)).NotTo(ContainSubstring("check:"))
}

// What Update writes excuses the run that it was written from, whatever its messages.
func TestUpdateExcusesItsRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &report.Report{Started: day, Strict: rapid.Bool().Draw(t, "strict")}
		for _, id := range ids {
			status := rapid.SampledFrom([]report.Status{report.Pass, report.Fail, report.Warn, report.Skip}).Draw(t, "status")
			r.Checks = append(r.Checks, report.Check{ID: id, Status: status, Message: rapid.StringMatching(`[^\x00-\x08\x0b-\x1f\x7f-\x9f]*[a-z]`).Draw(t, "message")})
		}
		text, _, err := known.Update("known.yaml", nil, r, "because")
		if err != nil {
			t.Fatal(err)
		}
		list, err := known.Parse("known.yaml", text, ids)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		for i := range r.Checks {
			list.Judge(&r.Checks[i], day)
		}
		r.Stale = list.Stale(r)
		if r.Conclude(); r.Verdict != report.Passed {
			t.Fatalf("%v %v\n%s", r.Counts, r.Stale, text)
		}
	})
}
