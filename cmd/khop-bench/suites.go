package main

import (
	"github.com/khop-dev/khop/mocks"
	_ "github.com/khop-dev/khop/mocks/platforms" // all providers
)

// goSuites are all benchmarks of the packages. A test sees to it that none is left out,
// so that --quick runs every one of them.
var goSuites = []goSuite{
	{name: "verify", pkg: "suites", pattern: "^BenchmarkVerify$", often: "3x", quick: "1x", rounds: 3, figures: verifyFigures},
	{name: "endpoint-inside", pkg: "mocks/accesstrade", pattern: "^BenchmarkEndpoint$", often: "20000x", quick: "10x", rounds: 5, figures: endpointInsideFigures},
	{name: "burst-inside", pkg: "mocks/burst", pattern: ".", often: "50000x", quick: "10x", rounds: 5, figures: burstInsideFigures},
	{name: "validate", pkg: "mocks/inspect", pattern: "^BenchmarkValidateNDJSON$", often: "1x", quick: "1x", rounds: 5, figures: inspectFigures},
	{name: "schemas", pkg: "schemas", pattern: ".", often: "2000x", quick: "1x", rounds: 5, figures: schemaFigures},
	{name: "log", pkg: "mocks/outbox/sqlite", pattern: "^BenchmarkFirstPage$", often: "1000x", quick: "1x", rounds: 1, figures: logFigures},
	{name: "durable", pkg: "mocks/outbox/sqlite", pattern: "^BenchmarkDurableDelivery$", often: "50000x", quick: "500x", rounds: 3, figures: durableFigures},
	{name: "postgres-deliver", pkg: "mocks/outbox/postgres", pattern: "^BenchmarkDeliver$", often: "1x", quick: "1x", rounds: 3, figures: deliverFigures},
	{name: "postgres-accept", pkg: "mocks/outbox/postgres", pattern: "^BenchmarkAccept$", often: "5000x", quick: "50x", rounds: 3, figures: acceptFigures},
}

// verifyFigures: a run of all checks cannot take less than the target takes to answer.
func verifyFigures(m *medians) []Figure {
	var figures []Figure
	for _, provider := range mocks.Names() {
		benchmark := "BenchmarkVerify/" + provider
		wall, times := m.of(benchmark, "s/run")*1000, m.of(benchmark, "wall/target")
		figures = append(figures, Figure{
			What: "khop verify " + provider + ", all checks", Value: wall, Unit: "ms", Against: "what its target took to answer", Base: wall / max(times, 1e-9),
		})
	}
	return figures
}

// endpointInsideFigures: the endpoint without a load generator beside it.
func endpointInsideFigures(m *medians) []Figure {
	var figures []Figure
	for _, way := range []struct{ name, what string }{{"call", "called as a function"}, {"socket", "over one connection"}} {
		benchmark := "BenchmarkEndpoint/" + way.name
		figures = append(figures, Figure{
			What: "AccessTrade endpoint, " + way.what, Value: perSecond(m.of(benchmark+"/khop", "ns/op")), Unit: "requests/s",
			Against: "bare net/http handler", Base: perSecond(m.of(benchmark+"/bare", "ns/op")),
		})
	}
	return figures
}

// burstInsideFigures: a burst without the network and the target, which take most of it.
func burstInsideFigures(m *medians) []Figure {
	var figures []Figure
	for _, provider := range mocks.Names() {
		benchmark := "BenchmarkSource/" + provider
		written := perSecond(m.of(benchmark, "ns/op"))
		figures = append(figures, Figure{
			What: "unique signed requests of " + provider, Value: written, Unit: "requests/s",
			Against: "each written as khop send does", Base: written / max(m.of(benchmark, "naive/op"), 1e-9),
		})
	}
	return append(figures, Figure{
		What: "the engine of khop burst alone", Value: perSecond(m.of("BenchmarkConnection", "ns/op")), Unit: "requests/s",
		Note: "one connection to a target in memory that answers at once: written, read, judged and counted",
	})
}

// perSecond is how often something is done that takes so many nanoseconds; 0 where it is
// not known.
func perSecond(nanoseconds float64) float64 {
	if nanoseconds == 0 {
		return 0
	}
	return 1e9 / nanoseconds
}

func inspectFigures(m *medians) []Figure {
	const benchmark = "BenchmarkValidateNDJSON"
	judged := m.of(benchmark, "judged-MB/s")
	return []Figure{
		Figure{
			What: "judging 200,000 Mobio events in memory", Value: judged, Unit: "MB/s",
			Against: "json.Unmarshal, one core", Base: m.of(benchmark, "unmarshal-MB/s"),
		}.ratioAtLeast(0.5),
		Figure{
			What: "judging 200,000 Mobio events in memory", Value: judged, Unit: "MB/s",
			Against: "json.Unmarshal, all cores", Base: m.of(benchmark, "unmarshal-all-cores-MB/s"),
		}.ratioAtLeast(0.5),
	}
}

// schemaFigures: a payload that is right is told by its bytes alone, of four kinds (small,
// with patterns, with numbers, with an anyOf).
func schemaFigures(m *medians) []Figure {
	var figures []Figure
	for _, id := range []string{"mobio/sale_update_product_line", "superai/update_status", "accesstrade/postback", "mobio/block_event"} {
		figures = append(figures, Figure{
			What: "accepting a payload, " + id, Value: m.of("BenchmarkFits/"+id, "MB/s"), Unit: "MB/s",
			Against: "json.Unmarshal", Base: m.of("BenchmarkUnmarshal/"+id, "MB/s"),
		})
	}
	for _, id := range []string{"superai/update_status", "mobio/block_event"} {
		figures = append(figures, Figure{
			What: "judging a payload, " + id, Value: perSecond(m.of("BenchmarkValidate/"+id, "ns/op")), Unit: "payloads/s",
			Against: "gojsonschema alone", Base: perSecond(m.of("BenchmarkJudge/"+id, "ns/op")),
		})
	}
	return figures
}

func logFigures(m *medians) []Figure {
	const benchmark = "BenchmarkFirstPage"
	log := "a log of " + quantity(m.of(benchmark, "events"), "events")
	return []Figure{
		Figure{What: log + ", first page", Value: m.of(benchmark, "ns/op") / 1e6, Unit: "ms"}.atMost(50),
		Figure{What: log + ", slowest of all other pages", Value: m.of(benchmark, "slowest-page-ms"), Unit: "ms", Note: "without a full text search"}.atMost(50),
		Figure{What: log + ", opened", Value: m.of(benchmark, "open-ms"), Unit: "ms"}.atMost(50),
		Figure{What: log + ", memory", Value: m.of(benchmark, "resident-MiB"), Unit: "MiB", Note: "of the process that has filled it"}.atMost(150),
	}
}

func durableFigures(m *medians) []Figure {
	var figures []Figure
	for _, atOnce := range []string{"16", "64"} {
		figures = append(figures, Figure{
			What:  "events on the disk, signed, sent, answered, " + atOnce + " at once",
			Value: m.of("BenchmarkDurableDelivery/at_once_"+atOnce, "events/s"), Unit: "events/s",
			Note: "SQLite; the target is in the same process",
		}.atLeast(10_000))
	}
	return figures
}

func deliverFigures(m *medians) []Figure {
	return []Figure{{What: "events through PostgreSQL, accepted to delivered", Value: m.of("BenchmarkDeliver", "events/s"), Unit: "events/s", Note: "the target answers at once; PostgreSQL is on the same machine"}}
}

func acceptFigures(m *medians) []Figure {
	return []Figure{{What: "events accepted one at a time, PostgreSQL", Value: m.of("BenchmarkAccept", "events/s"), Unit: "events/s", Note: "eight callers at once, a commit each"}}
}
