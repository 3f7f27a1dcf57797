package pages

import (
	"embed"
	"html/template"
	"io/fs"
	"path"
	"sync"
	"time"

	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

//go:embed html
var htmlFiles embed.FS

// shared are the templates that every page has.
var shared = []string{"html/layout.html", "html/parts.html"}

// parsed are the pages' templates by language, made when they are first needed: khop
// is to be ready at once.
var parsed = func() map[lang.Language]func() map[string]*template.Template {
	all := map[lang.Language]func() map[string]*template.Template{}
	for _, language := range lang.Languages {
		all[language] = sync.OnceValue(func() map[string]*template.Template { return parse(language) })
	}
	return all
}()

// pageTemplates are the templates of all pages in a language, by file.
func pageTemplates(language lang.Language) map[string]*template.Template {
	return parsed[language]()
}

func parse(language lang.Language) map[string]*template.Template {
	base := template.Must(template.New("").Funcs(phrases(language)).ParseFS(htmlFiles, shared...))
	names, err := fs.Glob(htmlFiles, "html/*.html")
	if err != nil {
		panic(err) // the pattern is fixed
	}
	pages := map[string]*template.Template{}
	for _, name := range names {
		pages[path.Base(name)] = template.Must(template.Must(base.Clone()).ParseFS(htmlFiles, name))
	}
	return pages
}

// phrases are what the templates call.
func phrases(language lang.Language) template.FuncMap {
	return template.FuncMap{
		// t and tf are for the pages' own words, and always called with a literal.
		"t":       language.Text,
		"tf":      language.Textf,
		"state":   func(s outbox.State) string { return stateWord(language, s) },
		"outcome": func(o string) string { return outcomeWord(language, delivery.Outcome(o)) },
		"verdict": func(word string) string { return verdictWord(language, word) },
		"running": func(word string) string { return runWord(language, word) },
		"mark":    mark,
		"asset":   assetPath,
		"iso":     iso,
		"clock":   clock,
		"instant": instant,
		"zone":    zone,
		"span":    func(d time.Duration) string { return span(language, d) },
		"units":   func() [3]string { return units(language) },
		"cited":   citationOf,
		"visible": report.Visible,
		// visibleLines is visible for a text of several lines.
		"visibleLines": report.VisibleLines,
		"result":       func(s report.Status) string { return report.Counted(language, s) },
		// translate is for words that are not the pages' own, such as a check's title and
		// what a provider says of its settings.
		"translate": func(english string) string { return report.Visible(language.Text(english)) },
		"list":      func(items ...string) []string { return items },
	}
}
