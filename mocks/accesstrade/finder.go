package accesstrade

import "strings"

// finder looks for many words in a text at once. It looks through a window as wide as the shortest of them, at the two
// bytes at its right end: most pairs are in no word, and then no word can begin before the second of them
// (Wu and Manber: A fast algorithm for multi-pattern searching, 1994).
type finder struct {
	words []string
	width int
	// moves is how far the window can move on from a pair of bytes, by their hash; 0 where a word may be in it.
	moves [1 << pairBits]uint8
}

const (
	pairBits    = 10
	widestFrame = 64 // words are told apart by fewer bytes than that
)

// newFinder makes a finder of words with two bytes or more; without any it finds nothing.
func newFinder(words ...string) *finder {
	f := &finder{words: words, width: widestFrame}
	for _, word := range words {
		f.width = min(f.width, len(word))
	}
	for i := range f.moves {
		f.moves[i] = uint8(f.width - 1)
	}
	for _, word := range words {
		for last := 1; last < f.width; last++ {
			move := &f.moves[pair(word[last-1], word[last])]
			*move = min(*move, uint8(f.width-1-last))
		}
	}
	return f
}

func pair(a, b byte) uint32 {
	return (uint32(a)<<8 | uint32(b)) * 0x9E3779B1 >> (32 - pairBits)
}

// index is where the first of the words begins in text that are in it; -1 where none is.
func (f *finder) index(text string) int {
	for last := f.width - 1; last < len(text); {
		move := f.moves[pair(text[last-1], text[last])]
		if move > 0 {
			last += int(move)
			continue
		}
		if begin := last + 1 - f.width; f.begins(text[begin:]) {
			return begin
		}
		last++
	}
	return -1
}

// in tells whether one of the words is in text.
func (f *finder) in(text string) bool { return f.index(text) >= 0 }

func (f *finder) begins(text string) bool {
	for _, word := range f.words {
		if strings.HasPrefix(text, word) {
			return true
		}
	}
	return false
}
