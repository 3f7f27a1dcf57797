package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/outboxtest"
	"github.com/khop-dev/khop/mocks/outbox/sqlite"
)

// refused opens a database that cannot be opened, and gives the reason.
func refused(t *testing.T, file string, options sqlite.Options) error {
	t.Helper()
	store, err := sqlite.Open(t.Context(), file, options)
	if err == nil {
		_ = store.Close()
		t.Fatal("it was opened")
	}
	if !strings.Contains(err.Error(), file) {
		t.Errorf("the error does not name the file: %v", err)
	}
	return err
}

func TestADatabaseBelongsToOneAtATime(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "a % b? #c.db")
	store := open(t, file, sqlite.Options{})
	g.Expect(refused(t, file, sqlite.Options{})).To(MatchError(sqlite.ErrLocked))
	newApp(t, store, "http://127.0.0.1:1")
	g.Expect(store.Close()).To(Succeed())
	store = open(t, file, sqlite.Options{})
	g.Expect(store.Apps(t.Context())).To(HaveLen(1))
	info, err := os.Stat(file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(info.Mode().Perm()).To(BeEquivalentTo(0o600), "its secrets are its owner's business")
}

func TestTheFilesAreTheirOwnersAlone(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "khop.db")
	for _, name := range []string{file, file + "-lock"} { // made by somebody in a hurry
		g.Expect(os.WriteFile(name, nil, 0o600)).To(Succeed())
		g.Expect(os.Chmod(name, 0o666)).To(Succeed())
	}
	open(t, file, sqlite.Options{})
	g.Expect(filepath.Glob(file + "*")).To(HaveEach(WithTransform(permissions, BeEquivalentTo(0o600))))

	other := filepath.Join(t.TempDir(), "new.db")
	open(t, other, sqlite.Options{})
	g.Expect(filepath.Glob(other + "*")).To(HaveEach(WithTransform(permissions, BeEquivalentTo(0o600))))
}

func permissions(file string) (os.FileMode, error) {
	info, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	return info.Mode().Perm(), nil
}

// alone tells whether a file has nothing beside it, and is as it was.
func alone(t *testing.T, file string, content []byte) {
	t.Helper()
	g := NewWithT(t)
	g.Expect(os.ReadDir(filepath.Dir(file))).To(HaveLen(1))
	g.Expect(os.ReadFile(file)).To(Equal(content))
}

func TestADatabaseThatCannotBeWritten(t *testing.T) {
	g := NewWithT(t)
	g.Expect(refused(t, filepath.Join(t.TempDir(), "missing", "khop.db"), sqlite.Options{})).To(MatchError(os.ErrNotExist))

	file := filepath.Join(t.TempDir(), "khop.db")
	g.Expect(open(t, file, sqlite.Options{}).Close()).To(Succeed())
	makeReadOnly(t, file)
	g.Expect(refused(t, file, sqlite.Options{})).To(And(MatchError(sqlite.ErrReadOnly), MatchError(ContainSubstring("may write"))))
}

// makeReadOnly takes away the right to write from everybody, root included.
func makeReadOnly(t *testing.T, file string) {
	t.Helper()
	if os.Geteuid() != 0 {
		if err := os.Chmod(file, 0o400); err != nil {
			t.Fatal(err)
		}
		return
	}
	if out, err := exec.Command("chattr", "+i", file).CombinedOutput(); err != nil {
		t.Skipf("WITHOUT chattr root can write every file: %s", out)
	}
	t.Cleanup(func() { _ = exec.Command("chattr", "-i", file).Run() })
}

func TestADatabaseThatIsNone(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "notes.txt")
	notes := bytes.Repeat([]byte("these are somebody's notes\n"), 1000)
	g.Expect(os.WriteFile(file, notes, 0o600)).To(Succeed())
	g.Expect(refused(t, file, sqlite.Options{})).To(MatchError(sqlite.ErrForeign))
	alone(t, file, notes)
	g.Expect(refused(t, t.TempDir(), sqlite.Options{})).To(MatchError(ContainSubstring("is a directory")))
}

func TestADatabaseOfAnotherProgram(t *testing.T) {
	g := NewWithT(t)
	for statement, want := range map[string]error{
		"PRAGMA application_id = 1": sqlite.ErrForeign,
		"PRAGMA user_version = 2":   sqlite.ErrNewer,
	} {
		file := filepath.Join(t.TempDir(), "khop.db")
		g.Expect(open(t, file, sqlite.Options{}).Close()).To(Succeed())
		execute(t, file, statement)
		g.Expect(refused(t, file, sqlite.Options{})).To(MatchError(want))
	}
	file := filepath.Join(t.TempDir(), "photos.db")
	execute(t, file, "CREATE TABLE photos (name TEXT)")
	photos, err := os.ReadFile(file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(refused(t, file, sqlite.Options{})).To(MatchError(sqlite.ErrForeign))
	alone(t, file, photos)
}

func TestADamagedDatabase(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "khop.db")
	store := open(t, file, sqlite.Options{})
	newApp(t, store, "http://127.0.0.1:1")
	g.Expect(store.Close()).To(Succeed())
	whole, err := os.ReadFile(file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(os.WriteFile(file, append(whole[:4096:4096], bytes.Repeat([]byte{0xa5}, len(whole)-4096)...), 0o600)).To(Succeed())
	g.Expect(refused(t, file, sqlite.Options{})).To(And(MatchError(sqlite.ErrDamaged), MatchError(ContainSubstring("backup"))))
	g.Expect(os.WriteFile(file, whole[:6000], 0o600)).To(Succeed())
	g.Expect(refused(t, file, sqlite.Options{})).To(MatchError(sqlite.ErrDamaged))
}

func TestAFullDiskKeepsNothingHalf(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "khop.db")
	store := open(t, file, sqlite.Options{})
	app := newApp(t, store, "http://127.0.0.1:1")
	g.Expect(store.Limit(t.Context(), 100)).To(Succeed())
	accepted := 0
	var err error
	for err == nil {
		var ids []int64
		if ids, err = store.Accept(t.Context(), samples(t, app, 50)); err == nil {
			accepted += len(ids)
		}
	}
	g.Expect(err).To(And(MatchError(sqlite.ErrFull), MatchError(ContainSubstring(file)), MatchError(ContainSubstring("make room"))))
	g.Expect(accepted).To(BeNumerically(">", 0))
	stored := func() int {
		stats, err := store.Stats(t.Context())
		g.Expect(err).NotTo(HaveOccurred())
		found, err := store.Events(t.Context(), outbox.Query{Limit: outbox.MaxLimit})
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(found).To(HaveLen(stats.Events))
		return stats.Events
	}
	g.Expect(stored()).To(Equal(accepted))

	// Attempts are made all the same, and their results kept until there is room again.
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	postman := &outboxtest.Postman{}
	go func() { done <- store.Run(ctx, postman.Deliver, 4) }()
	g.Eventually(postman.Made, "20s").Should(Equal(accepted))
	g.Expect(store.Limit(t.Context(), 1<<30)).To(Succeed())
	g.Eventually(func() int { return delivered(t, store) }, "20s").Should(Equal(accepted))
	g.Expect(postman.Made()).To(Equal(accepted), "none was made twice")
	cancel()
	g.Expect(<-done).To(Succeed())
	g.Expect(store.Healthy(t.Context())).To(Succeed())
}

func TestAClosedStoreSaysSo(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "khop.db")
	store := open(t, file, sqlite.Options{})
	app := newApp(t, store, "http://127.0.0.1:1")
	g.Expect(store.Close()).To(Succeed())
	_, err := store.Accept(t.Context(), samples(t, app, 1))
	g.Expect(err).To(MatchError(sqlite.ErrClosed))
	g.Expect(store.Healthy(t.Context())).To(MatchError(sqlite.ErrClosed))
	left, err := filepath.Glob(file + "*")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(left).To(ConsistOf(file, file+"-lock"), "one file, and the lock's")
}

func TestSecretsAreEncrypted(t *testing.T) {
	g := NewWithT(t)
	const passphrase = "correct horse battery staple"
	file := filepath.Join(t.TempDir(), "khop.db")
	store := open(t, file, sqlite.Options{})
	app := newApp(t, store, "http://127.0.0.1:1")
	g.Expect(readable(t, file, "PARTNER-42", "0123456789")).To(BeTrue(), "there is no key yet")
	g.Expect(store.Close()).To(Succeed())

	for range 2 { // the first time it is encrypted, the second time decrypted
		store = open(t, file, sqlite.Options{Key: passphrase})
		g.Expect(store.App(t.Context(), app.ID)).To(HaveField("Secrets", app.Secrets))
		_, err := store.PutApp(t.Context(), app)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(readable(t, file, "PARTNER-42", "0123456789")).To(BeFalse())
		g.Expect(store.Close()).To(Succeed())
	}
	g.Expect(readable(t, file, "PARTNER-42", "0123456789")).To(BeFalse())
	g.Expect(refused(t, file, sqlite.Options{})).To(And(MatchError(sqlite.ErrKey), MatchError(HaveSuffix("give the key"))))
	g.Expect(refused(t, file, sqlite.Options{Key: key})).To(And(MatchError(sqlite.ErrKey), MatchError(ContainSubstring("another"))))
}

// readable tells whether any of some texts stands in a database's files.
func readable(t *testing.T, file string, texts ...string) bool {
	t.Helper()
	files, err := filepath.Glob(file + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		for _, text := range texts {
			if bytes.Contains(data, []byte(text)) {
				return true
			}
		}
	}
	return false
}

func TestRunIsRefused(t *testing.T) {
	g := NewWithT(t)
	store := open(t, filepath.Join(t.TempDir(), "khop.db"), sqlite.Options{})
	postman := &outboxtest.Postman{}
	g.Expect(store.Run(t.Context(), postman.Deliver, 0)).To(MatchError(ContainSubstring("one at least")))
	app := newApp(t, store, "http://127.0.0.1:1")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- store.Run(ctx, postman.Deliver, 1) }()
	_, err := store.Accept(t.Context(), samples(t, app, 1))
	g.Expect(err).NotTo(HaveOccurred())
	g.Eventually(postman.Made, "10s").Should(Equal(1))
	g.Expect(store.Run(t.Context(), postman.Deliver, 1)).To(MatchError(ContainSubstring("already")))
	cancel()
	g.Expect(<-done).To(Succeed())
}

// TestABacklogIsFetchedPartByPart: more is due than is held in memory.
func TestABacklogIsFetchedPartByPart(t *testing.T) {
	g := NewWithT(t)
	const many = 3000
	store := open(t, filepath.Join(t.TempDir(), "khop.db"), sqlite.Options{})
	app := newApp(t, store, "http://127.0.0.1:1")
	for range many / 500 {
		_, err := store.Accept(t.Context(), samples(t, app, 500))
		g.Expect(err).NotTo(HaveOccurred())
	}
	postman := &outboxtest.Postman{}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- store.Run(ctx, postman.Deliver, 8) }()
	g.Eventually(func() int { return delivered(t, store) }, "60s").Should(Equal(many))
	g.Expect(postman.Made()).To(Equal(many))
	cancel()
	g.Expect(<-done).To(Succeed())
}

// TestADroppedAppIsSweptAwayAfterAKill: khop died when the app was gone, and its events
// were not.
func TestADroppedAppIsSweptAwayAfterAKill(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "khop.db")
	store := open(t, file, sqlite.Options{})
	app := newApp(t, store, "http://127.0.0.1:1")
	_, err := store.Accept(t.Context(), samples(t, app, 700))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(store.Close()).To(Succeed())
	execute(t, file, "UPDATE apps SET dropped = 1, data = x''")

	var log bytes.Buffer // read when the store is closed: nobody is to write then
	interrupted := open(t, file, sqlite.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	g.Expect(interrupted.Close()).To(Succeed())
	g.Expect(log.String()).To(BeEmpty(), "closing is no failure: the next start goes on")

	store = open(t, file, sqlite.Options{})
	g.Expect(store.Apps(t.Context())).To(BeEmpty())
	g.Expect(store.Events(t.Context(), outbox.Query{})).To(BeEmpty())
	g.Eventually(store.Rows, "20s").WithArguments(t.Context()).Should(BeZero())
}

// execute runs a statement on a database that nobody has open.
func execute(t *testing.T, file, statement string) {
	t.Helper()
	if err := sqlite.Execute(t.Context(), file, statement); err != nil {
		t.Fatal(fmt.Errorf("%s: %w", statement, err))
	}
}
