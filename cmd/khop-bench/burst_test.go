package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const wrkSaid = `Running 1s test @ http://127.0.0.1:40000/hook
  2 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     0.97ms    1.02ms  17.01ms   89.54%
  71234 requests in 1.00s, 8.70MB read
Requests/sec:  70912.34
Transfer/sec:      8.66MB
`

func TestWrkRate(t *testing.T) {
	if rate, err := wrkRate(wrkSaid); err != nil || rate != 70912.34 {
		t.Errorf("%g, %v", rate, err)
	}
	for _, said := range []string{
		"", "  Socket errors: connect 0, read 3, write 0, timeout 0\n" + wrkSaid, "  Non-2xx or 3xx responses: 12\n" + wrkSaid,
	} {
		if rate, err := wrkRate(said); err == nil {
			t.Errorf("%q: %g", said, rate)
		}
	}
}

// What Lua reads back has to be the request, byte for byte.
func TestTheScriptSaysTheRequest(t *testing.T) {
	r := request{http.Header{"Signature": {`a"b\c`}, "Content-Length": {"9"}}, []byte("{\"x\":\"\n\x00ế\"}1")}
	want := "wrk.method = \"POST\"\n" +
		`wrk.body = "{\034x\034:\034\010\000\225\186\191\034}1"` + "\n" +
		`wrk.headers["Signature"] = "a\034b\092c"` + "\n"
	if got := string(r.script()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	lua, err := exec.LookPath("lua")
	if err != nil {
		return // the text above is what the manual of Lua says
	}
	script := filepath.Join(t.TempDir(), "say.lua")
	if err := os.WriteFile(script, []byte("wrk = {headers = {}}\n"+string(r.script())+"io.write(wrk.body)"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(lua, script).Output(); err != nil || string(out) != string(r.body) {
		t.Errorf("Lua reads %q, %v", out, err)
	}
}
