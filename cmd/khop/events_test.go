package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/khop-dev/khop/suites/console/wire"
)

func TestEventsAreTriggeredShownAndSentAgain(t *testing.T) {
	address, app, requests := served(t)
	if out := asking(t, address, "trigger", "shop", "update_status", "--data", "status=12"); out != "1\n" {
		t.Errorf("printed %q", out)
	}
	if out := asking(t, address, "trigger", app, "update_weight", "--count", "2", "--generated"); out != "2\n3\n" {
		t.Errorf("printed %q", out)
	}
	body := filepath.Join(t.TempDir(), "body.json")
	if err := os.WriteFile(body, []byte(`{"type": "update_status"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	asking(t, address, "trigger", "shop", "update_status", "--file", body)
	list := untilItSays(t, address, `(?s)(delivered.*){4}`, "events")
	if !regexp.MustCompile(`(?m)^ID +UPDATED +STATE +TIMES +APP +TYPE +OBJECT\n4 +\d{4}-\d\d-\d\d \S+ delivered +1 +shop +update_status`).MatchString(list) {
		t.Errorf("listed\n%s", list)
	}
	shown := asking(t, address, "events", "1")
	for _, want := range []string{"1  delivered  update_status  ", `"status":"12"`, "\nattempt 1, ", "  POST http://127.0.0.1:", "  answered 200 after ", ": accepted"} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %q in\n%s", want, shown)
		}
	}
	if out := asking(t, address, "events", "4", "--format", "json"); !strings.Contains(out, `"body":"{\"type\": \"update_status\"}"`) {
		t.Errorf("shown as %s", out)
	}
	if out := asking(t, address, "events", "--app", "shop", "--type", "update_weight", "--limit", "1", "--format", "json"); strings.Count(out, "\n") != 1 || !strings.Contains(out, `"id":3`) {
		t.Errorf("found %s", out)
	}
	if out := asking(t, address, "events", "--state", "failed", "--format", "json"); out != "" {
		t.Errorf("found %s", out)
	}
	if out := asking(t, address, "resend", "1", "2"); out != "2\n" {
		t.Errorf("printed %q", out)
	}
	again := untilItSays(t, address, `1  delivered(?s).*attempt 2, .*, by hand`, "events", "1")
	if n := requests.Load(); n < 5 {
		t.Errorf("%d requests reached the target:\n%s", n, again)
	}
	if out := asking(t, address, "resend", "--failed", "--app", "shop"); out != "0\n" {
		t.Errorf("printed %q", out)
	}
}

func TestAPreviewSendsNothing(t *testing.T) {
	address, _, requests := served(t)
	t.Setenv("KHOP_SERVER", address)
	code, out, complaint := khop(t, "trigger", "shop", "update_status", "--data", "created_at=soon", "--preview")
	if code != exitConforms || !strings.HasPrefix(out, "curl ") || !strings.Contains(complaint, "khop: /created_at: ") {
		t.Errorf("exit %d: %s\n%s", code, out, complaint)
	}
	if out := asking(t, address, "events", "--format", "json"); out != "" || requests.Load() != 0 {
		t.Errorf("%d requests, events %s", requests.Load(), out)
	}
}

// spoken hands what a command writes on, line by line.
func spoken(t *testing.T, args ...string) (next func() string, stop func() int) {
	t.Helper()
	read, write := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, args, write, write)
		_ = write.Close()
	}()
	text := make(chan string, 100)
	go func() {
		defer close(text)
		var rest []byte
		buffer := make([]byte, 4096)
		for {
			n, err := read.Read(buffer)
			for rest = append(rest, buffer[:n]...); ; {
				line, more, found := bytes.Cut(rest, []byte{'\n'})
				if !found {
					break
				}
				text <- string(line)
				rest = more
			}
			if err != nil {
				return
			}
		}
	}()
	next = func() string {
		t.Helper()
		select {
		case line := <-text:
			return line
		case <-time.After(20 * time.Second):
			t.Fatal("nothing more is said")
			return ""
		}
	}
	return next, func() int { cancel(); return <-ended }
}

func TestEventsAreFollowed(t *testing.T) {
	address, _, _ := served(t)
	asking(t, address, "trigger", "shop", "update_weight", "--count", "3")
	untilItSays(t, address, `(?s)(delivered.*){3}`, "events")
	next, stop := spoken(t, "events", "--follow", "--app", "shop", "--limit", "2")
	for _, want := range []string{`^ID +UPDATED`, `^2 .* delivered +1 +shop +update_weight`, `^3 `} {
		if line := next(); !regexp.MustCompile(want).MatchString(line) {
			t.Errorf("said %q, want %s", line, want)
		}
	}
	asking(t, address, "trigger", "shop", "update_status")
	for _, want := range []string{`^4 .* due +0 `, `^4 .* delivered +1 `} {
		if line := next(); !regexp.MustCompile(want).MatchString(line) {
			t.Errorf("said %q, want %s", line, want)
		}
	}
	if code := stop(); code != exitInterrupted {
		t.Errorf("exit %d", code)
	}
}

func TestOnlyWhatIsWantedIsFollowed(t *testing.T) {
	address, _, _ := served(t)
	t.Setenv("KHOP_SERVER", address)
	next, stop := spoken(t, "events", "-f", "--type", "update_weight", "--state", "delivered", "--format", "json")
	defer stop()
	// The list may still be on its way: whatever comes first, it is the only one wanted.
	asking(t, address, "trigger", "shop", "update_status")
	asking(t, address, "trigger", "shop", "update_weight")
	var event wire.Event
	if line := next(); json.Unmarshal([]byte(line), &event) != nil || event.ID != 2 || event.State != "delivered" {
		t.Errorf("said %s", line)
	}
}

func TestWhatATerminalWouldObeyIsNotPrinted(t *testing.T) {
	if got := printable("a\x1b[31mb\r\nc\u009bd\u202e\xff đ"); got != `a\x1b[31mb\r\nc\u009bd\u202e`+"\uFFFD đ" {
		t.Errorf("printed %q", got)
	}
	if got := printableLines("{\r\n  \x07}\n"); got != "{\n  \\a}" {
		t.Errorf("printed %q", got)
	}
	if got := column("Cửa hàng\n số một", 10); got != `Cửa hàng\…` {
		t.Errorf("printed %q", got)
	}
}

func TestLongNamesKeepTheColumns(t *testing.T) {
	var out strings.Builder
	long := strings.Repeat("tên\u202e", 50)
	lines := &eventLines{out: &out, names: map[string]string{"app_1": long}}
	event := wire.Event{ID: 7, App: "app_1", Type: long, Object: "X-1", State: "due"}
	if err := lines.event(event); err != nil {
		t.Fatal(err)
	}
	if n := utf8.RuneCountInString(out.String()); n != len("7        0001-01-01 00:00:00 due            0  1234567890123456 12345678901234567890 X-1\n") {
		t.Errorf("%d letters: %s", n, out.String())
	}
}

func TestAFileGoesOutByteForByte(t *testing.T) {
	got := make(chan []byte, 4)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- body
	}))
	t.Cleanup(server.Close)
	address, _, _ := served(t)
	app := strings.TrimSpace(asking(t, address, "apps", "add", "superai", "--target", server.URL, "--secret", "partner_code=P", "--name", "bytes"))
	body := []byte("@\x00\xff\xfe{\r\n\"a\": \"đ\xe1\x80\"}\n")
	file := filepath.Join(t.TempDir(), "body")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	asking(t, address, "trigger", app, "update_status", "--file", file)
	if sent := <-got; !bytes.Equal(sent, body) {
		t.Errorf("sent %q, not %q", sent, body)
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not there: the preview was not run")
	}
	_, command, complaint := khop(t, "trigger", app, "update_status", "--file", file, "--preview", "--server", address)
	if !strings.Contains(complaint, "the document is not JSON") {
		t.Errorf("it says nothing of what the schema has against it: %s", complaint)
	}
	if out, err := exec.CommandContext(t.Context(), "sh", "-c", command).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if sent := <-got; !bytes.Equal(sent, body) {
		t.Errorf("the preview sends %q, not %q", sent, body)
	}
}

func TestTheCommandLineNamesItsOwnWayOut(t *testing.T) {
	address, _, _ := served(t)
	for want, args := range map[string][]string{
		"there is no event \"99999\"; `khop events` lists what there is":  {"events", "99999", "--server", address},
		"give --secret partner_code=... or set KHOP_SUPERAI_PARTNER_CODE": {"send", "superai", "update_status", "--target", "http://127.0.0.1:9/"},
	} {
		if _, _, complaint := khop(t, args...); !strings.Contains(complaint, want) || strings.Contains(complaint, "GET /") {
			t.Errorf("%v: %s", args, complaint)
		}
	}
}

// The answer's own line ends are no part of what is told about it.
func TestAnAnswerIsShownAsItIs(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "{\n  \"no\": \"\x1b[2J\"\n}\n")
	}))
	t.Cleanup(server.Close)
	_, out, _ := khop(t, "send", "accesstrade", "postback", "--target", server.URL, "--secret", "access_key=ACCESS-7", "--secret", "secret_key=SECRET-7")
	if !strings.HasSuffix(out, "{\n  \"no\": \"\\x1b[2J\"\n}\n") {
		t.Errorf("shown as %q", out)
	}
}
