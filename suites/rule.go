package suites

import (
	"context"
	"slices"

	"github.com/onsi/gomega"
)

// rule is a check before it is bound to a provider: the same demand on every
// target, with a level and a source of its own for each provider that makes it.
type rule struct {
	Name  string
	Area  Area
	Gate  bool // unless it holds, no other check says anything
	Title string
	Why   string
	Fix   string
	For   demands
	Run   func(context.Context, *Probe, gomega.Gomega)
}

// demands says by provider how strong a demand is and where it comes from. A
// provider that is not named does not make it.
type demands map[string]demand

type demand struct {
	Level  Level
	Source string
}

func must(source string) demand   { return demand{Must, source} }
func should(source string) demand { return demand{Should, source} }

func (r rule) check(provider string) (Check, bool) {
	d, ok := r.For[provider]
	if !ok {
		return Check{}, false
	}
	return Check{
		ID:       provider + "." + string(r.Area) + "." + r.Name,
		Provider: provider,
		Area:     r.Area,
		Gate:     r.Gate,
		Level:    d.Level,
		Title:    r.Title,
		Source:   d.Source,
		Why:      r.Why,
		Fix:      r.Fix,
		Run:      r.Run,
	}, true
}

// rules lists every rule in the order in which the checks run.
func rules() []rule {
	return slices.Concat(
		[]rule{genuineDelivery},
		payloadRules,
		textRules,
		robustnessRules,
		nullRules,
		abahaRules,
		esmsRules,
		headerRules,
		genuineRules,
		forgedBodyRules,
		forgedHeaderRules,
		forgedKeyRules,
		forgedAgainRules,
		forgedFirstRules,
		wayRules,
		rawBytesRules,
		responseRules,
		acknowledgementRules,
		transportRules,
		retryRules,
		scheduleRules,
		effectRules,
		keptRules,
		siblingRules,
		similarRules,
		blockRules,
		outageRules,
		postbackRules,
		sizeRules,
		discretionRules,
		ordersRules,
		idRules,
		clockRules,
		bulkRules,
		senderRules,
	)
}
