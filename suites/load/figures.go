package load

import (
	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
)

// distribution is one of a result's, with what it is called.
type distribution struct {
	burst.Latency
	Name  string
	Brief string // from when to when it was measured
	From  string // the same as a sentence
}

// distributionsOf are what a result knows of times, latency and service first.
func distributionsOf(r burst.Result, language lang.Language) []distribution {
	all := []distribution{
		{r.Latency, language.Text("latency"), language.Text("due → answer"), language.Text("from when the event was due to its answer: waiting for a free connection, khop's delay, connecting and service together")},
		{r.Service, language.Text("service"), language.Text("sent → answer"), language.Text("from when the request was sent to its answer")},
	}
	if r.Rate == 0 { // nothing was due
		all[0].Brief, all[0].From = language.Text("connect + service"), language.Text("from when it was the event's turn to its answer: connecting, where no connection was open, and service")
	}
	if connected(r) {
		all = append(all, distribution{r.Connect, language.Text("connect"), language.Text("opening one"), language.Text("how long it took to open a connection, TLS included")})
	}
	if r.Rate > 0 {
		all = append(all, distribution{r.Late, language.Text("late"), language.Text("khop's delay"), language.Text("khop's own delay, though a connection was free")})
	}
	return all
}

// connected tells whether the opening of connections shows in the latency: one took
// long, or there were many that took a part of it.
func connected(r burst.Result) bool {
	if empty(r.Connect) || empty(r.Latency) {
		return false
	}
	many := float64(r.Opened) >= slack*float64(r.Requests)
	return r.Connect.At(1) > noticeable || many && float64(r.Connect.At(0.5)) >= slack*float64(r.Latency.At(0.5))
}

// sumOf says what latency is made of, where that needs saying.
func sumOf(r burst.Result, language lang.Language) string {
	switch {
	case r.Rate == 0:
		return ""
	case connected(r):
		return language.Text("latency = wait for a free connection + late + connect + service")
	}
	return language.Text("latency = wait for a free connection + late + service")
}

// figure is one that is looked for first.
type figure struct {
	Name, Value string
	Note        string // what has to be known with it
}

// figuresOf are the rate, the success and the latency; none where nothing was found out.
func figuresOf(r burst.Result, language lang.Language) []figure {
	if r.Reason != "" {
		return nil
	}
	sent := figure{language.Text("rate"), rate(r.SentRate()), language.Textf("of %s wanted, %s answered", rate(r.WantedRate()), rate(r.Throughput))}
	if r.Rate == 0 {
		sent = figure{sent.Name, rate(r.Throughput), language.Text("answered, as fast as possible")}
	}
	genuine := amount(r.Kinds[burst.Genuine.String()].Sent)
	taken := figure{language.Text("success"), burst.Percent(r.Success), language.Textf("of %s genuine events", genuine)}
	switch {
	case r.Answered()+r.Failed() == 0:
		taken.Value = "–"
	case r.Overdue() > 0:
		taken.Note = language.Textf("of %s genuine events sent, %s of those due", genuine, burst.Percent(r.SuccessInTime()))
	}
	return []figure{sent, taken, {language.Text("latency"), "p99 " + at(r.Latency, 0.99), "p50 " + at(r.Latency, 0.5) + " · max " + at(r.Latency, 1)}}
}
