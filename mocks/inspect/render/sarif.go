package render

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/khop-dev/khop/mocks/inspect"
)

// sarif writes a SARIF 2.1.0 log of one run, result by result.
// Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type sarif struct {
	io.Writer
	rows          rows
	notifications []sarifNotification
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifRule struct {
	ID               string    `json:"id"`
	ShortDescription sarifText `json:"shortDescription"`
}

type sarifResult struct {
	RuleID              string            `json:"ruleId"`
	RuleIndex           int               `json:"ruleIndex"`
	Level               string            `json:"level"`
	Message             sarifText         `json:"message"`
	Locations           []sarifLocation   `json:"locations"`
	PartialFingerprints map[string]string `json:"partialFingerprints"`
	Properties          *sarifProperties  `json:"properties,omitempty"`
}

type sarifProperties struct {
	Schema string `json:"schema"`
	Reason string `json:"reason"`
}

type sarifLocation struct {
	PhysicalLocation sarifPhysical  `json:"physicalLocation"`
	LogicalLocations []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	ArtifactLocation sarifArtifact `json:"artifactLocation"`
	Region           *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifInvocation struct {
	ExecutionSuccessful bool                `json:"executionSuccessful"`
	Notifications       []sarifNotification `json:"toolExecutionNotifications"`
}

func newSARIF(w io.Writer, o Options) Writer {
	rules := make([]sarifRule, len(inspect.Rules))
	for i, rule := range inspect.Rules {
		rules[i] = sarifRule{rule.Name, sarifText{rule.Demand}}
	}
	return &sarif{Writer: w, notifications: []sarifNotification{}, rows: rows{head: fmt.Sprintf(
		`{"version":"2.1.0","$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[{"columnKind":"unicodeCodePoints",`+
			`"tool":{"driver":{"name":"khop","version":%s,"informationUri":"https://khop.dev","rules":%s}},"results":[`,
		encoded(o.Version), encoded(rules),
	)}}
}

func (s *sarif) Found(f inspect.Finding) error {
	for _, p := range f.Problems {
		result := sarifResult{
			RuleID: p.Rule, RuleIndex: ruleIndex(p.Rule), Level: "error", Message: sarifText{message(p)},
			Locations:           []sarifLocation{location(f.File, p)},
			PartialFingerprints: map[string]string{"khop/v1": fingerprint(f, p)},
		}
		if f.Schema != nil {
			result.Properties = &sarifProperties{f.Schema.ID, f.Reason}
		}
		if err := s.rows.write(s, result); err != nil {
			return err
		}
	}
	return nil
}

func (s *sarif) Finished(f inspect.FileCount) error {
	if f.Unreadable != nil {
		where := sarifLocation{PhysicalLocation: sarifPhysical{ArtifactLocation: sarifArtifact{address(f.File)}}}
		s.notifications = append(s.notifications, sarifNotification{
			"error", sarifText{f.File + ": " + f.Unreadable.Error()}, []sarifLocation{where},
		})
	}
	return nil
}

func (s *sarif) Close(inspect.Summary) error {
	run := sarifInvocation{len(s.notifications) == 0, s.notifications}
	return s.rows.end(s, fmt.Sprintf("\n],\"invocations\":[%s]}]}\n", encoded(run)))
}

func location(file string, p inspect.Problem) sarifLocation {
	l := sarifLocation{PhysicalLocation: sarifPhysical{
		ArtifactLocation: sarifArtifact{address(file)},
		Region:           &sarifRegion{p.Line, p.Column},
	}}
	if p.Pointer != "" {
		l.LogicalLocations = []sarifLogical{{p.Pointer, "member"}}
	}
	return l
}

// address is a file's name as a URI: relative as it was named, or with its scheme.
func address(file string) string {
	if filepath.IsAbs(file) {
		return (&url.URL{Scheme: "file", Path: filepath.ToSlash(file)}).String()
	}
	steps := strings.Split(filepath.ToSlash(file), "/")
	for i, step := range steps {
		steps[i] = strings.ReplaceAll(url.PathEscape(step), ":", "%3A") // a colon would end a scheme
	}
	return strings.Join(steps, "/")
}

// fingerprint tells a problem again when lines were put in above it.
func fingerprint(f inspect.Finding, p inspect.Problem) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{f.File, schemaOf(f), p.Pointer, p.Rule, p.Found}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

func ruleIndex(name string) int {
	return slices.IndexFunc(inspect.Rules, func(rule struct{ Name, Demand string }) bool { return rule.Name == name })
}
