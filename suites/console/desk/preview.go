package desk

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/schemas"
	"github.com/khop-dev/khop/suites/target"
)

// Preview is a draft as it would go out now: its wire form, the whole request, and what
// its schema has against it.
func (d *Desk) Preview(ctx context.Context, id string, draft Draft) (Preview, error) {
	app, err := d.Backend.App(ctx, id)
	if err != nil {
		return Preview{}, err
	}
	provider, account, err := d.sender(ctx, id)
	if err != nil {
		return Preview{}, err
	}
	made, err := d.compose(provider, account, draft)
	if err != nil {
		return Preview{}, err
	}
	command, err := curl(app, provider.Request(account, made.wire))
	if err != nil {
		return Preview{}, err
	}
	return Preview{Body: string(made.wire), Curl: command, Problems: judged(provider, made)}, nil
}

// judged is what the schema has against a payload.
func judged(provider *mocks.Provider, made composed) []Problem {
	schema, err := schemas.Lookup(made.kind.Schema)
	if err != nil {
		return []Problem{{Rule: "schema", Message: err.Error()}}
	}
	document := made.bare
	if provider.Query {
		if document, err = schemas.FromQuery(string(made.bare)); err != nil {
			return []Problem{{Rule: "syntax", Message: err.Error()}}
		}
	}
	found, err := schema.Validate(document)
	if err != nil {
		return []Problem{{Rule: "syntax", Message: err.Error()}}
	}
	problems := []Problem{}
	for _, p := range found {
		problems = append(problems, Problem{p.Pointer, p.Rule, p.Message})
	}
	return problems
}

// curl spells a request as a command. The values of the app's own headers are left
// out: they may be secret.
func curl(app outbox.App, request mocks.Request) (string, error) {
	to, err := target.ParseURL(app.Target)
	if err != nil {
		return "", fmt.Errorf("%w: target: %w", ErrInvalid, err)
	}
	parts := []string{"curl"}
	if request.Method != http.MethodGet {
		parts = append(parts, "-X "+request.Method)
	}
	parts = append(parts, quote(target.New(target.Config{URL: to}).Address(request).String()))
	for _, name := range slices.Sorted(maps.Keys(request.Header)) {
		for _, value := range request.Header[name] {
			parts = append(parts, "-H "+quote(name+": "+value))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(app.Headers)) {
		parts = append(parts, "-H "+quote(name+": "+outbox.Veil))
	}
	if len(request.Body) > 0 {
		parts = append(parts, "--data-binary "+quote(string(request.Body)))
	}
	return strings.Join(parts, " \\\n  "), nil
}

// quote makes a word safe for a POSIX shell.
func quote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
