//go:build unix

package sqlite

import "golang.org/x/sys/unix"

// writable tells why a file cannot be written; nil: it can. It does not open the file: to
// close it again would take away the locks that this process may hold on it (fcntl(2)).
func writable(file string) error { return unix.Access(file, unix.W_OK) }
