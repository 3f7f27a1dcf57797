package delivery

import (
	"slices"
	"time"
)

// Figures that the documents leave open, as khop chooses them.
const (
	AbahaWait   = 5 * time.Minute // the document's "x minutes"
	AbahaSends  = 3               // the document's limit, read as sends in all
	ESMSRetries = 5               // documented
	ESMSSpacing = time.Minute
)

// Mobio tries again when no connection could be opened, for an hour, at intervals
// that grow like Fibonacci's numbers from five minutes on
// (https://help.mobio.io/articles/gioi-thieu-chung-ve-webhook-data-out/).
//
// Sure: the cause, the hour, the growth, the first five minutes. Ours: the numbers
// in between. Without waits they are 5, 5, 10, 15 and 25 minutes, which make the
// hour full; Minutes(5, 8, 13, 21) is another reading.
func Mobio(waits ...time.Duration) Policy {
	if waits == nil {
		waits = Minutes(5, 5, 10, 15, 25)
	}
	return Policy{
		Name:   "mobio",
		Source: "https://help.mobio.io/articles/gioi-thieu-chung-ve-webhook-data-out/: on a connection that cannot be opened, for 1 hour, Fibonacci from 5 minutes; the numbers between are khop's",
		On:     []Outcome{Unopened},
		Waits:  waits,
	}
}

// Abaha tries again after any failure, each time when the wait has passed, until it
// has sent the event so many times (https://tailieu.abaha.vn, page
// tai-lieu-webhook, overview, point 3).
//
// Sure: automatic sends are limited to three, and some minutes pass between them.
// Ours: that the three include the first (AbahaSends; 4 is the other reading), that
// every failure counts, and the length of the wait (AbahaWait).
func Abaha(wait time.Duration, sends int) Policy {
	return Policy{
		Name:   "abaha",
		Source: "https://tailieu.abaha.vn, tai-lieu-webhook, overview, point 3: at most 3 automatic sends, x minutes apart; x, and that the first send counts, are khop's",
		On:     Failures(),
		Waits:  slices.Repeat([]time.Duration{wait}, max(0, sends-1)),
	}
}

// ESMS tries again when the receiver did not answer in time, and stops after so
// many retries (https://developers.esms.vn/esms-api/callback-url).
//
// Sure: five retries (ESMSRetries), on a timeout. Likely: that nothing else is
// retried and that the five come on top of the first. Ours: the spacing
// (ESMSSpacing).
func ESMS(retries int, spacing time.Duration) Policy {
	return Policy{
		Name:   "esms",
		Source: "https://developers.esms.vn/esms-api/callback-url: 5 retries, on a timeout; the spacing is khop's",
		On:     []Outcome{TimedOut},
		Waits:  slices.Repeat([]time.Duration{spacing}, max(0, retries)),
	}
}

// SuperAI sends once: its document (https://docs.superai.vn/guide/webhooks.html)
// knows no retry. With waits it tries again after any failure, which is ours.
func SuperAI(waits ...time.Duration) Policy {
	policy := Once("superai")
	policy.Source = "https://docs.superai.vn/guide/webhooks.html: no retry is documented"
	if len(waits) > 0 {
		policy.Source += "; these are khop's"
		policy.On, policy.Waits = Failures(), waits
	}
	return policy
}

// Once is the policy of never trying again.
func Once(name string) Policy {
	return Policy{Name: name, Source: "one attempt and no more"}
}

// Minutes makes waits of whole minutes.
func Minutes(minutes ...int) []time.Duration {
	waits := make([]time.Duration, len(minutes))
	for i, m := range minutes {
		waits[i] = time.Duration(m) * time.Minute
	}
	return waits
}
