//go:build !linux

package burst

// refused would tell whether the other side took none of the bytes that were written
// last. Here that cannot be known.
func (*socket) refused(int) bool { return false }
