package suites

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/editions"
)

// Selection narrows a run to some of the provider's checks; the gate runs in any
// case. The zero Selection takes everything.
type Selection struct {
	// Focus and Skip are globs over check ids, with or without the provider:
	// "superai.signature.*", "retry.*", "*header*". A check runs when any glob of
	// Focus fits, or there is none, and no glob of Skip does.
	Focus, Skip []string
	Areas       []Area
	Levels      []Level
	// Edition is the number of the edition whose checks run, at the levels that
	// they had in it; 0: all that this khop has.
	Edition int
}

// Narrow tells whether the selection leaves checks out that an edition has.
func (s Selection) Narrow() bool {
	return len(s.Focus)+len(s.Skip)+len(s.Areas)+len(s.Levels) > 0
}

// Flags spells the selection as khop's command line takes it.
func (s Selection) Flags() []string {
	var flags []string
	for _, glob := range s.Focus {
		flags = append(flags, "--focus "+glob)
	}
	for _, glob := range s.Skip {
		flags = append(flags, "--skip "+glob)
	}
	for _, area := range s.Areas {
		flags = append(flags, "--area "+string(area))
	}
	for _, level := range s.Levels {
		flags = append(flags, "--level "+string(level))
	}
	return flags
}

// ErrNothingSelected is why a selection cannot be run: something in it fits no check.
var ErrNothingSelected = errors.New("nothing to run")

// Choose returns the checks among all that the selection takes. A selector that fits
// none of them is an error, so that a typing error cannot pass for a verdict.
func (s Selection) Choose(all []Check) ([]Check, error) {
	pinned, err := s.pinned(all)
	if err != nil {
		return nil, err
	}
	if err := s.malformed(); err != nil {
		return nil, err
	}
	for _, selector := range s.selectors() {
		if !slices.ContainsFunc(pinned, selector.takes) {
			return nil, fmt.Errorf("%w: %s fits none of the %d checks%s", ErrNothingSelected, selector.flag, len(pinned), selector.advice(pinned))
		}
	}
	chosen := slices.DeleteFunc(pinned, func(c Check) bool { return !c.Gate && !s.takes(c) })
	if !slices.ContainsFunc(chosen, s.takes) {
		return nil, fmt.Errorf("%w: no check fits all of %s", ErrNothingSelected, strings.Join(s.Flags(), " "))
	}
	return chosen, nil
}

// Within is the part of a selection that fits the checks of one provider, where it was
// made for several, and whether it takes any of them.
func (s Selection) Within(all []Check) (Selection, bool) {
	some := func(takes func(Check) bool) bool { return slices.ContainsFunc(all, takes) }
	part := Selection{
		Focus:   kept(s.Focus, func(glob string) bool { return some(func(c Check) bool { return c.fits(glob) }) }),
		Skip:    kept(s.Skip, func(glob string) bool { return some(func(c Check) bool { return c.fits(glob) }) }),
		Areas:   kept(s.Areas, func(area Area) bool { return some(func(c Check) bool { return c.Area == area }) }),
		Levels:  kept(s.Levels, func(level Level) bool { return some(func(c Check) bool { return c.Level == level }) }),
		Edition: s.Edition,
	}
	return part, some(s.takes)
}

func kept[T any](list []T, keep func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), func(one T) bool { return !keep(one) })
}

// malformed finds a glob that is none.
func (s Selection) malformed() error {
	for _, glob := range slices.Concat(s.Focus, s.Skip) {
		if _, err := path.Match(glob, ""); err != nil {
			return fmt.Errorf("%q is no glob: * stands for anything, ? for one character, [ab] for one of several", glob)
		}
	}
	return nil
}

// pinned are the checks of the edition, at its levels.
func (s Selection) pinned(all []Check) ([]Check, error) {
	if s.Edition == 0 {
		return slices.Clone(all), nil
	}
	edition, err := editions.Lookup(s.Edition)
	if err != nil {
		return nil, fmt.Errorf("--pin %d: %w", s.Edition, err)
	}
	var checks []Check
	for _, check := range all {
		if level, ok := edition.Level(check.ID); ok {
			check.Level = Level(level)
			checks = append(checks, check)
		}
	}
	return checks, nil
}

func (s Selection) takes(c Check) bool {
	switch {
	case len(s.Focus) > 0 && !slices.ContainsFunc(s.Focus, c.fits),
		slices.ContainsFunc(s.Skip, c.fits),
		len(s.Areas) > 0 && !slices.Contains(s.Areas, c.Area),
		len(s.Levels) > 0 && !slices.Contains(s.Levels, c.Level):
		return false
	}
	return true
}

// fits tells whether a glob takes the check, by its id or by its rule. The glob has
// been found to be one.
func (c Check) fits(glob string) bool {
	byID, _ := path.Match(glob, c.ID)
	byRule, _ := path.Match(glob, c.Rule())
	return byID || byRule
}

// selector is one flag of a selection, which has to fit something.
type selector struct {
	flag   string
	takes  func(Check) bool
	advice func([]Check) string // what may have been meant, where nothing fits
}

func (s Selection) selectors() []selector {
	var all []selector
	byGlob := func(flag, glob string) selector {
		return selector{flag + glob, func(c Check) bool { return c.fits(glob) }, func(checks []Check) string { return nearestCheck(glob, checks) }}
	}
	for _, glob := range s.Focus {
		all = append(all, byGlob("--focus ", glob))
	}
	for _, glob := range s.Skip {
		all = append(all, byGlob("--skip ", glob))
	}
	for _, area := range s.Areas {
		all = append(all, selector{"--area " + string(area), func(c Check) bool { return c.Area == area }, theAreas})
	}
	for _, level := range s.Levels {
		all = append(all, selector{"--level " + string(level), func(c Check) bool { return c.Level == level }, func([]Check) string { return "" }})
	}
	return all
}

func nearestCheck(glob string, checks []Check) string {
	var known []string
	for _, c := range checks {
		known = append(known, c.ID, c.Rule())
	}
	return nearest(glob, known)
}

func theAreas(checks []Check) string {
	var areas []string
	for _, c := range checks {
		if !slices.Contains(areas, string(c.Area)) {
			areas = append(areas, string(c.Area))
		}
	}
	return "; there are the areas " + strings.Join(areas, ", ")
}

// ParseArea reads the name of an area.
func ParseArea(name string) (Area, error) {
	var known []string
	for _, area := range Areas {
		if strings.EqualFold(name, string(area)) {
			return area, nil
		}
		known = append(known, string(area))
	}
	return "", fmt.Errorf("no area %q%s", name, mocks.Suggest(name, known))
}

// ParseLevel reads the name of a level, in any case.
func ParseLevel(name string) (Level, error) {
	for _, level := range []Level{Must, Should} {
		if strings.EqualFold(name, string(level)) {
			return level, nil
		}
	}
	return "", fmt.Errorf("no level %q; there are: must, should", name)
}
