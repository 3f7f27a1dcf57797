package target_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/suites/target"
)

// heard is a request as it came off the wire.
type heard struct {
	line   string // METHOD target
	header http.Header
	body   []byte
}

// ear listens for requests, and answers each with 200.
func ear(t testing.TB) (address string, requests <-chan heard) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	came := make(chan heard, 8)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			came <- hear(conn)
			_ = conn.Close()
		}
	}()
	return "http://" + listener.Addr().String(), came
}

// hear reads one request by hand: a server of net/http would refuse the odd ones.
func hear(conn net.Conn) heard {
	in := bufio.NewReader(conn)
	line, _ := in.ReadString('\n')
	h := heard{line: strings.TrimSuffix(line, " HTTP/1.1\r\n"), header: http.Header{}}
	length := 0
	for {
		line, err := in.ReadString('\n')
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if err != nil || name == "" {
			break
		}
		h.header.Add(name, strings.TrimSpace(value))
		if strings.EqualFold(name, "Content-Length") {
			for _, digit := range strings.TrimSpace(value) {
				length = 10*length + int(digit-'0')
			}
		}
	}
	h.body = make([]byte, length)
	_, _ = io.ReadFull(in, h.body)
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	return h
}

// shell runs a command as somebody who has copied it.
func shell(t rapid.TB, command string) {
	sh := exec.Command("sh")
	sh.Stdin = strings.NewReader(command + " -sS\n")
	if out, err := sh.CombinedOutput(); err != nil {
		t.Fatalf("%v: %.500s\n%.2000s", err, out, command)
	}
}

func needCurl(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not there: its commands were not run")
	}
}

func TestTheCurlCommandSendsWhatKhopSends(t *testing.T) {
	needCurl(t)
	address, requests := ear(t)
	agent := http.Header{"User-Agent": {"khop"}}
	posting := func(body string) mocks.Request {
		return mocks.Request{Method: "POST", Header: http.Header{"User-Agent": {"khop"}, "Content-Type": {"application/json"}, "X-Empty": {""}}, Body: []byte(body)}
	}
	for name, one := range map[string]struct {
		url     string
		request mocks.Request
	}{
		"a query that looks like a glob":  {"/cb", mocks.Request{Method: "GET", Header: agent, Query: "a={1,2}&b=[1-3]&c={}"}},
		"a query with blanks and letters": {"/cb?t=1", mocks.Request{Method: "GET", Header: agent, Query: "a=b c&d=đơn"}},
		"a query with quotes":             {"/cb", mocks.Request{Method: "GET", Header: agent, Query: `a='$(id)'"&b=\`}},
		"a path with dots":                {"/a/../b/./c", posting("{}")},
		"a path that is added":            {"/base", mocks.Request{Method: "POST", Path: "/core/postback", Header: agent, Body: []byte("{}")}},
		"no body":                         {"/", posting("")},
		"JSON":                            {"/", posting("{\n  \"a\": \"it's 100% \\\\ đ\"\n}\n")},
		"a file's name":                   {"/", posting("@/etc/hostname")},
		"standard input's name":           {"/", posting("@-")},
		"an option":                       {"/", posting("--next")},
		"nothing that is text":            {"/", posting("-\x00\xff\xfe\x1b[31m%s\\n'\r\n\t\u202e")},
		"a NUL alone":                     {"/", posting("\x00")},
		"longer than an argument":         {"/", posting(strings.Repeat("đ%", 1<<17))},
	} {
		t.Run(name, func(t *testing.T) {
			to, err := target.ParseURL(address + one.url)
			if err != nil {
				t.Fatal(err)
			}
			khop := target.New(target.Config{URL: to, Header: http.Header{"X-Own": {"1"}}})
			if answer := khop.Send(t.Context(), one.request, target.Manner{}); answer.Failure != nil {
				t.Fatal(answer.Failure)
			}
			want := <-requests
			shell(t, target.Curl{URL: khop.Address(one.request), Request: one.request, Own: map[string]string{"X-Own": "1"}}.String())
			alike(t, <-requests, want)
		})
	}
}

// alike compares what curl has sent with what khop has sent; that khop's connection is
// for one request alone is no part of the request.
func alike(t rapid.TB, got, want heard) {
	want.header.Del("Connection")
	if got.line != want.line {
		t.Errorf("curl asks %q, khop %q", got.line, want.line)
	}
	if !bytes.Equal(got.body, want.body) {
		t.Errorf("curl sends %.300q, khop %.300q", got.body, want.body)
	}
	for _, pair := range [][2]http.Header{{got.header, want.header}, {want.header, got.header}} {
		for name, values := range pair[0] {
			if strings.Join(values, "\n") != strings.Join(pair[1][name], "\n") {
				t.Errorf("header %s: %q and %q", name, values, pair[1][name])
			}
		}
	}
}

func TestAnyBodyTravelsInACurlCommand(t *testing.T) {
	needCurl(t)
	address, requests := ear(t)
	to, err := url.Parse(address + "/hook")
	if err != nil {
		t.Fatal(err)
	}
	checks := 0
	rapid.Check(t, func(t *rapid.T) {
		if checks++; checks > 25 {
			return // a shell and a curl each
		}
		body := rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(t, "body")
		if rapid.Bool().Draw(t, "text") {
			body = []byte(rapid.StringN(1, 100, -1).Draw(t, "body"))
		}
		shell(t, target.Curl{URL: to, Request: mocks.Request{Method: "POST", Body: body}}.String())
		if got := <-requests; !bytes.Equal(got.body, body) {
			t.Fatalf("curl sends %q, not %q", got.body, body)
		}
	})
}

func TestACurlCommandReadsAFile(t *testing.T) {
	needCurl(t)
	address, requests := ear(t)
	to, err := url.Parse(address + "/hook")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "it's a body.json")
	body := []byte("{}\r\n\x00\xff")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	shell(t, target.Curl{URL: to, Request: mocks.Request{Method: "POST", Body: body}, File: file}.String())
	if got := <-requests; !bytes.Equal(got.body, body) {
		t.Fatalf("curl sends %q, not %q", got.body, body)
	}
}
