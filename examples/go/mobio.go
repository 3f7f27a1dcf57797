package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// App is what Mobio knows this application by.
type App struct{ ID, Secret string }

// Signed tells whether Mobio signed these very bytes: the header holds the lowercase
// hex SHA-256 of app id, raw body and app secret, as mac=<hex> or bare. Parsing and
// encoding the body again would give other bytes, and so another digest.
func (a App) Signed(header http.Header, raw []byte) bool {
	got := header.Values("X-mevent-signature")
	if len(got) != 1 {
		return false // of two signatures nobody could say which one counts
	}
	hash := sha256.New()
	hash.Write([]byte(a.ID))
	hash.Write(raw)
	hash.Write([]byte(a.Secret))
	want := hex.EncodeToString(hash.Sum(nil))
	// == would tell by its duration how much of a guess is right.
	return subtle.ConstantTimeCompare([]byte(want), []byte(strings.TrimPrefix(got[0], "mac="))) == 1
}

// Event is what a receiver has to know of a block to apply it once and in order.
type Event struct {
	ID   string          // the same for every delivery of the event
	Type string          // as Mobio names it; new ones come without notice
	Deal string          // what it is about
	At   float64         // when it happened, in seconds since 1970; 0 when not said
	Body json.RawMessage // the whole block, for your own code
}

// Events reads a body: one block, or several in an envelope's block_event.
func Events(raw []byte) ([]Event, error) {
	var envelope struct {
		Blocks []json.RawMessage `json:"block_event"`
	}
	if err := json.Unmarshal(raw, &envelope); err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	blocks := envelope.Blocks
	if blocks == nil {
		blocks = []json.RawMessage{raw}
	}
	events := make([]Event, len(blocks))
	for i, block := range blocks {
		var err error
		if events[i], err = readEvent(block); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// readEvent reads only the members that it needs, so that no other can break it.
func readEvent(block []byte) (Event, error) {
	var parsed struct {
		MessageID string `json:"message_id"`
		EventType string `json:"event_type"`
		Data      struct {
			ID         string  `json:"id"`
			DealID     string  `json:"deal_id"`
			ActionTime float64 `json:"action_time"`
		} `json:"data_event"`
	}
	if err := json.Unmarshal(block, &parsed); err != nil {
		return Event{}, fmt.Errorf("reading a block: %w", err)
	}
	id := parsed.MessageID
	if id == "" {
		id = parsed.Data.ID // one event is documented without message_id
	}
	if id == "" {
		return Event{}, errors.New("a block has neither message_id nor data_event.id")
	}
	var body bytes.Buffer
	if err := json.Compact(&body, block); err != nil {
		return Event{}, fmt.Errorf("reading a block: %w", err)
	}
	return Event{ID: id, Type: parsed.EventType, Deal: parsed.Data.DealID, At: parsed.Data.ActionTime, Body: body.Bytes()}, nil
}
