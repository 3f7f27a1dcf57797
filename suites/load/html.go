package load

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"
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
		"span":    span,
		"seconds": seconds,
		"at":      at,
		"mark":    mark,
		"clock":   func(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05") + " UTC" },
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
	Chart           *chart
	Percentiles     any
	Distributions   []distribution
	Tallies         []tallied
	Counts          []named
}

// tallied is what became of one kind of events.
type tallied struct {
	Kind burst.Kind
	burst.Tally
}

// Wrong tells whether events were accepted that should have been refused.
func (t tallied) Wrong() bool { return t.Kind == burst.BadSignature && t.Succeeded > 0 }

// named are counts under a heading.
type named struct {
	Title string
	All   []counted
}

func newPage(r burst.Result, language lang.Language) *page {
	outcome := OutcomeOf(r)
	p := &page{
		Result: r, Language: language, Policy: pagePolicy, Shared: template.CSS(report.Style()), Own: template.CSS(ownStyle),
		Look: outcome.look(), Stamp: outcome.stamp(language), Headline: outcome.headline(language),
		Provider: titleOf(r), Figures: figuresOf(r, language), Findings: findingsOf(r, language), Chart: chartOf(r, language),
		Percentiles: percentiles, Distributions: distributionsOf(r, language),
	}
	for _, kind := range burst.Kinds {
		if tally := r.Kinds[kind.String()]; tally.Sent > 0 {
			p.Tallies = append(p.Tallies, tallied{kind, tally})
		}
	}
	p.Counts = []named{{language.Text("Answers by status"), ranked(r.Statuses)}, {language.Text("Requests without an answer"), ranked(r.Errors)}}
	var objections []counted
	for _, o := range r.Objections {
		objections = append(objections, counted{o.Text, o.Count})
	}
	p.Counts = append(p.Counts, named{language.Text("What the provider would complain about"), objections})
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

// EventNames lists the types that were sent.
func (p *page) EventNames() string { return report.Visible(strings.Join(p.Events, ", ")) }

// ShardNames says which parts of the burst the page is about.
func (p *page) ShardNames() string {
	var all []string
	for _, shard := range p.Shards {
		all = append(all, shard.String())
	}
	return strings.Join(all, ", ")
}
