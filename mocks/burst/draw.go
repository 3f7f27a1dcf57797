package burst

// draw decides what kind each event is of: by its number and the seed alone, so that
// all shards of a burst agree, and the same burst can be had again.
type draw struct {
	seed   uint64
	shares Shares
}

// kind is that of an event of all shards, by its number.
func (d draw) kind(number uint64) Kind {
	lot := float64(scramble(d.seed^scramble(number))>>11) / (1 << 53) // evenly from 0 to 1
	for _, share := range [...]struct {
		kind Kind
		part float64
	}{{Duplicate, d.shares.Duplicates}, {Stale, d.shares.Stale}, {BadSignature, d.shares.BadSignature}} {
		if lot < share.part {
			return share.kind
		}
		lot -= share.part
	}
	return Genuine
}

// scramble makes numbers that have nothing to do with each other of numbers in a row
// (SplitMix64).
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
