package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/outboxtest"
	"github.com/khop-dev/khop/mocks/outbox/sqlite"
)

func TestConformance(t *testing.T) {
	outboxtest.Conformance(t, outboxtest.Setup{New: func(t *testing.T) func(*testing.T) outbox.Backend {
		file := filepath.Join(t.TempDir(), "khop.db")
		return func(t *testing.T) outbox.Backend { return open(t, file, sqlite.Options{Key: key}) }
	}})
}

// key is 32 bytes: a passphrase takes its time.
const key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

// open opens a store that is closed after the test at the latest.
func open(t testing.TB, file string, options sqlite.Options) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), file, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() }) // a second time changes nothing
	return store
}
