package main

import (
	"github.com/khop-dev/khop/mocks/inspect/render"
	"github.com/khop-dev/khop/suites/lang"
)

// wordsOf are the words of a report on payloads in a language.
func wordsOf(spoken lang.Language) *render.Words {
	return &render.Words{
		File: spoken.Text("%d file"), Files: spoken.Text("%d files"),
		Payload: spoken.Text("%d payload"), Payloads: spoken.Text("%d payloads"),
		Broken: spoken.Text("%d broken file"), Brokens: spoken.Text("%d broken files"),
		Unreadable: spoken.Text("%d file that cannot be read"), Unreadables: spoken.Text("%d files that cannot be read"),
		Valid: spoken.Text("%d valid"), Invalid: spoken.Text("%d invalid"), Skipped: spoken.Text("%d skipped (no provider's payload)"),
		Judged: spoken.Text("judged as %s: %s"),
	}
}
