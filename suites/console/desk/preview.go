package desk

import (
	"context"
	"fmt"
	"unicode/utf8"

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
	preview := Preview{Body: string(made.wire), Curl: command, Problems: judged(provider, made)}
	if !utf8.Valid(made.wire) {
		preview.BodyBase64 = made.wire
	}
	return preview, nil
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

// curl spells a request as a command. The values of the app's own headers are left out,
// and so is the name and password of its target, which travel as a header too.
func curl(app outbox.App, request mocks.Request) (string, error) {
	to, err := target.ParseURL(app.Target)
	if err != nil {
		return "", fmt.Errorf("%w: target: %w", ErrInvalid, err)
	}
	own := app.Masked().Headers
	if to.User != nil {
		own["Authorization"], to.User = outbox.Veil, nil
	}
	address := target.New(target.Config{URL: to}).Address(request)
	return target.Curl{URL: address, Request: request, Own: own}.String(), nil
}
