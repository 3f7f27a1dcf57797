package report

import (
	"html/template"
	"maps"
	"slices"

	"github.com/khop-dev/khop/suites/lang"
)

// page is what the templates read: the report, sorted the way a person looks at it.
type page struct {
	*Report
	Language lang.Language
	Policy   string // the content security policy
	Style    template.CSS
	Script   template.JS

	Grounds   []string // what the verdict rests on
	Tally     tallied
	Silences  []silence    // why checks say nothing about the target
	Broken    []*pageCheck // what has to be looked at, worst first
	Providers []*pageProvider
	Areas     []string // all that there are, for the filter
	Levels    []string
}

// pageProvider is the part of a page that is about one provider.
type pageProvider struct {
	Run
	Tally tallied
	Areas []*pageArea
}

// pageArea is one area of one provider.
type pageArea struct {
	place
	Tally  tallied
	TookMS float64
	Checks []*pageCheck
}

func newPage(r *Report, language lang.Language) *page {
	p := &page{
		Report: r, Language: language,
		Policy: pagePolicy, Style: template.CSS(pageStyle), Script: template.JS(pageScript),
		Providers: providersOf(r),
	}
	p.fill(language)
	p.count()
	p.Grounds = p.grounds()
	return p
}

// Several tells whether the page is about more than one provider.
func (p *page) Several() bool { return len(p.Runs) > 0 }

// SettingNames lists the settings in an order that stays.
func (p *page) SettingNames() []string { return slices.Sorted(maps.Keys(p.Settings)) }

// providersOf lists what the report is about: one run, or several side by side.
func providersOf(r *Report) []*pageProvider {
	if len(r.Runs) == 0 {
		return []*pageProvider{{Run: Run{Provider: r.Provider, Target: r.Target, Verdict: r.Verdict}}}
	}
	var all []*pageProvider
	for _, run := range r.Runs {
		all = append(all, &pageProvider{Run: run})
	}
	return all
}

// fill puts every check into its provider's area, in the order in which they ran.
func (p *page) fill(language lang.Language) {
	for i := range p.Checks {
		check := newPageCheck(&p.Checks[i], language)
		provider := p.providerOf(check.Check)
		if check.Place.Area = check.Check.Area; p.Several() {
			check.Place.Provider = provider.Provider
		}
		area := provider.area(check.Place)
		area.Checks = append(area.Checks, check)
		area.TookMS += check.DurationMS
		if slices.Contains([]Status{Error, Fail, Warn, Known}, check.Status) {
			p.Broken = append(p.Broken, check)
		}
		p.Areas = including(p.Areas, check.Place.Area)
		p.Levels = including(p.Levels, check.Level)
	}
	slices.SortStableFunc(p.Broken, func(a, b *pageCheck) int { return rank(a.Status) - rank(b.Status) })
}

// providerOf is the provider of a check; the last one where none fits, so that no
// check is lost.
func (p *page) providerOf(check *Check) *pageProvider {
	for _, provider := range p.Providers {
		if provider.Provider == providerOf(*check) {
			return provider
		}
	}
	return p.Providers[len(p.Providers)-1]
}

// area is the provider's area at a place, a new one where it has none yet.
func (p *pageProvider) area(at place) *pageArea {
	for _, area := range p.Areas {
		if area.place == at {
			return area
		}
	}
	area := &pageArea{place: at}
	p.Areas = append(p.Areas, area)
	return area
}

func including(all []string, one string) []string {
	if slices.Contains(all, one) {
		return all
	}
	return append(all, one)
}

// Title is what the browser's tab shows.
func (p *page) Title() string {
	return verdictWord(p.Language, p.Verdict) + " " + Visible(p.Provider) + " · khop"
}

// Headline is the verdict in a few words.
func (p *page) Headline() string {
	say := p.Language.Text
	switch {
	case p.Verdict == Passed && p.Several():
		return say("Every target conforms")
	case p.Verdict == Passed:
		return say("The target conforms")
	case p.Verdict == Failed && len(p.breaking()) == 0:
		return say("The list of known failures does not hold")
	case p.Verdict == Failed && p.Several():
		return say("Not every target conforms")
	case p.Verdict == Failed:
		return say("The target does not conform")
	case p.Several():
		return say("Not every target could be judged")
	}
	return say("The target could not be judged")
}

// grounds say what the verdict rests on.
func (p *page) grounds() []string {
	var all []string
	add := func(sentence string) { all = append(all, sentence) }
	if p.Reason != "" {
		add(Visible(p.Reason))
	}
	if n := p.Tally.Of(Fail); n > 0 {
		add(p.Language.Textf("Broken MUSTs: %d.", n))
	} else if p.Verdict != Broken && p.Tally.Of(Known) > 0 {
		add(p.Language.Text("But for known failures, every MUST that could be judged holds."))
	} else if p.Verdict != Broken {
		add(p.Language.Text("Every MUST that could be judged holds."))
	}
	if n := p.Tally.Of(Warn); n > 0 && p.Strict {
		add(p.Language.Textf("Broken SHOULDs: %d. They count, because this run is strict.", n))
	} else if n > 0 {
		add(p.Language.Textf("Broken SHOULDs: %d. They do not decide the verdict.", n))
	}
	if n := p.Tally.Of(Known); n > 0 {
		add(p.Language.Textf("Known failures that are excused: %d.", n))
	}
	if n := len(p.Stale); n > 0 {
		add(p.Language.Textf("Problems with the list of known failures: %d.", n))
	}
	return all
}
