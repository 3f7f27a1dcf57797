package burst

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"go.uber.org/goleak"

	"github.com/khop-dev/khop/mocks"
)

func TestMain(m *testing.M) {
	ginkgos := goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal/interrupt_handler.(*InterruptHandler).registerForInterrupts.func2")
	goleak.VerifyTestMain(m, ginkgos)
}

func TestBurst(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "mocks/burst")
}

// slips is a source whose events say their number and their kind in a header each, and
// nothing else.
type slips struct{}

func (slips) Append(buf []byte, number uint64, kind Kind) []byte {
	buf = append(buf, "POST /hook HTTP/1.1\r\nHost: target\r\nContent-Length: 2\r\nNumber: "...)
	buf = strconv.AppendUint(buf, number, 10)
	buf = append(buf, "\r\nKind: "...)
	buf = append(buf, kind.String()...)
	return append(buf, "\r\n\r\n{}"...)
}

// numberOf is that of a slip that came as a request.
func numberOf(r *http.Request) int {
	number, err := strconv.Atoi(r.Header.Get("Number"))
	if err != nil {
		panic(err)
	}
	return number
}

// fair is a provider that wants 200.
var fair = &mocks.Provider{Name: "fair", Title: "Fair", Objection: func(status int, body []byte) string {
	if status == http.StatusOK {
		return ""
	}
	return fmt.Sprintf("wants 200, not %d %.400s", status, body)
}}

// options are those of a short burst as fast as possible; changes come on top.
func options(address string, changes ...func(*Options)) Options {
	to, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	o := Options{
		Provider: fair, Events: []mocks.Event{{Type: "slip"}}, URL: to,
		For: time.Minute, MaxRequests: 200, Connections: 4, Timeout: 10 * time.Second,
	}
	for _, change := range changes {
		change(&o)
	}
	return o
}

// send carries out a burst of slips.
func send(ctx context.Context, o Options, alarm func() alarm) (Result, error) {
	e, err := newEngine(o, slips{}, alarm)
	if err != nil {
		return Result{}, err
	}
	return e.run(ctx)
}
