package main

import "fmt"

// ratioAtLeast sets what the figure's ratio is to be.
func (f Figure) ratioAtLeast(aim float64) Figure {
	f.Aim, f.Met = fmt.Sprintf("ratio ≥ %g", aim), f.Ratio() >= aim
	return f
}

// atLeast sets what khop's own value is to be.
func (f Figure) atLeast(aim float64) Figure {
	f.Aim, f.Met = "≥ "+quantity(aim, f.Unit), f.Value >= aim
	return f
}

// atMost sets what khop's own value may be.
func (f Figure) atMost(aim float64) Figure {
	f.Aim, f.Met = "≤ "+quantity(aim, f.Unit), f.Value <= aim
	return f
}
