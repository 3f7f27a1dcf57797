package inspect_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/khop-dev/khop/mocks/inspect"
)

// TestEveryFormIsReadAndPlaced takes every way in which payloads are written down, each as it is and gzipped.
func TestEveryFormIsReadAndPlaced(t *testing.T) {
	deal := documented(t, "mobio", "sale_create_deal")
	status := documented(t, "superai", "update_status")
	callback := documented(t, "esms", "customer-care")
	broken := strings.Replace(status, `"status":"14"`, `"status":14`, 1)
	column := func(text, part string) int { return len([]rune(text[:strings.Index(text, part)])) + 1 }
	wrongCallback := strings.Replace(callback, "SendStatus=5", "SendStatus=9", 1)
	log := func(query string) string {
		return `10.0.0.1 - - [24/Apr/2024:16:58:01 +0700] "GET /cb?` + query + ` HTTP/1.1" 200 2 "-" "eSMS"`
	}
	combined := `10.0.0.1 - - [24/Apr/2024:16:58:00 +0700] "GET / HTTP/1.1" 200 2 "-" "curl"`

	for _, c := range []struct {
		name, file, text string
		valid, skipped   int
		want             []string
	}{
		{"a payload", "p.json", deal, 1, 0, nil},
		{
			"an indented payload", "p.json", "{\n \"số\": \"ệ\", \"status\": true,\n\t\"message\"  : 5\n}", 0, 0,
			[]string{"1:1 unknown"},
		},
		{
			"an indented payload with a mistake", "p.json", "{\n\t\"message\": \"số\",\t\"status\": \"ệ\"\n}", 0, 0,
			[]string{"2:29 type /status"},
		},
		{"several payloads, indented", "p.json", indented(t, deal) + "\n" + indented(t, status) + "\n", 2, 0, nil},
		{"an array", "p.json", "[" + deal + ",\n " + status + "]\n", 2, 0, nil},
		{
			"an array with a mistake", "p.json", "[" + deal + ",\n  " + broken + "]", 1, 0,
			[]string{"2:" + itoa(column(broken, `14,"status_name"`)+2) + " type /status"},
		},
		{"an indented array", "p.json", "[\n" + deal + ",\n" + status + "\n]", 2, 0, nil},
		{"an array on a line", "p.json", "[" + deal + ", " + status + "]", 2, 0, nil},
		{"arrays, one a line", "p.ndjson", "[" + deal + "]\n[" + status + "," + broken + "]", 2, 0, []string{
			"2:" + itoa(column(broken, `14,"status_name"`)+len([]rune(status))+2) + " type /status",
		}},
		{"an array within lines", "p.ndjson", deal + "\n[" + deal + "]\n", 1, 0, []string{"2:1 unknown"}},
		{"NDJSON", "p.ndjson", deal + "\n\n" + status + "\r\n" + deal, 3, 0, nil},
		{"NDJSON by its content", "stdin", deal + "\n" + broken + "\n", 1, 0, []string{"2:" + itoa(column(broken, `14,"status_name"`)) + " type /status"}},
		{"NDJSON with a broken first line", "p.txt", deal[:40] + "\n" + deal + "\n", 1, 0, []string{"1:41 syntax"}},
		{"a query string", "q.txt", callback, 1, 0, nil},
		{"a query string with a question mark", "q.txt", "?" + wrongCallback, 0, 0, []string{"1:" + itoa(column(wrongCallback, "SendStatus")+1) + " enum /SendStatus"}},
		{
			"callback URLs", "q.txt", "https://x.vn/cb?" + callback + "\n  https://x.vn/cb?" + wrongCallback + "#top\n", 1, 0,
			[]string{"2:" + itoa(column(wrongCallback, "SendStatus")+18) + " enum /SendStatus"},
		},
		{
			"a missing parameter", "q.txt", "/cb?" + strings.Replace(callback, "SMSID", "SmsId", 1) + "&SMSID=1&SMSID=2", 0, 0,
			[]string{"1:" + itoa(4+len(callback)+len("&SMSID=1&")+1) + " duplicate /SMSID"},
		},
		{
			"an access log", "access.log", combined + "\n" + log(callback) + "\n" + log("page=2") + "\n" + log(wrongCallback) + "\n", 1, 1,
			[]string{"4:" + itoa(column(log(wrongCallback), "SendStatus")) + " enum /SendStatus"},
		},
		{"nginx's escapes", "access.log", log(callback + `&error_info=\x22{\x5C}`), 1, 0, nil},
		{"nothing but other requests", "access.log", combined + "\n" + log("page=2"), 0, 1, []string{"1:1 empty"}},
		{"a HAR file", "c.har", recording(t, deal, wrongCallback), 1, 1, []string{"1:" + itoa(column(recording(t, deal, wrongCallback), "SendStatus")) + " enum /SendStatus"}},
		{"a HAR file with a byte order mark", "c.har", "\ufeff" + recording(t, status, callback), 2, 1, nil},
		{"an access log with a byte order mark", "access.log", "\ufeff" + log(callback), 1, 0, nil},
		{
			"NDJSON that is indented", "p.ndjson", indented(t, deal) + "\n" + indented(t, broken) + "\n", 1, 0,
			[]string{"1:1 syntax", itoa(1+strings.Count(indented(t, deal)+"\n"+strings.Split(indented(t, broken), "14,")[0], "\n")) + ":13 type /status"},
		},
		{"NDJSON whose first line is cut off", "p.ndjson", "{\"a\":[\n" + deal + "\n", 1, 0, []string{"1:7 syntax"}},
		{"NDJSON whose only value is indented and cut off", "p.ndjson", indented(t, deal)[:200], 0, 0, []string{"1:1 syntax", "9:20 syntax"}},
		{"NDJSON with two values on its first line", "p.ndjson", deal + " " + deal + "\n" + deal + "\n", 1, 0, []string{"1:" + itoa(len([]rune(deal))+2) + " syntax"}},
		{"a HAR file by its content", "stdin", recording(t, status, callback), 2, 1, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, text := range []string{c.text, gzipped(t, c.text)} {
				f, s := examine(t, source(c.file, text), inspect.Options{})
				if s.Valid != c.valid || s.Skipped != c.skipped || !slices.Equal(f.lines(), c.want) {
					t.Errorf("%d valid, %d skipped, %q; want %d, %d, %q", s.Valid, s.Skipped, f.lines(), c.valid, c.skipped, c.want)
				}
			}
		})
	}
}

// recording is a HAR file of a post, a callback, and a request that is neither.
func recording(t *testing.T, body, query string) string {
	t.Helper()
	request := func(url, body string) map[string]any {
		r := map[string]any{"method": "GET", "url": url}
		if body != "" {
			r["postData"] = map[string]any{"mimeType": "application/json", "text": body}
		}
		return map[string]any{"request": r, "response": map[string]any{"content": map[string]any{"text": "{}"}}}
	}
	doc, err := json.Marshal(map[string]any{"log": map[string]any{"version": "1.2", "entries": []any{
		request("https://x.vn/hook?token=1", body), request("https://x.vn/app.js?v=3", ""), request("https://x.vn/", ""),
		request("https://x.vn/cb?"+query, ""),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(doc), `\u0026`, "&") // as browsers write it
}

func TestAPlaceWithinAHARStringIsOfTheFile(t *testing.T) {
	body := documented(t, "superai", "update_status")
	body = strings.Replace(body, `"amount":230000`, `"amount": true`, 1)
	body = strings.Replace(body, `"status":"14"`, `"status": 14`, 1)
	text := "{\n\"log\": {\n\"entries\": [\n{\"request\": {\"method\": \"POST\", \"url\": \"/\", \"postData\": {\n  \"text\": " + quote(t, body) + "}}}]}}"
	f, _ := examine(t, source("c.har", text), inspect.Options{})
	line := strings.Split(text, "\n")[4]
	column := func(part string) string { return itoa(len([]rune(line[:strings.Index(line, part)])) + 1) }
	if want := []string{"5:" + column("true,") + " type /amount", "5:" + column("14,") + " type /status"}; !slices.Equal(f.lines(), want) {
		t.Errorf("%q, want %q", f.lines(), want)
	}
}

// Some recorders write bodies in base64. There a place within the body is none in the file: the literal's own is told.
func TestABodyInBase64IsJudged(t *testing.T) {
	status := documented(t, "superai", "update_status")
	recorded := func(body, encoding string) string {
		return `{"log":{"entries":[{"request":{"method":"POST","url":"/","postData":{"encoding":` + quote(t, encoding) + `,"text":` + quote(t, body) + `}}}]}}`
	}
	packed := base64.StdEncoding.EncodeToString
	if _, s := examine(t, source("c.har", recorded(packed([]byte(status)), "base64")), inspect.Options{}); s.Valid != 1 || !s.Good() {
		t.Errorf("%+v", s)
	}
	broken := strings.Replace(strings.Replace(status, `"status":"14"`, `"status":14`, 1), `"amount":230000`, `"amount":"1"`, 1)
	text := recorded(packed([]byte(broken)), "base64")
	at := "1:" + itoa(strings.Index(text, packed([]byte(broken)))+1)
	f, _ := examine(t, source("c.har", text), inspect.Options{})
	if want := []string{at + " type /amount", at + " type /status"}; !slices.Equal(f.lines(), want) {
		t.Errorf("%q, want %q", f.lines(), want)
	}
	if _, s := examine(t, source("c.har", recorded("no base64", "base64")), inspect.Options{}); s.Payloads() != 0 {
		t.Errorf("%+v", s)
	}
}

func TestAParameterThatIsGivenTwiceIsToldAsThat(t *testing.T) {
	callback := documented(t, "esms", "customer-care")
	f, _ := examine(t, source("q.txt", callback+"&TypeId=1&TypeId=2&extra=1&extra=2"), inspect.Options{})
	if want := []string{"1:" + itoa(len([]rune(callback))+len("&TypeId=1&")+1) + " duplicate /TypeId"}; !slices.Equal(f.lines(), want) {
		t.Errorf("%q, want %q", f.lines(), want)
	}
	if p := f.found[0].Problems[0]; p.Expected != "one parameter of this name" || p.Found != "3 of them" {
		t.Errorf("expected %s, found %s", p.Expected, p.Found)
	}
}

func TestWhatNoDocumentHasIsToldWithWhatTheyHave(t *testing.T) {
	update := strings.Replace(documented(t, "superai", "update_status"), `"update_status"`, `"update_price"`, 1)
	f, _ := examine(t, source("p.json", update), inspect.Options{})
	if p := f.found[0].Problems[0]; p.Rule != "enum" || p.Expected != `"update_weight" or "update_status"` || p.Found != `"update_price"` {
		t.Errorf("%+v", p)
	}
}

// AccessTrade's endpoint refuses such times, and so says whoever looks before.
func TestATimeInMicrosecondsIsTold(t *testing.T) {
	for name, member := range map[string]string{"postback": "transaction_time", "bulk-update": "request_time"} {
		payload := documented(t, "accesstrade", name)
		for digits, told := range map[string]bool{
			"1447388224436": false, "253402214400000": false, "253402214400001": true, "1447388224436000": true, "1.447388224436e15": true,
		} {
			text := strings.Replace(payload, "1447388224436", digits, 1)
			f, s := examine(t, source("p.json", text), inspect.Options{})
			want := []string{}
			if told {
				want = []string{"1:" + itoa(len([]rune(text[:strings.Index(text, digits)]))+1) + " maximum /" + member}
			}
			if !slices.Equal(f.lines(), want) || (s.Valid == 1) == told {
				t.Errorf("%s: %s: %q, want %q", name, digits, f.lines(), want)
			}
		}
	}
	f, _ := examine(t, source("p.json", strings.Replace(documented(t, "accesstrade", "postback"), "1447388224436", "1447388224436000", 1)), inspect.Options{})
	if p := f.found[0].Problems[0]; p.Expected != "milliseconds, not microseconds or nanoseconds" || p.Found != "1447388224436000, which lies beyond the year 9999" {
		t.Errorf("%+v", p)
	}
}

// A listing without orders is a listing as far as it is right; among other people's files nobody is told that it is not.
func TestAListingIsKnownByItsShape(t *testing.T) {
	for text, want := range map[string][]string{
		`{"total":0,"data":[]}`:    {},
		`{"total":1000,"data":{}}`: {"1:22 type /data"},
		`{"data":[{"transaction_id":"1","transaction_time":"2016-06-08T07:18:55","status":0}]}`: {"1:1 required /total"},
	} {
		f, _ := examine(t, source("p.json", text), inspect.Options{})
		if !slices.Equal(f.lines(), want) {
			t.Errorf("%s: %q, want %q", text, f.lines(), want)
		}
	}
	for _, text := range []string{`{"total":1000,"data":{}}`, `{"total":5,"data":`} {
		among := source("p.json", text)
		among.Lenient = true
		if f, s := examine(t, among, inspect.Options{}); s.Skipped != 1 || !s.Good() {
			t.Errorf("%s among others: %q %+v", text, f.lines(), s)
		}
	}
}

func TestEverythingIsJudgedByASchemaThatIsNamed(t *testing.T) {
	weight := lookup(t, "superai/update_weight")
	status := documented(t, "superai", "update_status")
	f, s := examine(t, source("p.json", status), inspect.Options{Schema: weight})
	if want := []string{"1:9 enum /type"}; !slices.Equal(f.lines(), want) || s.By[0].Reason != "it was named" {
		t.Errorf("%q %v", f.lines(), s.By)
	}
	f, s = examine(t, source("l.log", `h - - [t] "GET /?q=1 HTTP/1.1" 200 2`+"\n"+`h - - [t] "GET /?SMSID=1 HTTP/1.1" 200 2`), inspect.Options{Schema: lookup(t, "esms/callback")})
	if len(f.found) != 1 || f.found[0].Line != 2 || s.Skipped != 1 {
		t.Errorf("a log has other requests, too: %q, %d skipped", f.lines(), s.Skipped)
	}
}

func TestStrictTellsMembersThatNoDocumentNames(t *testing.T) {
	status := strings.Replace(documented(t, "superai", "update_status"), `{`, `{"colour":"red",`, 1)
	if f, _ := examine(t, source("p.json", status), inspect.Options{}); len(f.found) > 0 {
		t.Errorf("not strict: %q", f.lines())
	}
	f, s := examine(t, source("p.json", status), inspect.Options{Strict: true})
	if want := []string{"1:11 undocumented /colour"}; !slices.Equal(f.lines(), want) || s.Invalid != 1 {
		t.Errorf("strict: %q", f.lines())
	}
}

func TestWhatIsNoProvidersPayload(t *testing.T) {
	text := "{\"name\":\"x\",\"version\":\"1\"}\n" + documented(t, "superai", "update_status") + "\n"
	named := source("p.ndjson", text)
	f, s := examine(t, named, inspect.Options{})
	if want := []string{"1:1 unknown"}; !slices.Equal(f.lines(), want) || s.Skipped != 0 {
		t.Errorf("named: %q", f.lines())
	}
	named.Lenient = true
	f, s = examine(t, named, inspect.Options{})
	if len(f.found) != 0 || s.Skipped != 1 || s.Valid != 1 {
		t.Errorf("lenient: %q %v", f.lines(), s)
	}
}

func indented(t *testing.T, doc string) string {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(doc), &value); err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func itoa(n int) string { return strconv.Itoa(n) }

func quote(t *testing.T, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted)
}
