package main

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/fixtures"
	"github.com/khop-dev/khop/fixtures/generate"
	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/schemas/rawjson"
)

// generated draws payloads of the sample's event, each another one: the first of a seed
// is the first of it again, whatever the count.
func (s *sampling) generated(provider *mocks.Provider, sample fixtures.Example) (func() ([]byte, error), error) {
	if known := generate.Events(provider.Name); !slices.Contains(known, sample.Event) {
		return nil, fmt.Errorf("khop generates no %s of %s, only %s; leave --count and --seed out for the documented one",
			sample.Event, provider.Title, strings.Join(known, ", "))
	}
	generator, err := generate.ForEvent(provider.Name, sample.Event)
	if err != nil {
		return nil, err
	}
	payloads := rapid.Custom(generator)
	seeds := rand.New(rand.NewPCG(s.seed, 0))
	seen, hash := map[uint64]bool{}, maphash.MakeSeed()
	return func() ([]byte, error) {
		for {
			drawn := payloads.Example(int(seeds.Int64()))
			if key := maphash.Bytes(hash, drawn.Body); !seen[key] {
				seen[key] = true
				return drawn.Body, nil
			}
		}
	}, nil
}

// freshened gives the sample a new identity and the current time, each time.
func (s *sampling) freshened(provider *mocks.Provider, sample fixtures.Example) (func() ([]byte, error), error) {
	if provider.Sends != nil && !provider.Sends(sample.Event) {
		return nil, fmt.Errorf("--fresh: %s of %s has no identity of its own; leave it out for the documented one", sample.Event, provider.Title)
	}
	payload := provider.Parse(sample.Payload)
	run, serial := rand.IntN(1000), 0
	return func() ([]byte, error) {
		serial++
		if serial%100_000 == 0 { // as many as a birth tells apart in one run
			run++
		}
		fresh := provider.Fresh(payload, mocks.Birth{
			Now: time.Now(), Rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())), Run: run, Serial: serial,
		})
		return provider.Write(fresh, rawjson.Compact), nil
	}, nil
}
