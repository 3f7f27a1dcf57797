//go:build !unix

package sqlite

import "os"

// writable tells why a file cannot be written; nil: it can. Locks belong to a handle here,
// and outlive the closing of another one.
func writable(file string) error {
	opened, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return opened.Close()
}
