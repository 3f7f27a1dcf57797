package report

import (
	"html/template"
	"net/url"
	"slices"
	"strings"
)

// place is a part of the page that a link can lead to and a filter can show: a
// provider, an area of it, or both. Empty members are any.
type place struct {
	Provider string
	Area     string
}

// Name is the place's name on the page. With scripts it is the filter that shows the
// place, without scripts it is where a link jumps to.
func (p place) Name() string { return p.With("") }

// With is the name of the place's checks of one status.
func (p place) With(status Status) string { return p.write(status, func(s string) string { return s }) }

// Link leads to the place.
func (p place) Link() template.URL { return p.LinkTo("") }

// LinkTo leads to the place's checks of one status.
func (p place) LinkTo(status Status) template.URL {
	return template.URL("#" + p.write(status, func(s string) string {
		return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
	}))
}

func (p place) write(status Status, escape func(string) string) string {
	var parts []string
	for _, part := range [][2]string{{"provider", p.Provider}, {"area", p.Area}, {"status", string(status)}} {
		if part[1] != "" {
			parts = append(parts, part[0]+"="+escape(part[1]))
		}
	}
	return strings.Join(parts, "&")
}

// tallied is how often each status occurs in a place, worst first, as a bar that is a
// hundred wide.
type tallied struct {
	place
	Shares []share
}

// share is one status in a tally, and its part of the bar.
type share struct {
	Status Status
	Count  int
	From   float64
	Width  float64
}

// tallyOf counts checks.
func tallyOf(at place, checks []*pageCheck) tallied {
	counts := map[Status]int{}
	var known []Status
	for _, check := range checks {
		if counts[check.Status]++; counts[check.Status] == 1 {
			known = append(known, check.Status)
		}
	}
	slices.SortStableFunc(known, func(a, b Status) int { return rank(a) - rank(b) })
	tally, from := tallied{place: at}, 0.0
	for _, status := range known {
		width := 100 * float64(counts[status]) / float64(len(checks))
		tally.Shares = append(tally.Shares, share{status, counts[status], from, width})
		from += width
	}
	return tally
}

// Of is how often a status occurs.
func (t tallied) Of(status Status) int {
	for _, s := range t.Shares {
		if s.Status == status {
			return s.Count
		}
	}
	return 0
}

// count makes the tallies of the page, its providers and their areas, and names the
// first check of each status, so that a tally can lead to it.
func (p *page) count() {
	var all []*pageCheck
	for _, provider := range p.Providers {
		var its []*pageCheck
		for _, area := range provider.Areas {
			area.Tally = tallyOf(area.place, area.Checks)
			its = append(its, area.Checks...)
		}
		all = append(all, its...)
		at := place{}
		if p.Several() {
			at.Provider = provider.Provider
		}
		provider.Tally = tallyOf(at, its)
	}
	p.Tally = tallyOf(place{}, all)
	p.Silences = silencesOf(all)
	nameFirsts(all)
}

// nameFirsts gives a name to the first check of every provider, and to the first of
// every status in a tally: there the page's links lead to.
func nameFirsts(checks []*pageCheck) {
	taken := map[string]bool{"": true}
	for _, check := range checks {
		provider := place{Provider: check.Place.Provider}
		for _, name := range []string{
			provider.Name(), place{}.With(check.Status), provider.With(check.Status), check.Place.With(check.Status),
		} {
			if !taken[name] {
				taken[name] = true
				check.Names = append(check.Names, name)
			}
		}
	}
}

// silence is a reason for which checks were not judged.
type silence struct {
	Status Status
	Reason string
	Count  int
}

// silencesOf gathers the checks that were not judged by their reason.
func silencesOf(checks []*pageCheck) []silence {
	var all []silence
	for _, check := range checks {
		if !check.Unjudged() {
			continue
		}
		known := slices.IndexFunc(all, func(s silence) bool { return s.Status == check.Status && s.Reason == check.Message })
		if known < 0 {
			known, all = len(all), append(all, silence{Status: check.Status, Reason: check.Message})
		}
		all[known].Count++
	}
	return all
}
