package mocks_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// births are the members that a new event has anew, by provider; another event of
// the same thing has only the later ones of them anew.
var births = map[string]struct{ fresh, sequel, nudged []string }{
	"superai": {
		fresh:  []string{"/code", "/created_at", "/pushed_at", "/shortcode", "/soc", "/updated_at"},
		sequel: []string{"/pushed_at", "/updated_at"},
		nudged: []string{"/created_at"},
	},
	"mobio": {
		fresh:  []string{"/data_event/action_time", "/data_event/created_time", "/data_event/deal_id", "/data_event/id", "/message_id"},
		sequel: []string{"/data_event/action_time", "/data_event/created_time", "/data_event/id", "/message_id"},
		nudged: []string{"/data_event/created_time"},
	},
}

// moment draws a time from now to a century ahead.
func moment(t *rapid.T) time.Time {
	return time.UnixMicro(rapid.Int64Range(1_700_000_000e6, 4_800_000_000e6).Draw(t, "now"))
}

func birth(t *rapid.T) mocks.Birth {
	return mocks.Birth{Now: moment(t), Rand: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))}
}

func TestANewEventIsTheOldOneInAllButItsBirth(t *testing.T) {
	for _, name := range signing {
		p := lookup(t, name)
		generated, err := generate.For(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				payload, schema := anyPayload(t, p, generated)
				fresh := p.Fresh(payload, birth(t))
				stays(t, "Fresh", schema, payload, fresh, births[name].fresh)
				sequel := p.Sequel(fresh, birth(t))
				stays(t, "Sequel", schema, fresh, sequel, births[name].sequel)
				nudged := p.Nudge(fresh)
				stays(t, "Nudge", schema, fresh, nudged, births[name].nudged)
				if nudged.String() == fresh.String() {
					t.Errorf("Nudge changed nothing: %s", fresh)
				}
				if p.Identity(fresh) == "" || p.Identity(fresh) == p.Identity(payload) {
					t.Errorf("Fresh kept the identity %q", p.Identity(payload))
				}
			})
		})
	}
}

// anyPayload is a documented payload or a generated one.
func anyPayload(t *rapid.T, p *mocks.Provider, generated generate.Generator) (rawjson.Value, string) {
	if rapid.Bool().Draw(t, "documented") {
		e := rapid.SampledFrom(p.Events()).Draw(t, "event")
		return e.Payload, e.Schema
	}
	payload := generated(t)
	return rawjson.MustParse(payload.Body), payload.Schema
}

// stays holds when only the members named have other values, none came or went, and
// the event still fits its schema.
func stays(t *rapid.T, what, schema string, before, after rawjson.Value, changing []string) {
	was, is := leaves(before), leaves(after)
	if len(was) != len(is) {
		t.Errorf("%s: %d values became %d", what, len(was), len(is))
	}
	for i := range min(len(was), len(is)) {
		if was[i].at != is[i].at || was[i] != is[i] && !slices.Contains(changing, is[i].at) {
			t.Errorf("%s: %v became %v", what, was[i], is[i])
		}
	}
	valid(t, schema, after)
}

type leaf struct{ at, text string }

// leaves are the values of a payload that hold no others, in their order.
func leaves(v rawjson.Value) []leaf {
	var all []leaf
	v.Walk(func(at string, v rawjson.Value) {
		if len(v.Items())+len(v.Members()) == 0 {
			all = append(all, leaf{at, fmt.Sprint(v.Kind()) + v.Content()})
		}
	})
	return all
}

func valid(t interface{ Errorf(string, ...any) }, schema string, payload rawjson.Value) {
	s, err := schemas.Lookup(schema)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	if problems, err := s.Validate(rawjson.Compact.Encode(payload)); err != nil || len(problems) > 0 {
		t.Errorf("%s no longer fits: %v %v\n%s", schema, problems, err, payload)
	}
}

func TestABlockHoldsTheEventAsItIs(t *testing.T) {
	p := lookup(t, "mobio")
	secrets := map[string]string{"app_id": "A", "app_secret": "S"}
	bare, err := p.Account(secrets, nil)
	if err != nil {
		t.Fatal(err)
	}
	generated, err := generate.For("mobio")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		payload, _ := anyPayload(t, p, generated)
		event := p.Fresh(payload, birth(t))
		if got := p.Envelop(bare, event); got.String() != event.String() {
			t.Errorf("the bare dialect wraps: %s", got)
		}
		block := p.Envelop(bare.With("envelope", "block"), event)
		valid(t, "mobio/block_event", block)
		if inner, ok := block.Get("/block_event/0"); !ok || inner.String() != event.String() {
			t.Errorf("the block holds %s, not %s", inner, event)
		}
		merchant, _ := event.Get("/data_event/merchant_id")
		if outer, _ := block.Get("/merchant_id"); merchant.Content() != "" && outer.Content() != merchant.Content() {
			t.Errorf("the block is of merchant %s, the event of %s", outer, merchant)
		}
		created, _ := event.Get("/data_event/created_time")
		if at, _ := block.Get("/timestamp"); !strings.HasPrefix(created.Content(), at.Content()+".") {
			t.Errorf("the block is of %s, the event of %s", at, created)
		}
	})
}

func TestTheSameBirthGivesTheSameEvent(t *testing.T) {
	for _, name := range mocks.Names() {
		p := lookup(t, name)
		if p.Fresh == nil {
			continue // it receives events and sends none
		}
		for _, e := range p.Events() {
			born := func(seed uint64) string {
				now := time.Date(2026, 3, 4, 5, 6, 7, 89_012_000, time.UTC)
				return p.Fresh(e.Payload, mocks.Birth{Now: now, Rand: rand.New(rand.NewPCG(seed, 0)), Serial: int(seed)}).String()
			}
			if first, again := born(1), born(1); first != again || first == born(2) {
				t.Errorf("%s %s: the identity does not come from the birth", name, e)
			}
		}
	}
}
