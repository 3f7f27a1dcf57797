package schemas

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Nearest returns the candidate that word most likely was meant to be, for a "did you mean". It answers false when
// no candidate is close: more than a third of the word's letters, and at least two, would have to change. Case does
// not count, and a neighbouring pair that was swapped counts as one change.
func Nearest(word string, candidates []string) (string, bool) {
	few := nearestFew(word, candidates, 1)
	if len(few) == 0 || !near(word, few[0]) {
		return "", false
	}
	return few[0], true
}

// near tells whether a word may well have been meant to be another.
func near(word, other string) bool { return changes(word, other) <= max(2, len([]rune(word))/3) }

// Hint is the end of an error about an unknown word: what was most likely meant, or else all that is known.
func Hint(word string, known []string) string {
	if nearest, ok := Nearest(word, known); ok {
		return "did you mean " + nearest + "?"
	}
	return "there are " + strings.Join(known, ", ")
}

// mostWords is how many words an expectation lists; no provider documents more of one kind.
const mostWords = 12

// Choice lists in quotes the known words of which word is none: the one that it most likely was meant to be, or else all
// of them, the nearest first.
func Choice(word string, known []string) string {
	if nearest, ok := Nearest(word, known); ok {
		return strconv.Quote(nearest)
	}
	words := nearestFew(word, known, mostWords)
	for i := range words {
		words[i] = strconv.Quote(words[i])
	}
	if more := len(known) - len(words); more > 0 {
		words = append(words, fmt.Sprintf("%d others", more))
	}
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// nearestFew returns up to n candidates, the closest first, however far away they are.
func nearestFew(word string, candidates []string, n int) []string {
	sorted := slices.Clone(candidates)
	slices.SortStableFunc(sorted, func(a, b string) int {
		return cmp.Or(cmp.Compare(changes(word, a), changes(word, b)), strings.Compare(a, b))
	})
	return sorted[:min(n, len(sorted))]
}

// changes counts the letters to insert, delete, replace or swap with their neighbour to make one word the other.
func changes(from, to string) int {
	a, b := []rune(strings.ToLower(from)), []rune(strings.ToLower(to))
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replaced := last[j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			row[j] = min(replaced, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
