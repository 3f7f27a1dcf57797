package load

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

//go:embed page
var pageFiles embed.FS

// The page has the style of khop's other reports and a little of its own. Its policy
// names both by their hashes: nothing else is styled, and nothing is run or fetched.
var (
	ownStyle   = mustRead("page/style.css")
	pagePolicy = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; " +
		"style-src " + report.PolicyHash(report.Style()) + " " + report.PolicyHash(ownStyle)
)

// mustRead reads a file that is part of the program.
func mustRead(name string) string {
	text, err := pageFiles.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// pageTemplates are the page's templates by the language that they speak.
var pageTemplates = func() map[lang.Language]func() *template.Template {
	all := map[lang.Language]func() *template.Template{}
	for _, language := range lang.Languages {
		all[language] = sync.OnceValue(func() *template.Template {
			return template.Must(template.New("page.html").Funcs(phrases(language)).ParseFS(pageFiles, "page/*.html"))
		})
	}
	return all
}()

// phrases are what the templates call.
func phrases(language lang.Language) template.FuncMap {
	return template.FuncMap{
		// t is for the page's own words, and always called with a literal.
		"t":       language.Text,
		"kind":    func(k burst.Kind) string { return kindWord(language, k) },
		"visible": report.Visible,
		"amount":  amount,
		"at":      at,
		"mark":    mark,
		"clock":   clock,
		"machine": func(at time.Time) string { return at.UTC().Format(time.RFC3339) },
	}
}

// WriteHTML renders the result as one page that needs nothing else: no server, no
// network and no scripts. It is for a screen of any size, for paper and for a screen
// reader, which reads the tables in place of the chart.
func WriteHTML(w io.Writer, r burst.Result, language lang.Language) error {
	if pageTemplates[language] == nil {
		language = lang.English
	}
	if err := pageTemplates[language]().Execute(w, newPage(r, language)); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// page is what the templates read.
type page struct {
	burst.Result
	Language lang.Language
	Policy   string // the content security policy
	Shared   template.CSS
	Own      template.CSS

	Look            report.Status
	Stamp, Headline string
	Provider        string
	Figures         []figure
	Findings        []finding
	Limits          []limitShown
	Course          *courseChart
	Chart           *chart
	Percentiles     any
	Distributions   []distribution
	Tallies         []tallied
	Counts          []named
	Facts           []fact
}

// tallied is what became of one kind of events.
type tallied struct {
	Kind burst.Kind
	burst.Tally
}

// Wrong tells whether events were accepted that should have been refused.
func (t tallied) Wrong() bool { return t.Kind == burst.BadSignature && t.Succeeded > 0 }

// named are counts under a heading, in a column for what is counted and one for how often.
type named struct {
	Title       string
	What, Count string
	All         []counted
}

func newPage(r burst.Result, language lang.Language) *page {
	p := &page{
		Result: r, Language: language, Policy: pagePolicy, Shared: template.CSS(report.Style()), Own: template.CSS(ownStyle),
		Look: look(r), Stamp: OutcomeOf(r).stamp(language), Headline: headline(r, language),
		Provider: titleOf(r), Figures: figuresOf(r, language), Findings: findingsOf(r, language), Limits: limitsOf(r, language),
		Course: courseChartOf(r, language), Chart: chartOf(r, language), Facts: factsOf(r, language), Percentiles: percentiles, Distributions: distributionsOf(r, language),
	}
	for _, kind := range burst.Kinds {
		if tally := r.Kinds[kind.String()]; tally.Sent > 0 {
			p.Tallies = append(p.Tallies, tallied{kind, tally})
		}
	}
	var objections []counted
	for _, o := range r.Objections {
		objections = append(objections, counted{o.Text, o.Count})
	}
	answers := language.Text("answers")
	p.Counts = []named{
		{language.Text("Answers by status"), language.Text("status"), answers, ranked(r.Statuses)},
		{language.Text("Requests without an answer"), language.Text("what happened"), language.Text("requests"), ranked(r.Errors)},
		{language.Text("What the provider would complain about"), language.Text("complaint"), answers, objections},
	}
	return p
}

// Title is what the browser's tab shows.
func (p *page) Title() string { return p.Stamp + " " + p.Provider + " · khop burst" }

// Icon is the dot in the browser's tab: its colour is the outcome's.
func (p *page) Icon() template.URL {
	colour := map[report.Status]string{report.Pass: "1a7f37", report.Fail: "b42318", report.Error: "8b3d9e", report.Warn: "855000"}[p.Look]
	if colour == "" {
		colour = "57606a"
	}
	return template.URL("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E" +
		"%3Ccircle cx='4' cy='4' r='3.5' fill='%23" + colour + "'/%3E%3C/svg%3E")
}
