package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/khop-dev/khop/mocks/abaha" // registers abaha
	"github.com/khop-dev/khop/mocks/delivery"
	"github.com/khop-dev/khop/mocks/outbox"
	"github.com/khop-dev/khop/mocks/outbox/sqlite"
)

const (
	kills = 50
	batch = 20 // events in one call of Accept
	// childFile and childApp are how the test tells its binary to be the child.
	childFile = "KHOP_TEST_OUTBOX_FILE"
	childApp  = "KHOP_TEST_OUTBOX_APP"
)

func TestMain(m *testing.M) {
	if file := os.Getenv(childFile); file != "" {
		if err := child(file, os.Getenv(childApp)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child accepts a batch for every number that it reads, says the number once the batch is
// accepted, and delivers all the while, until it is killed.
func child(file, app string) error {
	store, err := sqlite.Open(context.Background(), file, sqlite.Options{})
	if err != nil {
		return err
	}
	courier := outbox.NewCourier(outbox.CourierOptions{})
	go func() { _ = store.Run(context.Background(), courier.Deliver, 16) }() // it never ends
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var number int
		if _, err := fmt.Sscan(in.Text(), &number); err != nil {
			return err
		}
		go func() {
			if _, err := store.Accept(context.Background(), numbered(app, number)); err == nil {
				fmt.Printf("%d\n", number)
			}
		}()
	}
	return in.Err()
}

// numbered are the events of one batch, each known by its object.
func numbered(app string, number int) []outbox.Event {
	events := make([]outbox.Event, batch)
	for i := range events {
		object := fmt.Sprintf("%d-%d", number, i)
		events[i] = outbox.Event{App: app, Type: "order", Object: object, Body: fmt.Appendf(nil, `{"id":"%s"}`, object)}
	}
	return events
}

// moody is a target that refuses the first two deliveries of some events.
type moody struct {
	mu  sync.Mutex
	got map[string]int // deliveries by body
}

func (m *moody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // its sender was killed
	}
	m.mu.Lock()
	m.got[string(body)]++
	times := m.got[string(body)]
	m.mu.Unlock()
	if times < 3 && strings.HasSuffix(string(body), `0"}`) {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, `{"status": 200, "message": "OK"}`)
}

// TestSlowKilled kills khop many times under load. Whatever it said to have accepted has
// to be delivered in the end, and no schedule may begin anew.
func TestSlowKilled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "khop.db")
	target := &moody{got: map[string]int{}}
	server := httptest.NewServer(target)
	defer server.Close()
	store := open(t, file, sqlite.Options{})
	app, err := store.PutApp(t.Context(), outbox.App{Provider: "abaha", Target: server.URL, Speed: float64(5*time.Minute) / float64(30*time.Millisecond)})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	var acknowledged []int
	sent := 0
	for range kills {
		acknowledged = append(acknowledged, liveAndDie(t, file, app.ID, &sent)...)
	}

	store = open(t, file, sqlite.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	courier := outbox.NewCourier(outbox.CourierOptions{})
	defer courier.Close()
	go func() { done <- store.Run(ctx, courier.Deliver, 16) }()
	waitForAll(t, store)
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	judge(t, store, target, acknowledged)
}

// waitForAll waits until nothing is due any more.
func waitForAll(t *testing.T, store *sqlite.Store) {
	t.Helper()
	for late := time.Now().Add(2 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
		stats, err := store.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if stats.ByState[outbox.Due] == 0 {
			return
		}
		if time.Now().After(late) {
			due, err := store.Events(t.Context(), outbox.Query{State: outbox.Due})
			t.Fatalf("still due after two minutes: %+v; %d events found, %v: %+v", stats, len(due), err, due)
		}
	}
}

// liveAndDie starts a child, keeps it busy, and kills it after a while. It returns the
// batches that the child acknowledged.
func liveAndDie(t *testing.T, file, app string, sent *int) (acknowledged []int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFile+"="+file, childApp+"="+app)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var timer *time.Timer
	for range 4 { // that many batches are under way at any time
		*sent++
		_, _ = fmt.Fprintln(in, *sent)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if timer == nil {
			timer = time.AfterFunc(rand.N(100*time.Millisecond), func() { _ = cmd.Process.Kill() })
		}
		var number int
		if _, err := fmt.Sscan(lines.Text(), &number); err != nil {
			t.Fatal(err)
		}
		acknowledged = append(acknowledged, number)
		*sent++
		_, _ = fmt.Fprintln(in, *sent) // it may be dead by now
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child was not killed: %v", err)
	}
	return acknowledged
}

// judge holds what is in the store against what was acknowledged and what the target got.
func judge(t *testing.T, store *sqlite.Store, target *moody, acknowledged []int) {
	t.Helper()
	schedule := delivery.Abaha(delivery.AbahaWait, delivery.AbahaSends).Schedule()
	stored, attempts, deliveries, before := map[string]bool{}, 0, 0, int64(0)
	for {
		page, err := store.Events(t.Context(), outbox.Query{Before: before, Limit: outbox.MaxLimit})
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, event := range page {
			before = event.ID
			if stored[event.Object] {
				t.Errorf("event %d, object %s, is stored twice", event.ID, event.Object)
			}
			stored[event.Object] = true
			made, err := store.Attempts(t.Context(), event.ID)
			if err != nil {
				t.Fatal(err)
			}
			got := target.got[fmt.Sprintf(`{"id":"%s"}`, event.Object)]
			attempts, deliveries = attempts+len(made), deliveries+got
			if event.State != outbox.Delivered || got == 0 || len(made) != event.Times || got < event.Times {
				t.Errorf("event %d is %s after %d attempts (%d on record), and reached the target %d times", event.ID, event.State, event.Times, len(made), got)
			}
			for i, attempt := range made {
				if attempt.Number != i+1 || attempt.Due != schedule[i] {
					t.Errorf("event %d: attempt %d says that it is number %d, due after %s", event.ID, i+1, attempt.Number, attempt.Due)
				}
			}
		}
	}
	for _, number := range acknowledged {
		for _, event := range numbered("", number) {
			if !stored[event.Object] {
				t.Errorf("%s was acknowledged, and is not stored", event.Object)
			}
		}
	}
	if len(acknowledged) < kills {
		t.Errorf("only %d batches were acknowledged: there was no load", len(acknowledged))
	}
	t.Logf("%d kills: %d events acknowledged, %d stored, all delivered; %d attempts on record, %d deliveries at the target: %d were made again",
		kills, len(acknowledged)*batch, len(stored), attempts, deliveries, deliveries-attempts)
}
