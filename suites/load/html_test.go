package load_test

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
	"github.com/khop-dev/khop/suites/load"
)

// element is one of a page's.
type element struct{ *html.Node }

func (e element) attr(name string) string {
	for _, a := range e.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (e element) text() string {
	var out strings.Builder
	for node := range e.Descendants() {
		if node.Type == html.TextNode {
			out.WriteString(node.Data + " ")
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// elements are a page's elements of a name, or all.
func elements(t testing.TB, r burst.Result, language lang.Language, names ...string) []element {
	t.Helper()
	root, err := html.Parse(strings.NewReader(rendered(t, load.WriteHTML, r, language)))
	if err != nil {
		t.Fatal(err)
	}
	var all []element
	for node := range root.Descendants() {
		if node.Type == html.ElementNode && (len(names) == 0 || slices.Contains(names, node.Data)) {
			all = append(all, element{node})
		}
	}
	return all
}

func TestPageNeedsNothingElse(t *testing.T) {
	t.Parallel()
	for name, r := range samples {
		var hashes []string
		policy := ""
		for _, e := range elements(t, r, lang.English) {
			if slices.Contains([]string{"script", "img", "iframe", "object", "embed", "form", "base", "a"}, e.Data) {
				t.Errorf("%s: the page has a <%s>", name, e.Data)
			}
			if href := e.attr("href"); href != "" && !strings.HasPrefix(href, "data:image/svg+xml,") {
				t.Errorf("%s: the page refers to %s", name, href)
			}
			if e.attr("style") != "" || e.attr("src") != "" {
				t.Errorf("%s: <%s> has a style or a source", name, e.Data)
			}
			if e.Data == "style" {
				sum := sha256.Sum256([]byte(e.FirstChild.Data))
				hashes = append(hashes, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
				if strings.Contains(e.FirstChild.Data, "url(") || strings.Contains(e.FirstChild.Data, "@import") {
					t.Errorf("%s: the style refers to something", name)
				}
			}
			if e.attr("http-equiv") == "Content-Security-Policy" {
				policy = e.attr("content")
			}
		}
		if !strings.HasPrefix(policy, "default-src 'none'") || !strings.HasSuffix(policy, "style-src "+strings.Join(hashes, " ")) {
			t.Errorf("%s: the policy %q does not name the styles %q", name, policy, hashes)
		}
	}
}

func TestPageSaysWhatTheTextSays(t *testing.T) {
	t.Parallel()
	page := element{elements(t, samples["exceeded"], lang.English, "body")[0].Node}.text()
	for _, want := range []string{
		"✗ FAIL Not every limit was kept", "rate 1200/s of 20 000/s wanted", "12 of 100 events with a bad signature were accepted", "bad-signature 0 accepted 12 accepted ✗ not kept",
		"The rate was not held: 188 000 of 200 000 events", "duplicate 100 3 97 0", "status answers 200 11 571 503 234", "what happened requests timeout 8", "not 409 97",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in %.2000s", want, page)
		}
	}
	vietnamese := element{elements(t, samples["exceeded"], lang.Vietnamese, "body")[0].Node}.text()
	if !strings.Contains(vietnamese, "Có giới hạn không đạt") || strings.Contains(vietnamese, "What this means") {
		t.Errorf("in Vietnamese: %.2000s", vietnamese)
	}
}

// What the command asked for stands on the page, and what its connections did.
func TestPageSaysWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	facts := func(r burst.Result) string {
		return elements(t, r, lang.English, "footer")[0].text()
	}
	for name, c := range map[string]struct {
		has, not []string
	}{
		"exceeded": {
			[]string{
				"Rate 20 000/s", "For 10 s", "Shares duplicate 1%, stale 1%, bad signature 1%", "Timeout of an answer 10 s", "Seed 7",
				"Connections 4000 opened, at most 64 at once", "Sent once more 3", "Waited for a connection 11 900", "Due and not sent 188 000", "Answered after the end 60",
			},
			[]string{"Shards", "Requests at most", "Under way"},
		},
		"closing":        {[]string{"Rate as fast as possible", "Requests at most 10 000"}, []string{"Shares", "Waited", "Due and"}},
		"under-way":      {[]string{"Under way when it ended 64"}, []string{"Sent once more"}},
		"one-shard-left": {[]string{"Shards 1/4"}, nil},
		"found-nothing":  {[]string{"Rate 300/s", "Connections at most 64 at once", "Shards 1/4", "Requests at most 5000", "Shares duplicate 1%, bad signature 0.5%"}, []string{"Duration", "opened"}},
	} {
		text := facts(samples[name])
		for _, want := range c.has {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in %s", name, want, text)
			}
		}
		for _, unwanted := range c.not {
			if strings.Contains(text, unwanted) {
				t.Errorf("%s: %q in %s", name, unwanted, text)
			}
		}
	}
}

// Where nothing was found out, the page shows the reason and no figures.
func TestPageWithoutFigures(t *testing.T) {
	t.Parallel()
	r := samples["found-nothing"]
	if text := elements(t, r, lang.English, "main")[0].text(); text != "What this means ✗ "+r.Reason {
		t.Error(text)
	}
	if text := elements(t, r, lang.English, "h1")[0].text(); text != "✗ ERROR Nothing was found out" {
		t.Error(text)
	}
}

var measure = regexp.MustCompile(`^-?\d+(\.\d+)?%?$`)

// The chart stays within its frame, and its bars hold every answer.
func TestChart(t *testing.T) {
	t.Parallel()
	steep := calm()
	steep.Latency, steep.Service = burst.NewLatency(), burst.NewLatency()
	for _, took := range []time.Duration{0, time.Microsecond, 1500 * time.Microsecond, time.Hour, 20 * time.Hour} {
		steep.Latency.Add(took)
		steep.Service.Add(7 * time.Millisecond)
	}
	for name, r := range map[string]burst.Result{"calm": calm(), "stormy": stormy(), "steep": steep} {
		svgs := elements(t, r, lang.English, "svg")
		if r.Timeline != nil {
			svgs = svgs[2:] // those of what happened when come first
		}
		if len(svgs) != 2 {
			t.Fatalf("%s: %d panels", name, len(svgs))
		}
		for i, svg := range svgs {
			counted := int64(0)
			for node := range svg.Descendants() {
				e := element{node}
				for _, key := range []string{"x", "x1", "x2", "y", "y1", "y2", "width", "height"} {
					if value := e.attr(key); value != "" && !measure.MatchString(value) {
						t.Errorf("%s: <%s %s=%q>", name, e.Data, key, value)
					}
				}
				if e.Data != "rect" {
					continue
				}
				across, _ := strconv.ParseFloat(strings.TrimSuffix(e.attr("x"), "%"), 64)
				down, _ := strconv.ParseFloat(e.attr("y"), 64)
				height, _ := strconv.ParseFloat(e.attr("height"), 64)
				if across < 0 || across > 98.76 || height < 1.5 || down+height < 171.8 || down+height > 172.2 {
					t.Errorf("%s: a bar at %s of %s to %s", name, e.attr("x"), e.attr("y"), e.attr("height"))
				}
				_, count, _ := strings.Cut(e.text(), ": ")
				n, err := strconv.ParseInt(strings.ReplaceAll(strings.Join(strings.Fields(count), ""), "\u00a0", ""), 10, 64)
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				counted += n
			}
			if want := []burst.Latency{r.Latency, r.Service}[i].TotalCount(); counted != want {
				t.Errorf("%s: %d answers are drawn, want %d", name, counted, want)
			}
			if label := svg.attr("aria-label"); !strings.Contains(label, "p99.9 ") {
				t.Errorf("%s: the label is %q", name, label)
			}
		}
	}
	if svgs := elements(t, samples["unanswered"], lang.English, "svg"); len(svgs) != 0 {
		t.Errorf("%d panels without an answer", len(svgs))
	}
}
