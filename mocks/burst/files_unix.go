//go:build unix

package burst

import (
	"os"

	"golang.org/x/sys/unix"
)

// spareFiles are what a burst opens besides its connections: for looking names up, its
// clock, its report.
const spareFiles = 16

// roomFor tells whether so many connections may be open at once, and else how many files
// this process may have open.
func roomFor(connections int) (limit uint64, ok bool) {
	var l unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &l) != nil {
		return 0, true
	}
	limit = uint64(l.Cur)
	open, _ := os.ReadDir("/dev/fd")
	return limit, uint64(connections)+uint64(len(open))+spareFiles <= limit
}
