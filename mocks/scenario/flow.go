package scenario

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// flow makes the payloads of one run, each out of what went before.
type flow struct {
	provider *mocks.Provider
	chance   *rand.Rand
	run      int
	serial   int
	latest   map[string]rawjson.Value // by sample: how its last event looked
	things   map[string]rawjson.Value // by what tells a thing: the first event about one
	tellings map[string][]string      // by sample: see telling
}

func newFlow(provider *mocks.Provider) *flow {
	return &flow{
		provider: provider,
		chance:   rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())),
		run:      rand.IntN(1000), serial: rand.IntN(100_000),
		latest: map[string]rawjson.Value{}, things: map[string]rawjson.Value{}, tellings: map[string][]string{},
	}
}

// compose makes the payload of a step's event, which happens at that time.
func (f *flow) compose(step Step, at time.Time) (mocks.Event, rawjson.Value, error) {
	sample, payload, err := f.next(step.Event, at)
	if err != nil {
		return sample, payload, err
	}
	for _, member := range slices.Sorted(maps.Keys(step.Data)) {
		if payload, err = f.provider.Change(payload, member, step.Data[member]); err != nil {
			return sample, payload, err
		}
	}
	f.keep(step.Event, sample, payload)
	return sample, payload, nil
}

// next is one more event of a sample, about the flow's thing.
func (f *flow) next(word string, at time.Time) (mocks.Event, rawjson.Value, error) {
	sample, err := f.provider.Event(word)
	if err != nil {
		return sample, rawjson.Value{}, err
	}
	payload, repeated := f.latest[word]
	if !repeated {
		payload = sample.Payload
	}
	payload = f.provider.Fresh(payload, f.birth(at))
	telling := f.telling(sample)
	if first, known := f.things[strings.Join(telling, " ")]; known {
		for _, pointer := range telling {
			value, _ := first.Get(pointer)
			payload = payload.With(pointer, value)
		}
	}
	return sample, payload, nil
}

// keep remembers an event for those that follow.
func (f *flow) keep(word string, sample mocks.Event, payload rawjson.Value) {
	f.latest[word] = payload
	thing := strings.Join(f.telling(sample), " ")
	if _, known := f.things[thing]; !known {
		f.things[thing] = payload
	}
}

// telling are the members that tell which thing a documented payload is about, and which
// kind of thing that is: those that a fresh event has new and a sequel leaves as they are.
func (f *flow) telling(sample mocks.Event) []string {
	if telling, known := f.tellings[sample.Sample]; known {
		return telling
	}
	f.tellings[sample.Sample] = f.tell(sample.Payload)
	return f.tellings[sample.Sample]
}

func (f *flow) tell(payload rawjson.Value) []string {
	now := time.Now()
	fresh := f.provider.Fresh(payload, f.birth(now))
	sequel := f.provider.Sequel(fresh, f.birth(now.Add(time.Hour)))
	var telling []string
	fresh.Walk(func(pointer string, value rawjson.Value) {
		if value.Kind() == rawjson.Object || value.Kind() == rawjson.Array {
			return
		}
		before, _ := payload.Get(pointer)
		after, _ := sequel.Get(pointer)
		if value.String() != before.String() && value.String() == after.String() {
			telling = append(telling, pointer)
		}
	})
	slices.Sort(telling)
	return telling
}

func (f *flow) birth(at time.Time) mocks.Birth {
	f.serial++
	return mocks.Birth{Now: at, Rand: f.chance, Run: f.run, Serial: f.serial}
}
