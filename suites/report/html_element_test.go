package report_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/report"
)

// tester is a test, or a property that is tested.
type tester interface {
	Helper()
	Fatal(...any)
}

// rendered is a report's page, as its bytes and as a browser reads them.
func rendered(t tester, r *report.Report, language lang.Language) (string, element) {
	t.Helper()
	var out bytes.Buffer
	if err := report.WriteHTML(&out, r, language); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), element{root}
}

// element is a node of a page.
type element struct{ *html.Node }

// all finds the elements below that fit.
func (e element) all(fits func(element) bool) []element {
	var found []element
	for node := range e.Descendants() {
		if node.Type == html.ElementNode && fits(element{node}) {
			found = append(found, element{node})
		}
	}
	return found
}

func (e element) named(tag string) []element {
	return e.all(func(e element) bool { return e.Data == tag })
}

// classed finds the elements that have all of the classes: "check fail".
func (e element) classed(classes string) []element {
	return e.all(func(e element) bool {
		have := strings.Fields(e.attr("class"))
		return !slices.ContainsFunc(strings.Fields(classes), func(class string) bool { return !slices.Contains(have, class) })
	})
}

func (e element) attr(name string) string {
	for _, a := range e.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (e element) has(name string) bool {
	return slices.ContainsFunc(e.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// text is what the element says, blanks run together.
func (e element) text() string {
	var out strings.Builder
	for node := range e.Descendants() {
		if node.Type == html.TextNode {
			out.WriteString(node.Data + " ")
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// wantText looks for texts, whatever blanks the page puts into them.
func wantText(t *testing.T, where string, e element, texts ...string) {
	t.Helper()
	said := squeezed(e.text())
	for _, text := range texts {
		if !strings.Contains(said, squeezed(text)) {
			t.Errorf("%s does not say %q: %.1000s", where, text, e.text())
		}
	}
}

func squeezed(text string) string { return strings.Join(strings.Fields(text), "") }
