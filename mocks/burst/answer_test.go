package burst

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	. "github.com/onsi/gomega"
)

// wholes are answers that are taken.
var wholes = []struct {
	name, text, body string
	status           int
	again            bool
}{
	{"a length", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nDone", "Done", 200, true},
	{"no reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "", 200, true},
	{"fields in any case, spaces or none", "HTTP/1.1 200 OK\r\ncOnTent-LENGTH:4  \r\nX:\r\n\r\nDone", "Done", 200, true},
	{"lines that end with LF alone", "HTTP/1.1 404 Not Found\nContent-Length: 4\n\nDone", "Done", 404, true},
	{"the same length twice", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nDone", "Done", 200, true},
	{"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nDo\r\n02 \r\nne\r\n0\r\n\r\n", "Done", 200, true},
	{"chunks with extensions and trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA;a=\"b\"\r\n0123456789\r\n0;x\r\nDigest: 1\r\nY: 2\r\n\r\n", "0123456789", 200, true},
	{"chunks besides a length", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", "x", 200, false},
	{"interim answers", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 1\r\n\r\nx", "x", 202, true},
	{"204", "HTTP/1.1 204 No Content\r\n\r\n", "", 204, true},
	{"304, with the length of what is not there", "HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\n", "", 304, true},
	{"a body that ends with the connection", "HTTP/1.1 200 OK\r\n\r\nDone", "Done", 200, false},
	{"an end of the connection that is announced", "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 4\r\n\r\nDone", "Done", 200, false},
	{"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nDone", "Done", 200, false},
	{"HTTP/1.0 that stays", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 4\r\n\r\nDone", "Done", 200, true},
	{"more than was asked for", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nDone!", "Done", 200, false},
	{"a long line", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 60<<10) + "\r\nContent-Length: 1\r\n\r\nx", "x", 200, true},
	{"a long body", "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + strings.Repeat("x", 200_000), strings.Repeat("x", 200_000), 200, true},
}

func TestAnswers(t *testing.T) {
	for _, c := range wholes {
		t.Run(c.name, func(t *testing.T) {
			for how, from := range map[string]io.Reader{
				"in one piece": strings.NewReader(c.text), "byte by byte": iotest.OneByteReader(strings.NewReader(c.text)),
			} {
				g := NewWithT(t)
				var reader answerReader
				reader.reset(from)
				got, err := reader.next()
				g.Expect(err).NotTo(HaveOccurred(), how)
				g.Expect(got.status).To(Equal(c.status), how)
				g.Expect(string(got.body)).To(Equal(c.body), how)
				if how == "in one piece" { // else what is too much has not come yet
					g.Expect(got.again).To(Equal(c.again))
				}
			}
		})
	}
}

// broken are answers that are refused, with what is said about them.
var broken = map[string]struct{ text, says string }{
	"another protocol":              {"SSH-2.0-OpenSSH_9.2\r\n", "begins with"},
	"HTTP/2":                        {"HTTP/2.0 200 OK\r\n\r\n", "begins with"},
	"HTTP/1.2":                      {"HTTP/1.2 200 OK\r\n\r\n", "begins with"},
	"no space after the status":     {"HTTP/1.1 2000 OK\r\n\r\n", "begins with"},
	"a status of letters":           {"HTTP/1.1 2OO OK\r\n\r\n", "no three digits"},
	"a status too low":              {"HTTP/1.1 099 OK\r\n\r\n", "no such status"},
	"a reason with a control":       {"HTTP/1.1 200 O\x00K\r\n\r\n", "begins with"},
	"an upgrade":                    {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "another protocol"},
	"a field without a colon":       {"HTTP/1.1 200 OK\r\nContent-Length 4\r\n\r\n", "no header field"},
	"a field without a name":        {"HTTP/1.1 200 OK\r\n: 4\r\n\r\n", "no header field"},
	"a space before the colon":      {"HTTP/1.1 200 OK\r\nContent-Length : 4\r\n\r\nDone", "no name"},
	"a folded field":                {"HTTP/1.1 200 OK\r\nX: y\r\n z: 1\r\n\r\n", "no name"},
	"a name of letters unknown":     {"HTTP/1.1 200 OK\r\nÄ: y\r\n\r\n", "no name"},
	"a value with a control":        {"HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n", "control character"},
	"a length of letters":           {"HTTP/1.1 200 OK\r\nContent-Length: four\r\n\r\nDone", "Content-Length"},
	"a length below 0":              {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "Content-Length"},
	"no length after its name":      {"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", "Content-Length"},
	"a length beyond all measure":   {"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n", "Content-Length"},
	"two lengths":                   {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nDone", "two Content-Lengths"},
	"a length in two ways":          {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 04\r\n\r\nDone", "two Content-Lengths"},
	"an encoding that is not asked": {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "transfer encoding"},
	"chunks twice":                  {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "transfer encoding"},
	"chunks in HTTP/1.0":            {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "transfer encoding"},
	"a chunk's size in letters":     {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "no size of a chunk"},
	"a chunk's size that is none":   {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n;x\r\n", "no size of a chunk"},
	"a chunk beyond all measure":    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000\r\n", "no size of a chunk"},
	"a chunk's line without CR":     {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n", "CRLF"},
	"a chunk longer than it says":   {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n", "between two chunks"},
	"a chunk's line without end":    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + strings.Repeat("x", 4<<10), "too long"},
	"chunks of next to nothing":     {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("1;"+strings.Repeat("x", 900)+"\r\nx\r\n", 20), "next to nothing"},
	"a broken trailer":              {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX\r\n\r\n", "no header field"},
	"a head without end":            {"HTTP/1.1 200 OK\r\n" + strings.Repeat("X: y\r\n", 20<<10), "too long"},
	"a line without end":            {"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 70<<10), "too long"},
	"interim answers without end":   {strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 4<<10), "too long"},
}

func TestMalformedAnswers(t *testing.T) {
	for name, c := range broken {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			var reader answerReader
			reader.reset(strings.NewReader(c.text))
			_, err := reader.next()
			g.Expect(err).To(BeAssignableToTypeOf(malformed("")))
			g.Expect(err).To(MatchError(ContainSubstring(c.says)))
			g.Expect(len(err.Error())).To(BeNumerically("<", 500))
		})
	}
}

func TestAnswersThatBreakOff(t *testing.T) {
	for _, whole := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nDone",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nDone\r\n0\r\nX: 1\r\n\r\n",
	} {
		for length := range whole {
			g := NewWithT(t)
			var reader answerReader
			reader.reset(strings.NewReader(whole[:length]))
			_, err := reader.next()
			g.Expect(err).To(MatchError(io.EOF))
			g.Expect(reader.began).To(Equal(length > 0))
			g.Expect(errors.Is(err, errCut)).To(Equal(length > 0))
		}
	}
}

func TestAnswersThatAreTooLongToRead(t *testing.T) {
	g := NewWithT(t)
	var reader answerReader
	texts := func(length int) string {
		return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", length, strings.Repeat("x", length))
	}
	reader.reset(strings.NewReader(texts(maxBody) + texts(maxBody+1) + texts(1)))
	for _, want := range []struct {
		length int
		long   bool
	}{{maxBody, false}, {maxBody, true}, {1, false}} {
		got, err := reader.next()
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(got.body).To(HaveLen(want.length))
		g.Expect(got.long).To(Equal(want.long))
	}
	g.Expect(cap(reader.body)).To(BeNumerically("<=", roomy), "what is needed once is not kept")
}

// The last bytes can come together with the end, as they do from TLS.
func TestAnswersWithTheEndBehindThem(t *testing.T) {
	g := NewWithT(t)
	var reader answerReader
	reader.reset(iotest.DataErrReader(strings.NewReader("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nDone")))
	got, err := reader.next()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got.again).To(BeFalse())
}

func TestAnswersInARow(t *testing.T) {
	g := NewWithT(t)
	var reader answerReader
	first, second := "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst", "HTTP/1.1 201 Created\r\nContent-Length: 6\r\n\r\nsecond"
	reader.reset(io.MultiReader(strings.NewReader(first), strings.NewReader(second)))
	got, err := reader.next()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got).To(Equal(answer{status: 200, body: []byte("first"), again: true}))
	got, err = reader.next()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got).To(Equal(answer{status: 201, body: []byte("second"), again: true}))
}

// endless repeats one answer.
type endless struct{ text string }

func (e endless) Read(b []byte) (int, error) { return copy(b, e.text), nil }

func TestReadingAllocatesNothing(t *testing.T) {
	var reader answerReader
	reader.reset(endless{"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Mon, 01 Jan 2029 00:00:00 GMT\r\nContent-Length: 32\r\n\r\n" + `{"status":true,"message":"Done"}`})
	var failed error
	allocated := testing.AllocsPerRun(1000, func() {
		got, err := reader.next()
		failed = errors.Join(failed, err)
		if got.status != 200 {
			failed = errors.New("not the answer")
		}
	})
	g := NewWithT(t)
	g.Expect(failed).NotTo(HaveOccurred())
	g.Expect(allocated).To(BeZero())
}
