package pages

import (
	"bytes"
	"cmp"
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/khop-dev/khop/suites/report"
)

// report shows the whole report: the same page that khop verify writes.
func (v *visit) report() error {
	run, known := v.desk.CheckRun(v.r.PathValue("id"))
	if !known || run.Report == nil {
		return errNoPage
	}
	_, byID, err := v.appsByID()
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := report.WriteHTML(&page, v.reworded(run.Report), v.language); err != nil {
		return err
	}
	back := "<body>\n<p class=\"back quiet\"><a href=\"/check/" + html.EscapeString(run.ID) + "\">← " +
		html.EscapeString(v.language.Textf("Verification of %s", report.Visible(cmp.Or(byID[run.App].Name, run.App)))) + "</a></p>"
	out := bytes.NewBuffer(bytes.Replace(page.Bytes(), []byte("<body>"), []byte(back), 1))
	header := v.w.Header()
	if found := ownPolicy.FindSubmatch(out.Bytes()); found != nil {
		header.Set("Content-Security-Policy", html.UnescapeString(string(found[1]))+"; frame-ancestors 'none'")
	}
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	_, _ = out.WriteTo(v.w) // a browser that went away is its own loss
	return nil
}

// ownPolicy is where a report names the hashes of its own style and script. It has to
// be the header's policy too: under the one of the other pages it would stay bare.
var ownPolicy = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]+)">`)

// reworded is a report whose reasons tell what can be done in a console, where they tell
// of a command line.
func (v *visit) reworded(r *report.Report) *report.Report {
	told := *r
	told.Checks = slices.Clone(r.Checks)
	for i := range told.Checks {
		switch message := &told.Checks[i].Message; {
		case strings.Contains(*message, "give --observe"):
			*message = v.language.Text("side effects cannot be seen: verify once more with an observer, a URL that tells how often the event {key} was applied")
		case strings.Contains(*message, "give --image"):
			*message = v.language.Text("an outage cannot be made from a console: khop verify with --image or --build runs the target in a container of its own")
		case strings.Contains(*message, "give --header"):
			*message = v.language.Text("no header is agreed on: set it among the app's own headers if there is one")
		}
	}
	return &told
}
