//go:build !windows

package burst

import "syscall"

// How the system calls what can go wrong with a connection.
const (
	codeRefused  = syscall.ECONNREFUSED
	codeReset    = syscall.ECONNRESET
	codeAborted  = syscall.ECONNABORTED
	codeTimedOut = syscall.ETIMEDOUT
	codeNoNet    = syscall.ENETUNREACH
	codeNoHost   = syscall.EHOSTUNREACH
	codeNoPort   = syscall.EADDRNOTAVAIL
)
