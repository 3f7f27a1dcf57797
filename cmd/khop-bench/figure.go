package main

// Figure is one line of the table: what khop does, against what else does on the same
// machine in the same minute.
type Figure struct {
	What    string  // "AccessTrade endpoint, requests a second under wrk"
	Value   float64 // khop's own
	Unit    string  // "requests/s"
	Against string  // what it is compared with: "bare net/http handler"
	Base    float64 // that one's value, in the same unit; 0 where there is nothing to compare with
	Aim     string  // what is wanted: "ratio ≥ 0.6", "≤ 50 ms"
	Met     bool
	Note    string // what has to be known to read it
}

// Ratio is khop's value by the other's; 0 where there is none.
func (f Figure) Ratio() float64 {
	if f.Base == 0 {
		return 0
	}
	return f.Value / f.Base
}
