package load

import (
	"github.com/khop-dev/khop/mocks/burst"
	"github.com/khop-dev/khop/suites/lang"
)

// distribution is one of a result's three, with what it is called.
type distribution struct {
	burst.Latency
	Name  string
	Brief string // from when to when it was measured
	From  string // the same as a sentence
}

// distributionsOf are what a result knows of times.
func distributionsOf(r burst.Result, language lang.Language) []distribution {
	latency := distribution{r.Latency, language.Text("latency"), language.Text("due → answer"), language.Text("from when the event was due to its answer")}
	if r.Rate == 0 {
		latency.Brief, latency.From = language.Text("sent → answer"), language.Text("from when the event was sent to its answer")
	}
	service := distribution{r.Service, language.Text("service"), language.Text("sent → answer"), language.Text("from the last byte sent to the answer")}
	late := distribution{r.Late, language.Text("late"), language.Text("khop's delay"), language.Text("khop's own delay, though a connection was free")}
	if r.Rate == 0 {
		return []distribution{latency, service} // nothing was due
	}
	return []distribution{latency, service, late}
}

// figure is one that is looked for first.
type figure struct {
	Name, Value string
	Note        string // what has to be known with it
}

// figuresOf are the rate, the success and the latency.
func figuresOf(r burst.Result, language lang.Language) []figure {
	sent := figure{language.Text("rate"), rate(SentRate(r)), language.Textf("of %s wanted, %s answered", rate(WantedRate(r)), rate(r.Throughput))}
	if r.Rate == 0 {
		sent = figure{sent.Name, rate(r.Throughput), language.Text("answered, as fast as possible")}
	}
	taken := figure{language.Text("success"), burst.Percent(r.Success), language.Textf("of %s genuine events", amount(r.Kinds[burst.Genuine.String()].Sent))}
	return []figure{sent, taken, {language.Text("latency"), "p99 " + at(r.Latency, 0.99), "p50 " + at(r.Latency, 0.5) + " · max " + at(r.Latency, 1)}}
}
