package report_test

import (
	"strings"
	"time"

	"github.com/khop-dev/khop/suites/report"
)

// check is a result of the given status, as a run would fill it.
func check(id, area string, status report.Status, change ...func(*report.Check)) report.Check {
	c := report.Check{
		ID: "superai." + area + "." + id, Area: area, Level: "MUST", Status: status,
		Title: "the demand of " + id, Source: "https://docs.superai.vn/guide/webhooks.html, Response",
		Why: "Orders get lost.", Fix: "Answer 200.",
		DurationMS: 12.5, Sent: 1, Exchanges: []report.Exchange{},
		Repeat: "khop repeat superai." + area + "." + id + ` --target http://127.0.0.1:3000/hook --secret partner_code="$KHOP_SUPERAI_PARTNER_CODE"`,
	}
	for _, apply := range change {
		apply(&c)
	}
	return c
}

func should(c *report.Check) { c.Level = "SHOULD" }

func found(message, expected, actual string) func(*report.Check) {
	return func(c *report.Check) { c.Message, c.Expected, c.Actual = message, expected, actual }
}

func exchanged(request, answer report.Body) func(*report.Check) {
	return func(c *report.Check) {
		c.Exchanges = append(c.Exchanges, report.Exchange{
			Note: "update_status without Signature", Failing: true, AnswerMS: 1.25,
			Request: report.Message{
				Method: "POST", URL: "http://127.0.0.1:3000/hook",
				Header: [][2]string{{"Content-Type", "application/json"}, {"User-Agent", "khop"}}, Body: request,
			},
			Answer: &report.Answer{Status: 200, Header: [][2]string{{"Content-Type", "text/plain"}}, Body: answer},
		})
	}
}

func unanswered(failure string) func(*report.Check) {
	return func(c *report.Check) {
		c.Exchanges = append(c.Exchanges, report.Exchange{
			Note: "update_weight", Failing: true,
			Request: report.Message{Method: "POST", URL: "http://127.0.0.1:3000/hook", Header: [][2]string{}, Body: text("{}")},
			Failure: failure,
		})
	}
}

func text(s string) report.Body { return report.Body{Text: s, Size: len(s)} }

// of is a concluded report of the given checks.
func of(checks ...report.Check) *report.Report {
	r := &report.Report{
		Schema: report.Version, Khop: "1.2.3", Provider: "superai", Target: "http://127.0.0.1:3000/hook",
		Seed: 42, Started: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), DurationMS: 1234.5,
		Deliveries: len(checks), AnswerMS: 3.75, Checks: checks,
	}
	r.Conclude()
	return r
}

// Reports of every ending, by name.
var endings = map[string]*report.Report{
	"pass": of(
		check("genuine-delivery", "preflight", report.Pass),
		check("documented-events", "payload", report.Pass),
		check("extra-members", "payload", report.Pass),
	),
	"fail": of(
		check("genuine-delivery", "preflight", report.Pass),
		check("missing-header", "signature", report.Fail,
			found("update_status without Signature: 200 OK", "a refusal: 401 or another 4xx, never 2xx", "200 OK"),
			exchanged(text(`{"type":"update_status","name":"Nguyễn Thị Ánh"}`), text("cảm ơn\r\n\x1b[2J\x1b]0;title\a"))),
		check("empty-header", "signature", report.Fail,
			found("2 of 2 deliveries: update_status with an empty header: 200 OK; update_weight with an empty header: 200 OK", "a refusal", "200 OK"),
			func(c *report.Check) { c.Log = "GET /hook\n\x1b[31mno such header\x1b[0m\n" },
			exchanged(report.Body{Base64: "//79", Size: 3}, report.Body{Size: 0})),
		check("refused", "response", report.Pass),
	),
	"warn": of(
		check("genuine-delivery", "preflight", report.Pass),
		check("large-body", "payload", report.Warn, should,
			found("update_status of 64 KiB: 413", "200", "413 Request Entity Too Large"),
			exchanged(report.Body{Text: strings.Repeat("đơn hàng ", 200), Size: 65536, Truncated: true}, text(strings.Repeat("x", 700))))),
	"error": of(
		check("genuine-delivery", "preflight", report.Pass),
		check("documented-events", "payload", report.Error,
			found("the target cannot be reached: no connection: dial tcp 127.0.0.1:3000: connect: connection refused", "", ""),
			unanswered("no connection: dial tcp 127.0.0.1:3000: connect: connection refused")),
		check("missing-header", "signature", report.Skip, found("the target is gone", "", "")),
		check("empty-header", "signature", report.Skip, found("the target is gone", "", "")),
	),
	"skip": of(
		check("genuine-delivery", "preflight", report.Pass),
		check("raw-numbers", "signature", report.Skip, found("the target refuses unknown members", "", "")),
		check("applied-once", "retry", report.NotObservable, found("needs an observer", "", "")),
		check("stale", "retry", report.Known, found("listed: 500", "", ""), func(c *report.Check) {
			c.Known = &report.Excuse{Reason: "the framework is replaced in March", Until: "2026-03-31"}
		}),
	),
}
