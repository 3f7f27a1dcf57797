package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"sync"

	"github.com/khop-dev/khop/suites/lang"
)

//go:embed page
var pageFiles embed.FS

// The page's parts. Style and script stand inside the page, and the page's policy
// names them by their hashes: nothing else is styled, run or fetched.
var (
	pageStyle  = mustRead("page/style.css")
	pageScript = mustRead("page/script.js")
	pagePolicy = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; " +
		"style-src " + hashOf(pageStyle) + "; script-src " + hashOf(pageScript)
)

// pageTemplates are the page's templates by the language that they speak. Making one
// takes longer than filling it in, and most runs need none.
var pageTemplates = func() map[lang.Language]func() *template.Template {
	all := map[lang.Language]func() *template.Template{}
	for _, language := range lang.Languages {
		all[language] = sync.OnceValue(func() *template.Template {
			return template.Must(template.New("page.html").Funcs(phrases(language)).ParseFS(pageFiles, "page/*.html"))
		})
	}
	return all
}()

// WriteHTML renders the report as one page that needs nothing else: no server, no
// network, and no scripts for reading. It is for a screen of any size, for paper
// and for a screen reader. The words are in the given language, while what was sent
// and answered is shown as it was.
func WriteHTML(w io.Writer, r *Report, language lang.Language) error {
	if pageTemplates[language] == nil {
		language = lang.English
	}
	if err := pageTemplates[language]().Execute(w, newPage(r, language)); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// phrases are what the templates call.
func phrases(language lang.Language) template.FuncMap {
	return template.FuncMap{
		// t and tf are for the page's own words, and always called with a literal.
		"t":  language.Text,
		"tf": language.Textf,
		// translate is for words that come with the report, such as a check's title.
		"translate": func(english string) string { return Visible(language.Text(english)) },
		"status":    func(s Status) string { return Counted(language, s) },
		"amount":    func(n int, s Status) string { return amount(language, n, s) },
		"word":      func(v Verdict) string { return verdictWord(language, v) },
		"level":     func(level string) string { return Visible(levelWord(language, level)) },
		"look":      verdictStatus,
		"mark":      statusMark,
		"visible":   Visible,
		"wire":      wire,
		"took":      took,
		"icon":      icon,
	}
}

// hashOf is how a content security policy names an inline script or style.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// mustRead reads a file that is part of the program.
func mustRead(name string) string {
	text, err := pageFiles.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(text)
}
