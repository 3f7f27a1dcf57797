package quick

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// beyond is the column for every letter beyond ASCII: patterns treat them all alike, or are not understood.
const beyond = utf8.RuneSelf

// mostStates bounds a table: a pattern that needs more is not understood.
const mostStates = 250

// automaton is a pattern as a table: for each state and letter the state that follows. It finds a match anywhere in a
// text, as package regexp does.
type automaton struct {
	next    [][beyond + 1]uint8
	accepts []bool // whether a text that ends in this state matches
}

// matches tells whether a text matches. It is false for one that is not UTF-8.
func (a *automaton) matches(letters []byte) bool {
	state := uint8(0)
	for i := 0; i < len(letters); {
		if letters[i] < utf8.RuneSelf {
			state = a.next[state][letters[i]]
			i++
			continue
		}
		letter, width := utf8.DecodeRune(letters[i:])
		if letter == utf8.RuneError && width == 1 {
			return false
		}
		state = a.next[state][beyond]
		i += width
	}
	return a.accepts[state]
}

// newAutomaton makes the table of a pattern: each state stands for the set of places in package syntax's program where a
// search could be.
func newAutomaton(pattern string) (*automaton, error) {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, err
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, err
	}
	for _, inst := range program.Inst {
		if err := understood(inst); err != nil {
			return nil, fmt.Errorf("pattern %s: %w", pattern, err)
		}
	}
	b := builder{program: program, states: map[string]uint8{}}
	if err := b.build(); err != nil {
		return nil, fmt.Errorf("pattern %s: %w", pattern, err)
	}
	return &b.automaton, nil
}

// understood refuses what a table of letters one by one cannot hold.
func understood(inst syntax.Inst) error {
	switch inst.Op {
	case syntax.InstEmptyWidth:
		if syntax.EmptyOp(inst.Arg)&^(syntax.EmptyBeginText|syntax.EmptyEndText) != 0 {
			return errors.New("it looks for lines or words")
		}
	case syntax.InstRune, syntax.InstRune1:
		if _, alike := takesBeyond(inst); !alike {
			return errors.New("it tells letters beyond ASCII apart")
		}
	}
	return nil
}

// takesBeyond tells whether an instruction takes letters beyond ASCII, and whether it treats them all alike.
func takesBeyond(inst syntax.Inst) (takes, alike bool) {
	if len(inst.Rune) == 1 {
		foldsCase := syntax.Flags(inst.Arg)&syntax.FoldCase != 0
		return false, inst.Rune[0] < beyond && !foldsCase
	}
	for i := 0; i < len(inst.Rune); i += 2 {
		low, high := inst.Rune[i], inst.Rune[i+1]
		if high >= beyond {
			return true, low <= beyond && high == unicode.MaxRune
		}
	}
	return false, true
}

// builder finds the states of an automaton one from another.
type builder struct {
	automaton
	program *syntax.Prog
	sets    [][]uint32
	states  map[string]uint8 // by their sets
}

func (b *builder) build() error {
	var start []uint32
	b.reach(&start, uint32(b.program.Start), syntax.EmptyBeginText)
	// The first state alone stands at the beginning, so no other set is ever taken for it.
	b.add(start, syntax.EmptyBeginText|syntax.EmptyEndText)
	for at := 0; at < len(b.sets); at++ {
		for letter := range rune(beyond + 1) {
			if len(b.sets) > mostStates {
				return fmt.Errorf("more than %d states", mostStates)
			}
			b.next[at][letter] = b.state(b.after(b.sets[at], letter))
		}
	}
	return nil
}

// state is the number of the state that stands for a set; it is a new one for a set not seen before.
func (b *builder) state(set []uint32) uint8 {
	slices.Sort(set)
	key := fmt.Sprint(set)
	known, ok := b.states[key]
	if !ok {
		known = b.add(set, syntax.EmptyEndText)
		b.states[key] = known
	}
	return known
}

// add adds a state for a set. A text may end in it if a match is reached where the given conditions hold.
func (b *builder) add(set []uint32, atEnd syntax.EmptyOp) uint8 {
	b.sets = append(b.sets, set)
	b.next = append(b.next, [beyond + 1]uint8{})
	b.accepts = append(b.accepts, b.ends(set, atEnd))
	return uint8(len(b.sets) - 1)
}

// after is where a search could be after one more letter. A search that has found its match stays there; any other
// may begin anew behind the letter.
func (b *builder) after(set []uint32, letter rune) []uint32 {
	var next []uint32
	for _, at := range set {
		inst := &b.program.Inst[at]
		if inst.Op == syntax.InstMatch {
			return []uint32{at}
		}
		if b.takes(inst, letter) {
			b.reach(&next, inst.Out, 0)
		}
	}
	b.reach(&next, uint32(b.program.Start), 0)
	return next
}

func (b *builder) takes(inst *syntax.Inst, letter rune) bool {
	switch inst.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		if letter == beyond {
			takes, _ := takesBeyond(*inst)
			return takes
		}
		return inst.MatchRune(letter)
	}
	return false
}

// reach adds to a set a place and all that are reached from it without a letter, where the given conditions hold.
func (b *builder) reach(set *[]uint32, at uint32, holds syntax.EmptyOp) {
	if slices.Contains(*set, at) {
		return
	}
	*set = append(*set, at)
	inst := &b.program.Inst[at]
	switch inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		b.reach(set, inst.Out, holds)
		b.reach(set, inst.Arg, holds)
	case syntax.InstCapture, syntax.InstNop:
		b.reach(set, inst.Out, holds)
	case syntax.InstEmptyWidth:
		if syntax.EmptyOp(inst.Arg)&^holds == 0 {
			b.reach(set, inst.Out, holds)
		}
	}
}

// ends tells whether a search that could be at these places has found its match when the text ends.
func (b *builder) ends(set []uint32, holds syntax.EmptyOp) bool {
	var reached []uint32
	for _, at := range set {
		b.reach(&reached, at, holds)
	}
	return slices.ContainsFunc(reached, func(at uint32) bool { return b.program.Inst[at].Op == syntax.InstMatch })
}
