//go:build !race

package burst_test

import (
	"testing"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/burst"
)

// The race detector has sync.Pool forget things, which are then made again.
func TestASourceAllocatesNothing(t *testing.T) {
	for _, name := range mocks.Names() {
		s := source(t, sending(t, name))
		buf := make([]byte, 0, 1<<16)
		number := uint64(0)
		for _, kind := range burst.Kinds {
			if n := testing.AllocsPerRun(1000, func() { buf = s.Append(buf[:0], number, kind); number++ }); n > 0 {
				t.Errorf("%s: %v allocations for a %s event", name, n, kind)
			}
		}
	}
}
