package burst

import "golang.org/x/sys/windows"

// How Windows' sockets call what can go wrong with a connection: package syscall's names
// are not theirs.
const (
	codeRefused  = windows.WSAECONNREFUSED
	codeReset    = windows.WSAECONNRESET
	codeAborted  = windows.WSAECONNABORTED
	codeTimedOut = windows.WSAETIMEDOUT
	codeNoNet    = windows.WSAENETUNREACH
	codeNoHost   = windows.WSAEHOSTUNREACH
	codeNoPort   = windows.WSAEADDRNOTAVAIL
)
