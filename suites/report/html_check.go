package report

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/khop-dev/khop/suites/lang"
)

// pageCheck is one check as the page shows it.
type pageCheck struct {
	*Check
	Place     place
	Names     []string // under which links find it, beside its id
	Expected  []piece
	Actual    []piece
	Sources   []sourced
	Timelines []timeline
	Exchanges []pageExchange
}

func newPageCheck(c *Check, language lang.Language) *pageCheck {
	check := &pageCheck{Check: c, Sources: sourcesOf(c.Source), Timelines: timelinesOf(c.Exchanges, language)}
	check.Expected, check.Actual = compare(c.Expected, c.Actual)
	for i := range c.Exchanges {
		check.Exchanges = append(check.Exchanges, newPageExchange(&c.Exchanges[i]))
	}
	failing := slices.IndexFunc(check.Exchanges, func(e pageExchange) bool { return e.Failing })
	if failing >= 0 {
		check.Exchanges[failing].Open = true // it shows what is wrong
	}
	return check
}

// Rule is the check's id without the provider.
func (c *pageCheck) Rule() string {
	_, rule, _ := strings.Cut(c.ID, ".")
	return rule
}

// Unjudged tells whether the check says nothing about the target.
func (c *pageCheck) Unjudged() bool { return c.Status == Skip || c.Status == NotObservable }

// Compared tells whether there is an expectation to show.
func (c *pageCheck) Compared() bool { return c.Check.Expected != "" || c.Check.Actual != "" }

// pageExchange is one exchange as the page shows it.
type pageExchange struct {
	*Exchange
	Open bool
	Sent wireBody
	Got  wireBody // of the answer, where there is one
}

func newPageExchange(e *Exchange) pageExchange {
	exchange := pageExchange{Exchange: e, Sent: newWireBody(e.Request.Body)}
	if e.Answer != nil {
		exchange.Got = newWireBody(e.Answer.Body)
	}
	return exchange
}

// Phrase names the answer's status.
func (e pageExchange) Phrase() string {
	if e.Answer == nil {
		return ""
	}
	return http.StatusText(e.Answer.Status)
}

// sourced is a part of a source: words, or an address to go to.
type sourced struct {
	Text string
	Link bool
}

// address finds where an address begins and ends in a sentence.
var address = regexp.MustCompile(`https?://[^\s,;<>"']+[^\s,;<>"'.:)]`)

// sourcesOf splits a source into words and addresses.
func sourcesOf(source string) []sourced {
	var all []sourced
	from := 0
	for _, at := range address.FindAllStringIndex(source, -1) {
		if from < at[0] {
			all = append(all, sourced{Text: source[from:at[0]]})
		}
		all = append(all, sourced{Text: source[at[0]:at[1]], Link: true})
		from = at[1]
	}
	if from < len(source) {
		all = append(all, sourced{Text: source[from:]})
	}
	return all
}
