package api

import (
	"math"
	"math/rand/v2"
	"net/http"
	"slices"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/console/wire"
)

// sample shows the documented payload of an event, or a generated one.
func (a *api) sample(w http.ResponseWriter, r *http.Request, q query) error {
	provider, err := mocks.Lookup(r.PathValue("provider"))
	if err != nil {
		return wire.Refuse(http.StatusNotFound, "%s", err)
	}
	shown, err := find(provider, r.PathValue("kind"))
	if err != nil {
		return err
	}
	drawn, err := q.flag("generated")
	if err != nil {
		return err
	}
	seed, err := q.number("seed", math.MaxInt)
	if err != nil {
		return err
	}
	if drawn || seed > 0 {
		if shown, err = draw(provider, shown, seed); err != nil {
			return err
		}
	}
	return answer(w, http.StatusOK, shown)
}

// find is the documented sample of an event, by the event's type or its own name.
func find(p *mocks.Provider, word string) (wire.Sample, error) {
	all := sent(p)
	var words []string
	for _, calling := range []func(fixtures.Example) string{
		func(e fixtures.Example) string { return e.Event },
		func(e fixtures.Example) string { return e.Name },
	} {
		if at := slices.IndexFunc(all, func(e fixtures.Example) bool { return calling(e) == word }); at >= 0 {
			return documented(all[at]), nil
		}
		for _, e := range all {
			words = append(words, calling(e))
		}
	}
	slices.Sort(words)
	return wire.Sample{}, wire.Refuse(http.StatusNotFound, "%s has no event or sample %q%s", p.Title, word, mocks.Suggest(word, slices.Compact(words)))
}

// draw makes a generated payload in place of the documented one; seed 0 draws any.
func draw(p *mocks.Provider, like wire.Sample, seed int64) (wire.Sample, error) {
	if !isGenerated(p, like.Event) {
		return like, wire.Refuse(http.StatusUnprocessableEntity, "khop generates no %s of %s; leave generated and seed out for the documented one", like.Event, p.Title)
	}
	generator, err := generate.ForEvent(p.Name, like.Event)
	if err != nil {
		return like, err
	}
	if seed == 0 {
		seed = 1 + rand.Int64N(math.MaxInt32)
	}
	payload := rapid.Custom(generator).Example(int(seed))
	schema := schemaOf(payload.Schema)
	return wire.Sample{
		Event: like.Event, Title: schema.Title, Schema: payload.Schema, Section: like.Section,
		Body: string(payload.Body), Seed: uint64(seed),
	}, nil
}
