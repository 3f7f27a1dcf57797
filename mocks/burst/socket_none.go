//go:build !unix

package burst

import "net"

// socket is a connection as the system sees it, which cannot be asked here.
type socket struct{}

func socketOf(net.Conn) *socket { return nil }

func (*socket) quiet() bool { return true }
