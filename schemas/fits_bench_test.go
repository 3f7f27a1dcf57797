package schemas_test

import (
	"encoding/json"
	"testing"

	"github.com/khop-dev/khop/schemas"
)

// benchmarked are a schema each of a small payload, one with patterns, one with numbers, and one with an anyOf.
var benchmarked = []string{"mobio/sale_update_product_line", "superai/update_status", "accesstrade/postback", "mobio/block_event"}

// eachExample runs a benchmark over the examples of the benchmarked schemas, in bytes a second.
func eachExample(b *testing.B, one func(b *testing.B, s *schemas.Schema, doc []byte)) {
	for _, id := range benchmarked {
		b.Run(id, func(b *testing.B) {
			s, err := schemas.Lookup(id)
			if err != nil {
				b.Fatal(err)
			}
			doc := compact(b, exampleOf(b, s))
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				one(b, s, doc)
			}
		})
	}
}

func BenchmarkFits(b *testing.B) {
	eachExample(b, func(b *testing.B, s *schemas.Schema, doc []byte) {
		if !s.Fits(doc) {
			b.Fatal("not sure")
		}
	})
}

// BenchmarkUnmarshal is what a reader pays at least.
func BenchmarkUnmarshal(b *testing.B) {
	eachExample(b, func(b *testing.B, _ *schemas.Schema, doc []byte) {
		var value any
		if err := json.Unmarshal(doc, &value); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkValid is what encoding/json takes to look at the bytes alone.
func BenchmarkValid(b *testing.B) {
	eachExample(b, func(b *testing.B, _ *schemas.Schema, doc []byte) {
		if !json.Valid(doc) {
			b.Fatal("not JSON")
		}
	})
}

// BenchmarkJudge is what gojsonschema takes.
func BenchmarkJudge(b *testing.B) {
	eachExample(b, func(b *testing.B, s *schemas.Schema, doc []byte) {
		if problems, err := s.Judge(doc); err != nil || len(problems) > 0 {
			b.Fatal(problems, err)
		}
	})
}
