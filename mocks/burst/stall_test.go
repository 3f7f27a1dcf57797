package burst

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/gomega"
)

// These specs are about time, and run in bubbles where time is exact: the target is a
// net/http server behind connections that no system has part in.

// pipes is a listener whose connections are net.Pipes.
type pipes struct{ arrive chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	if conn, ok := <-p.arrive; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p.arrive <- theirs
	return ours, nil
}

// against carries out a burst of slips against a handler. Answering takes it no time but
// what it sleeps.
func against(ctx context.Context, t *testing.T, handler http.HandlerFunc, changes ...func(*Options)) (Result, error) {
	t.Cleanup(func() { time.Sleep(time.Hour) }) // handlers that sleep wake up in the bubble, too
	lines := pipes{make(chan net.Conn)}
	server := &http.Server{Handler: handler, IdleTimeout: 5 * time.Second}
	go server.Serve(lines)
	defer server.Close()
	defer close(lines.arrive)
	changes = append([]func(*Options){func(o *Options) { o.Dial, o.MaxRequests = lines.dial, 0 }}, changes...)
	return send(ctx, options("http://target/hook", changes...), newTimerAlarm)
}

// perSecond sets the pace.
func perSecond(rate float64, length time.Duration, connections int) func(*Options) {
	return func(o *Options) { o.Rate, o.For, o.Connections = rate, length, connections }
}

func TestAStallShowsInLatencyAndNotInService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		r, err := against(t.Context(), t, func(_ http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Millisecond)
			if numberOf(r) == 500 {
				time.Sleep(199 * time.Millisecond)
			}
		}, perSecond(100, 10*time.Second, 1))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Requests).To(BeEquivalentTo(1000))
		g.Expect(r.Success).To(BeEquivalentTo(1))
		// 20 events were due within the 200 ms, and waited the longer the earlier.
		g.Expect(r.Latency.At(0.99)).To(BeNumerically("~", 110*time.Millisecond, 20*time.Millisecond))
		g.Expect(r.Latency.At(0.97)).To(BeNumerically("~", time.Millisecond, 10*time.Microsecond))
		g.Expect(r.Service.At(0.99)).To(BeNumerically("~", time.Millisecond, 10*time.Microsecond))
		g.Expect(r.Service.At(1)).To(BeNumerically("~", 200*time.Millisecond, time.Millisecond))
		g.Expect(r.Late.At(1)).To(Equal(time.Microsecond), "khop itself was never late")
		g.Expect(r.Waited).To(BeNumerically("~", 21, 2), "those of the stall, and while they were made up for")
		g.Expect(r.Opened).To(BeEquivalentTo(1))
		g.Expect(r.Seconds).To(BeEquivalentTo(10))
		g.Expect(r.Throughput).To(BeEquivalentTo(100))
	})
}

func TestAsFastAsPossibleAStallIsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		r, err := against(t.Context(), t, func(_ http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Millisecond)
			if numberOf(r) == 50 {
				time.Sleep(199 * time.Millisecond)
			}
		}, perSecond(0, 10*time.Second, 1))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Requests).To(BeEquivalentTo(10_000 - 199))
		g.Expect(r.Latency.At(0.999)).To(BeNumerically("~", time.Millisecond, 10*time.Microsecond))
		g.Expect(r.Latency.At(1)).To(BeNumerically("~", 200*time.Millisecond, time.Millisecond))
		g.Expect(r.Late.TotalCount()).To(BeZero())
		g.Expect(r.Unsent).To(BeZero())
	})
}

func TestATargetThatIsTooSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		var seen []Progress
		r, err := against(t.Context(), t, func(http.ResponseWriter, *http.Request) { time.Sleep(100 * time.Millisecond) },
			perSecond(100, 10*time.Second, 4), func(o *Options) { o.Watch = func(p Progress) { seen = append(seen, p) } })
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Requests).To(BeEquivalentTo(400))
		g.Expect(r.Unsent).To(BeEquivalentTo(600))
		g.Expect(r.Service.At(1)).To(BeNumerically("~", 100*time.Millisecond, time.Millisecond))
		g.Expect(r.Latency.At(1)).To(BeNumerically("~", 6*time.Second, 100*time.Millisecond))
		g.Expect(r.Waited).To(BeNumerically("~", 396, 1))
		g.Expect(r.AnsweredLate).To(BeEquivalentTo(3))
		g.Expect(r.Throughput).To(BeEquivalentTo(39.7))
		g.Expect(seen[3].Underway).To(BeNumerically("~", 4, 1), "one is answered at that very moment")
		g.Expect(seen[3].Waited).To(BeNumerically("~", 36, 5))
		g.Expect(seen[3].Behind).To(BeNumerically("~", 60, 5))
		g.Expect(seen[3].Sent).To(BeNumerically("~", 40, 5))
		g.Expect(seen[3].Elapsed).To(Equal(time.Second))
		g.Expect(seen[len(seen)-1].Sent).To(BeEquivalentTo(400))
		g.Expect(seen[len(seen)-1].P99).To(BeNumerically("~", 6*time.Second, 100*time.Millisecond))
	})
}

// toilsome is a connection on which it takes a while to write.
type toilsome struct{ net.Conn }

func (t toilsome) Write(b []byte) (int, error) {
	time.Sleep(10 * time.Millisecond)
	return t.Conn.Write(b)
}

func TestLatencyIsTheSumOfItsParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for rate, latency := range map[float64]time.Duration{
			0: 35 * time.Millisecond,
			// Events come due every 25 ms, and the one connection takes 35.
			40: 35*time.Millisecond + 99*10*time.Millisecond,
		} {
			g := NewWithT(t)
			r, err := against(t.Context(), t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Connection", "close")
				time.Sleep(5 * time.Millisecond)
			}, perSecond(rate, time.Minute, 1), func(o *Options) {
				dial := o.Dial
				o.MaxRequests = 100
				o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
					time.Sleep(20 * time.Millisecond)
					conn, err := dial(ctx, network, address)
					return toilsome{conn}, err
				}
			})
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(r.Opened).To(BeEquivalentTo(100))
			g.Expect(r.Connect.At(1)).To(BeNumerically("~", 20*time.Millisecond, 20*time.Microsecond))
			g.Expect(r.Service.At(1)).To(BeNumerically("~", 15*time.Millisecond, 20*time.Microsecond), "writing is part of it")
			g.Expect(r.Latency.At(1)).To(BeNumerically("~", latency, time.Millisecond))
		}
	})
}

func TestOneLateAnswerDoesNotSpoilTheThroughput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		r, err := against(t.Context(), t, func(_ http.ResponseWriter, r *http.Request) {
			if numberOf(r) == 99 {
				time.Sleep(8 * time.Second)
			}
		}, perSecond(50, 2*time.Second, 2))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Seconds).To(BeNumerically("~", 9.98, 0.001))
		g.Expect(r.AnsweredLate).To(BeEquivalentTo(1))
		g.Expect(r.Throughput).To(BeEquivalentTo(49.5))
	})
}

func TestTimeouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		r, err := against(t.Context(), t, func(_ http.ResponseWriter, r *http.Request) {
			if time.Sleep(900 * time.Millisecond); numberOf(r)%10 == 9 {
				time.Sleep(time.Second)
			}
		}, perSecond(1, 100*time.Second, 1), func(o *Options) { o.Timeout = time.Second })
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Errors).To(Equal(map[string]uint64{"timeout": 10}))
		g.Expect(r.Kinds["genuine"]).To(Equal(Tally{Sent: 100, Succeeded: 90, Failed: 10}))
		g.Expect(r.Success).To(BeNumerically("~", 0.9, 1e-9))
	})
}

func TestATimeoutInTheMiddleOfAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		_, err := against(t.Context(), t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
			time.Sleep(time.Minute)
		}, perSecond(1, 4*time.Second, 1), func(o *Options) { o.Timeout = time.Second })
		g.Expect(err).To(MatchError(ContainSubstring("answered none of 4 requests, most often: timeout")))
	})
}

func TestConnectionsThatWaitedAreNotTrusted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		// Each comes 10 s after the one before; the server closes what has waited for 5.
		r, err := against(t.Context(), t, func(http.ResponseWriter, *http.Request) {}, perSecond(0.1, time.Minute, 3))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Kinds).To(Equal(map[string]Tally{"genuine": {Sent: 6, Succeeded: 6}}))
	})
}

func TestATargetThatAnswersNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			handler http.HandlerFunc
			after   time.Duration
			says    string
		}{
			"and hangs up":  {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 5 * time.Second, "closed without an answer"},
			"and never did": {func(http.ResponseWriter, *http.Request) { time.Sleep(time.Minute) }, 10 * time.Second, "timeout"},
		} {
			g := NewWithT(t)
			start := time.Now()
			_, err := against(t.Context(), t, c.handler, perSecond(100, time.Hour, 10))
			g.Expect(err).To(MatchError(SatisfyAll(HavePrefix("http://target/hook answered none of"), ContainSubstring(c.says))), name)
			g.Expect(time.Since(start)).To(BeNumerically("~", c.after, time.Second), name)
		}
	})
}

func TestATargetThatIsLateButAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		r, err := against(t.Context(), t, func(_ http.ResponseWriter, r *http.Request) {
			if time.Sleep(8 * time.Second); numberOf(r) == 0 {
				panic(http.ErrAbortHandler)
			}
		}, perSecond(100, 20*time.Second, 10))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(r.Errors).To(Equal(map[string]uint64{"closed without an answer": 1}))
	})
}

func TestAnInterruptedBurstTellsWhatItFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, rate := range []float64{0, 10} {
			g := NewWithT(t)
			ctx, interrupt := context.WithCancel(t.Context())
			time.AfterFunc(1950*time.Millisecond, interrupt)
			r, err := against(ctx, t, func(http.ResponseWriter, *http.Request) { time.Sleep(100 * time.Millisecond) }, perSecond(rate, time.Hour, 1))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(r.Interrupted).To(BeTrue())
			g.Expect(r.Kinds).To(Equal(map[string]Tally{"genuine": {Sent: 20, Succeeded: 19}}), "the twentieth was on its way")
			g.Expect([]uint64{r.Requests, r.Underway, r.Unsent}).To(Equal([]uint64{20, 1, 0}))
			g.Expect(r.Success).To(BeEquivalentTo(1))
			g.Expect(r.Errors).To(BeEmpty())
			g.Expect(r.Seconds).To(Equal(1.95))
		}
	})
}

func TestWhatNeverWentOutIsNotUnderway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			rate   float64
			unsent uint64
		}{{10, 20}, {0, 0}} {
			g := NewWithT(t)
			ctx, interrupt := context.WithCancel(t.Context())
			time.AfterFunc(1950*time.Millisecond, interrupt)
			dials := 0
			r, err := against(ctx, t, func(http.ResponseWriter, *http.Request) {}, perSecond(c.rate, time.Hour, 1), func(o *Options) {
				dial := o.Dial
				o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
					if dials++; dials > 1 {
						<-ctx.Done()
						return nil, ctx.Err()
					}
					return dial(ctx, network, address)
				}
			})
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect([]uint64{r.Requests, r.Underway, r.Unsent}).To(Equal([]uint64{0, 0, c.unsent}))
		}
	})
}

func TestABurstThatIsInterruptedBeforeItBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		ctx, interrupt := context.WithCancel(t.Context())
		interrupt()
		o := options("http://target/hook", func(o *Options) {
			o.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) { return nil, ctx.Err() }
		})
		_, err := send(ctx, o, newTimerAlarm)
		g.Expect(errors.Is(err, context.Canceled)).To(BeTrue())
	})
}
