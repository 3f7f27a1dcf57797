package report

import (
	"slices"
	"strings"
	"unicode"
)

// piece is a part of a text, and whether the other text lacks it.
type piece struct {
	Text    string
	Differs bool
}

// mostCompared bounds the work of one comparison: beyond it, only what both texts
// begin and end with counts as common.
const mostCompared = 1 << 22

// compare marks, word by word, what each of two texts has and the other has not.
func compare(a, b string) (left, right []piece) {
	one, other := words(a), words(b)
	begin := 0
	for begin < min(len(one), len(other)) && one[begin] == other[begin] {
		begin++
	}
	end := 0
	for end < min(len(one), len(other))-begin && one[len(one)-1-end] == other[len(other)-1-end] {
		end++
	}
	inOne, inOther := common(one[begin:len(one)-end], other[begin:len(other)-end])
	return pieces(a, one, begin, end, inOne), pieces(b, other, begin, end, inOther)
}

// common tells of each word whether it is part of the longest sequence of words that
// both have.
func common(one, other []string) (inOne, inOther []bool) {
	inOne, inOther = make([]bool, len(one)), make([]bool, len(other))
	if len(one)*len(other) > mostCompared {
		return inOne, inOther
	}
	// longest[i][j] is the length of that sequence in one[i:] and other[j:].
	longest := make([][]int, len(one)+1)
	for i := range longest {
		longest[i] = make([]int, len(other)+1)
	}
	for i, word := range slices.Backward(one) {
		for j, its := range slices.Backward(other) {
			if word == its {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(one) && j < len(other); {
		switch {
		case one[i] == other[j]:
			inOne[i], inOther[j] = true, true
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	return inOne, inOther
}

// pieces joins words of a kind, all of which make up the text. A blank or a comma
// between two words that differ belongs to them: one mark is read more easily than
// many.
func pieces(text string, words []string, begin, end int, shared []bool) []piece {
	var all []piece
	from, to := 0, 0 // where the last piece lies in the text
	for i, word := range words {
		differs := i >= begin && i < len(words)-end && !shared[i-begin]
		last := len(all) - 1
		switch {
		case last >= 0 && all[last].Differs == differs:
		case last >= 1 && differs && slight(all[last].Text):
			all = all[:last]
			last--
			from -= len(all[last].Text)
		default:
			all = append(all, piece{Differs: differs})
			last, from = last+1, to
		}
		to += len(word)
		all[last].Text = text[from:to]
	}
	return all
}

// slight tells whether a text holds no word.
func slight(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsSpace(r) && r != ',' })
}

// words splits a text into words, runs of blanks, and single signs.
func words(text string) []string {
	const (
		letters = iota + 1
		blanks
		signs
	)
	var all []string
	from, before := 0, 0
	for at, r := range text {
		kind := signs
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			kind = letters
		case unicode.IsSpace(r):
			kind = blanks
		}
		if at > 0 && (kind != before || kind == signs) {
			all = append(all, text[from:at])
			from = at
		}
		before = kind
	}
	if from < len(text) {
		all = append(all, text[from:])
	}
	return all
}
