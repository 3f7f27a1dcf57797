package mocks

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Misfit is what is wrong with one value of an account or an app. Its text fits wherever
// it is shown; whoever shows it knows where the value was given (a flag, a member of a
// request, a field of a form), and so the way out.
type Misfit struct {
	Provider *Provider
	Part     Part
	Name     string // of the secret, setting or header
	Value    string // of a setting that was given; others may be secret
	Missing  bool   // it has to be given, and is not
	Why      error
}

// Part is what kind of value a Misfit is about.
type Part string

// The parts of an account and an app.
const (
	SecretPart  Part = "secret"
	SettingPart Part = "setting"
	HeaderPart  Part = "header"
)

// Error says "secret partner: SuperAI has no such secret".
func (m *Misfit) Error() string {
	if m.Missing {
		return m.Why.Error()
	}
	return string(m.Part) + " " + m.Text()
}

// Text is what is wrong without the word for the part: "signature=hex: not one of its
// values".
func (m *Misfit) Text() string {
	if m.Value != "" {
		return fmt.Sprintf("%s=%s: %s", m.Name, m.Value, m.Why)
	}
	name := m.Name
	if strings.ContainsFunc(name, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) }) || name == "" {
		name = strconv.Quote(name)
	}
	return fmt.Sprintf("%s: %s", name, m.Why)
}

// Unwrap is the reason alone.
func (m *Misfit) Unwrap() error { return m.Why }

func (p *Provider) misfit(part Part, name, format string, operands ...any) error {
	return &Misfit{Provider: p, Part: part, Name: name, Why: fmt.Errorf(format, operands...)}
}
