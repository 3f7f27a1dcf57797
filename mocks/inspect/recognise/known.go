package recognise

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/khop-dev/khop/schemas"
)

// known is what there is to recognise.
type known struct {
	shapes []*shape
	names  map[string]*telling

	mobio      []*shape
	events     map[string]Guess // Mobio's, by their event_type in quotes
	eventTypes []string
	bankTypes  Guess // the second documented shape of the event type of bank

	updates     map[string]Guess // SuperAI's, by their type in quotes
	updateTypes []string

	envelope, callback, bank, listing, acknowledgement, accepted *schemas.Schema
}

// knowledge is read from the schemas on first use. A schema that is not there is a fault of this build.
var knowledge = sync.OnceValue(func() *known {
	k := &known{
		names: map[string]*telling{}, events: map[string]Guess{}, updates: map[string]Guess{},
		envelope: lookup("mobio/block_event"), callback: lookup("esms/callback"), bank: lookup("mobio/sale_update_products_bank"),
		listing: lookup("accesstrade/listing"), acknowledgement: lookup("abaha/acknowledgement"), accepted: lookup("accesstrade/answer"),
		bankTypes: Guess{
			Schema: lookup("mobio/sale_update_products_bank.types"),
			reason: "event_type is sale_update_products_bank, and it tells of product types",
		},
	}
	for _, s := range schemas.All() {
		k.learn(s)
	}
	k.weigh()
	return k
})

// learn takes up one schema.
func (k *known) learn(s *schemas.Schema) {
	var o outline
	if err := json.Unmarshal(s.Raw, &o); err != nil {
		panic(fmt.Sprintf("read the members of %s: %v", s.ID, err))
	}
	shape := &shape{schema: s, number: len(k.shapes), names: len(o.Properties), required: len(o.Required)}
	k.shapes = append(k.shapes, shape)
	for name := range o.Properties {
		if k.names[name] == nil {
			k.names[name] = &telling{}
		}
		k.names[name].shapes = append(k.names[name].shapes, shape)
		if slices.Contains(o.Required, name) {
			k.names[name].required = append(k.names[name].required, shape)
		}
	}
	switch {
	case s.Provider == "mobio" && s != k.envelope:
		k.mobio = append(k.mobio, shape)
		if !strings.Contains(s.Name, ".") {
			k.eventTypes = append(k.eventTypes, s.Name)
			k.events[`"`+s.Name+`"`] = Guess{Schema: s, reason: "event_type is " + s.Name}
		}
	case s.Provider == "superai":
		k.updateTypes = append(k.updateTypes, s.Name)
		k.updates[`"`+s.Name+`"`] = Guess{Schema: s, reason: "type is " + s.Name}
	}
}

// weigh sets what each name tells.
func (k *known) weigh() {
	for _, t := range k.names {
		providers := map[string]bool{}
		for _, s := range t.shapes {
			providers[s.schema.Provider] = true
		}
		t.weight = 1 / float64(len(providers))
	}
}

func lookup(id string) *schemas.Schema {
	s, err := schemas.Lookup(id)
	if err != nil {
		panic(err)
	}
	return s
}
