package schemas_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/khop-dev/khop/schemas"
)

// FuzzValidate holds what is promised for any input: no panic, an error exactly for what is not one JSON value,
// problems on one line each, and the same story twice.
func FuzzValidate(f *testing.F) {
	for _, s := range schemas.All() {
		f.Add(exampleOf(f, s))
	}
	for _, doc := range []string{"", "null", "[]", `""`, "1e999", "-0", `{"type":1e400}`, `{"a":{"b":[1e-400]}}`, `{"":{"/":null}}`, "{}{}"} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, s := range schemas.All() {
			problems, err := s.Validate(doc)
			if (err == nil) != json.Valid(doc) {
				t.Fatalf("%s: error %v for a document whose validity as JSON is %t", s.ID, err, json.Valid(doc))
			}
			if _, err := s.Undocumented(doc); (err == nil) != json.Valid(doc) {
				t.Fatalf("%s: undocumented: %v", s.ID, err)
			}
			again, _ := s.Validate(doc)
			for i, problem := range problems {
				if strings.ContainsAny(problem.Message, "\r\n") {
					t.Errorf("%s: not one line: %q", s.ID, problem.Message)
				}
				if again[i] != problem {
					t.Errorf("%s: told %v, then %v", s.ID, problem, again[i])
				}
			}
		}
	})
}

func BenchmarkValidate(b *testing.B) {
	for _, id := range []string{"superai/update_status", "mobio/block_event"} {
		b.Run(id, func(b *testing.B) {
			s, err := schemas.Lookup(id)
			if err != nil {
				b.Fatal(err)
			}
			doc := exampleOf(b, s)
			b.ReportAllocs()
			for b.Loop() {
				if problems, err := s.Validate(doc); err != nil || len(problems) > 0 {
					b.Fatal(problems, err)
				}
			}
		})
	}
}
