package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/suites/console/client"
	"github.com/khop-dev/khop/suites/console/wire"
	"github.com/khop-dev/khop/suites/lang"
)

// timeForm is how a time is told in a terminal.
const timeForm = "2006-01-02 15:04:05"

// eventRow is the columns of a list of events; their widths are fixed, as a list that is
// followed never ends.
const eventRow = "%-8v %-19s %-10s %5v  %-16s %-20s %s\n"

// eventLines prints events, a line each.
type eventLines struct {
	out    io.Writer
	json   bool
	spoken lang.Language
	names  map[string]string // of the apps, by ID
}

// printer makes the lines and prints what stands above them.
func (b *browsing) printer(cmd *cobra.Command, khop *client.Client) (*eventLines, error) {
	lines := &eventLines{out: cmd.OutOrStdout(), json: b.format == "json", spoken: language(cmd), names: map[string]string{}}
	if lines.json {
		return lines, nil
	}
	apps, err := khop.Apps(cmd.Context())
	if err != nil {
		return nil, err
	}
	for _, app := range apps {
		lines.names[app.ID] = app.Name
	}
	spoken := lines.spoken
	fmt.Fprintf(lines.out, eventRow, "ID", spoken.Text("UPDATED"), spoken.Text("STATE"), spoken.Text("TIMES"), spoken.Text("APP"), spoken.Text("TYPE"), spoken.Text("OBJECT"))
	return lines, nil
}

// event prints one.
func (l *eventLines) event(e wire.Event) error {
	if l.json {
		return writeJSON(l.out, e)
	}
	app, known := l.names[e.App]
	if !known {
		app = e.App // it was added since
	}
	fmt.Fprintf(l.out, eventRow, e.ID, e.Updated.Local().Format(timeForm), e.State, e.Times, column(app, 16), column(e.Type, 20), printable(e.Object))
	return nil
}

// eachEvent goes through what a query finds, page by page, up to its limit.
func eachEvent(ctx context.Context, khop *client.Client, query outbox.Query, do func(wire.Event) error) error {
	left := query.Limit
	query.Limit = min(left, outbox.MaxLimit)
	page, err := khop.Events(ctx, query)
	for err == nil {
		for _, event := range page.Events[:min(left, len(page.Events))] {
			if err := do(event); err != nil {
				return err
			}
		}
		if left -= len(page.Events); left <= 0 || page.Next == "" {
			return nil
		}
		page, err = khop.EventsAfter(ctx, page)
	}
	return err
}

// printEvent prints an event and every attempt of it.
func printEvent(out io.Writer, e wire.EventDetail, spoken lang.Language) error {
	fmt.Fprintf(out, "%d  %s  %s  %s  (%s)\n", e.ID, e.State, printable(e.Type), printable(e.Object), e.App)
	fmt.Fprintln(out, spoken.Textf("accepted %s", e.Created.Local().Format(timeForm)))
	if !e.Next.IsZero() {
		fmt.Fprintln(out, spoken.Textf("the next attempt is due %s", e.Next.Local().Format(timeForm)))
	}
	fmt.Fprintf(out, "\n%s\n", printableLines(e.Body))
	for _, attempt := range e.Attempts {
		printAttempt(out, attempt, spoken)
	}
	return nil
}

func printAttempt(out io.Writer, a wire.Attempt, spoken lang.Language) {
	heading := spoken.Textf("attempt %d, %s", a.Number, a.Started.Local().Format(timeForm))
	if a.ByHand {
		heading += spoken.Text(", by hand")
	}
	fmt.Fprintf(out, "\n%s\n  %s %s\n", heading, a.Request.Method, printable(a.Request.URL))
	for _, header := range a.Request.Header {
		fmt.Fprintf(out, "  %s: %s\n", printable(header[0]), printable(header[1]))
	}
	took := time.Duration(a.TookMS * float64(time.Millisecond)).Round(time.Millisecond / 10)
	if a.Answer != nil {
		fmt.Fprintln(out, "  "+spoken.Textf("answered %d after %s: %s", a.Answer.Status, took, a.Outcome))
		fmt.Fprintf(out, "  %.500s\n", printable(a.Answer.Body))
	} else {
		fmt.Fprintln(out, "  "+spoken.Textf("no answer after %s: %s", took, a.Outcome)+": "+printable(a.Failure))
	}
	if a.Reading != "" {
		fmt.Fprintln(out, "  "+printable(a.Reading))
	}
	if a.WaitMS > 0 {
		fmt.Fprintln(out, "  "+spoken.Textf("the provider waits %s before the next", time.Duration(a.WaitMS*float64(time.Millisecond))))
	}
}
