package report

import (
	"encoding/json"
	"fmt"
	"io"
)

// badge is what shields.io shows of an endpoint: https://shields.io/badges/endpoint-badge
type badge struct {
	SchemaVersion int    `json:"schemaVersion"`
	Label         string `json:"label"`
	Message       string `json:"message"`
	Color         string `json:"color"`
	// Keeps the address in a README from painting a failure green.
	IsError bool `json:"isError"`
}

// WriteBadge renders the verdict as badge.json for a shields.io endpoint badge. The
// same results give the same file, so that a commit of it changes when they do.
func WriteBadge(w io.Writer, r *Report) error {
	b := badge{SchemaVersion: 1, Label: "khop " + r.Provider, IsError: r.Verdict != Passed}
	switch failed := len(r.breaking()); {
	case r.Verdict == Broken:
		b.Message, b.Color = "error", "lightgrey"
	case failed > 0:
		b.Message, b.Color = fmt.Sprintf("%d failed", failed), "red"
	case r.Verdict == Failed:
		b.Message, b.Color = "known failures stale", "red"
	default:
		b.Message, b.Color = r.passedMessage()
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(b); err != nil {
		return fmt.Errorf("writing the badge: %w", err)
	}
	return nil
}

// passedMessage never lets a run look like more than it was: what was not judged, is
// a known failure or was left out stands beside what passed.
func (r *Report) passedMessage() (message, color string) {
	message, color = fmt.Sprintf("%d passed", len(r.With(Pass))), "brightgreen"
	if n := len(r.With(Known)); n > 0 {
		message, color = fmt.Sprintf("%s, %d known", message, n), "yellow"
	}
	if n := r.unjudged(); n > 0 {
		message += fmt.Sprintf(", %d not judged", n)
	}
	if len(r.Selection) > 0 {
		message += " of a selection"
	}
	if color == "brightgreen" && (r.unjudged() > 0 || len(r.Selection) > 0) {
		color = "green"
	}
	return message, color
}
