package desk

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// composed is an event that is ready to be accepted.
type composed struct {
	kind   mocks.Event
	object string
	wire   []byte // as it travels: a body, or a query string
	bare   []byte // the payload alone, which its schema is about
}

// compose makes one event of a draft.
func (d *Desk) compose(provider *mocks.Provider, account mocks.Account, draft Draft) (composed, error) {
	event, err := provider.Event(draft.Event)
	if err != nil {
		return composed{}, fmt.Errorf("%w: event: %w", ErrInvalid, err)
	}
	if given := draft.given(); len(given) > 0 {
		return asGiven(provider, event, given)
	}
	payload := event.Payload
	if draft.Generated {
		if payload, err = generated(provider, event); err != nil {
			return composed{}, err
		}
	}
	payload = d.births.fresh(provider, payload)
	for _, member := range slices.Sorted(maps.Keys(draft.Data)) {
		if payload, err = provider.Change(payload, member, draft.Data[member]); err != nil {
			return composed{}, fmt.Errorf("%w: data: %w", ErrInvalid, err)
		}
	}
	bare := payload
	if provider.Envelop != nil {
		payload = provider.Envelop(account, payload)
	}
	return composed{
		kind: event, object: provider.Identity(bare),
		wire: provider.Write(payload, rawjson.Compact), bare: provider.Write(bare, rawjson.Compact),
	}, nil
}

// given is the body that a draft has, if it has one.
func (d Draft) given() []byte {
	if len(d.BodyBase64) > 0 {
		return d.BodyBase64
	}
	return []byte(d.Body)
}

// asGiven takes a body byte for byte, whatever it is; only a query string has to be one.
func asGiven(provider *mocks.Provider, event mocks.Event, body []byte) (composed, error) {
	body, err := provider.Given(body)
	if err != nil {
		return composed{}, fmt.Errorf("%w: body: %w", ErrInvalid, err)
	}
	c := composed{kind: event, wire: body, bare: body}
	if provider.Query {
		c.object = provider.Identity(provider.Parse(body))
		return c, nil
	}
	payload, err := rawjson.Parse(body)
	if err != nil {
		return c, nil
	}
	if inner, enveloped := payload.Get("/block_event/0"); enveloped {
		payload = inner
		c.bare = provider.Write(inner, rawjson.Compact)
	}
	c.object = provider.Identity(payload)
	return c, nil
}

func generated(provider *mocks.Provider, event mocks.Event) (rawjson.Value, error) {
	generator, err := generate.ForEvent(provider.Name, event.Type)
	if err != nil {
		return rawjson.Value{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	drawn := rapid.Custom(generator).Example(rand.IntN(1 << 30))
	return provider.Parse(drawn.Body), nil
}

// births give events their identities.
type births struct {
	mu     sync.Mutex
	run    int
	serial int
}

func (b *births) fresh(provider *mocks.Provider, payload rawjson.Value) rawjson.Value {
	return provider.Fresh(payload, b.next())
}

// perRun is how many births a provider can tell apart within one run.
const perRun = 100_000

func (b *births) next() mocks.Birth {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.serial%perRun == 0 {
		b.run = rand.IntN(1000)
	}
	b.serial++
	return mocks.Birth{
		Now: time.Now(), Rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())),
		Run: b.run, Serial: b.serial,
	}
}
