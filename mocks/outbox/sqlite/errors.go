package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// What may be wrong with a database. Errors wrap these, name the file and the way out.
var (
	ErrLocked   = errors.New("another khop has it open")
	ErrReadOnly = errors.New("it cannot be written")
	ErrDamaged  = errors.New("it is damaged")
	ErrFull     = errors.New("the disk is full")
	ErrForeign  = errors.New("it is not a database of khop's")
	ErrNewer    = errors.New("a newer khop has written it")
	ErrKey      = errors.New("its secrets are encrypted with a key")
	ErrClosed   = errors.New("it is closed")
)

// wayOut says what to do about each.
var wayOut = map[error]string{
	ErrLocked:   "stop the other one, or give this one another file",
	ErrReadOnly: "give khop a file and a folder that it may write",
	ErrDamaged:  "put a backup in its place, or start with a new file; `sqlite3 FILE .recover` may save some",
	ErrFull:     "make room; nothing of what failed was kept",
	ErrForeign:  "give another file",
	ErrNewer:    "update khop, or give another file",
}

// problem is an error as a user reads it.
func problem(file string, kind, cause error) error {
	text := wayOut[kind]
	if text != "" {
		text = ": " + text
	}
	if cause == nil {
		return fmt.Errorf("the database %s: %w%s", file, kind, text)
	}
	return fmt.Errorf("the database %s: %w%s (%w)", file, kind, text, cause)
}

// Explain tells what is wrong with a file in the words of this package, where an error of
// SQLite's or of the file system's is behind it; any other error stays as it is.
func Explain(file string, err error) error {
	if kind := kindOf(err); kind != nil {
		return problem(file, kind, err)
	}
	return err
}

// kindOf is which of this package's errors one is; nil for another.
func kindOf(err error) error {
	var failed *driver.Error
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return ErrReadOnly
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ErrFull
	case !errors.As(err, &failed):
		return nil
	}
	switch failed.Code() & 0xff { // the rest are details
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		return ErrLocked
	case codes.SQLITE_READONLY, codes.SQLITE_PERM, codes.SQLITE_CANTOPEN: // the last one: of the files beside it
		return ErrReadOnly
	case codes.SQLITE_FULL:
		return ErrFull
	case codes.SQLITE_CORRUPT:
		return ErrDamaged
	case codes.SQLITE_NOTADB:
		return ErrForeign
	}
	return nil
}
