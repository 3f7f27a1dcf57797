package schemas

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest returns the candidate that word most likely was meant to be, for a "did you mean". It answers false when
// no candidate is close: more than a third of the word's letters, and at least two, would have to change. Case does
// not count, and a neighbouring pair that was swapped counts as one change.
func Nearest(word string, candidates []string) (string, bool) {
	few := nearestFew(word, candidates, 1)
	if len(few) == 0 || changes(word, few[0]) > max(2, len([]rune(word))/3) {
		return "", false
	}
	return few[0], true
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
