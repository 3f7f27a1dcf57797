package match

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/khop-dev/khop/mocks"
	"github.com/khop-dev/khop/mocks/accesstrade"
)

// HaveReceived succeeds for an AccessTrade endpoint to which a call came that each of
// the matchers fits. The call is "postback", "listing" or "bulk-update", and the
// matchers are about its accesstrade.Entry:
//
//	Eventually(server).Should(HaveReceived("postback", HaveField("Verdict", accesstrade.Accepted)))
//
// The endpoint is an *accesstrade.Server, an *accesstrade.Endpoint or its journal, a
// []accesstrade.Entry.
func HaveReceived(call accesstrade.Call, entry ...types.GomegaMatcher) *Received {
	return &Received{call: call, entry: entry, times: anyNumber}
}

// Received is the matcher that HaveReceived makes.
type Received struct {
	call  accesstrade.Call
	entry []types.GomegaMatcher
	times int

	calls   []accesstrade.Entry
	fitting []accesstrade.Entry
	misfits map[int]string // why a call does not fit, by its number
}

var _ types.GomegaMatcher = (*Received)(nil)

// anyNumber of calls is enough, from one on.
const anyNumber = -1

// Times makes it succeed for exactly so many calls that fit: 1 for an order that is
// reported once however often it is retried.
func (m *Received) Times(n int) *Received {
	m.times = n
	return m
}

// Match looks through the calls that came so far. Its error is a word that is no call,
// or a matcher that cannot judge an Entry.
func (m *Received) Match(actual any) (bool, error) {
	known := []string{string(accesstrade.Postback), string(accesstrade.Listing), string(accesstrade.BulkUpdate), string(accesstrade.Other)}
	if !slices.Contains(known, string(m.call)) {
		return false, fmt.Errorf("HaveReceived: no call %q%s", m.call, mocks.Suggest(string(m.call), known))
	}
	switch endpoint := actual.(type) {
	case *accesstrade.Server:
		m.calls = endpoint.Calls()
	case *accesstrade.Endpoint:
		m.calls = endpoint.Journal()
	case []accesstrade.Entry:
		m.calls = endpoint
	default:
		return false, fmt.Errorf("HaveReceived wants an *accesstrade.Server, an *accesstrade.Endpoint or its journal, not a %T", actual)
	}
	if err := m.sort(); err != nil {
		return false, err
	}
	if m.times == anyNumber {
		return len(m.fitting) > 0, nil
	}
	return len(m.fitting) == m.times, nil
}

// sort tells the calls that fit from those that do not.
func (m *Received) sort() error {
	m.fitting, m.misfits = nil, map[int]string{}
	for _, call := range m.calls {
		why, err := m.misfit(call)
		if err != nil {
			return fmt.Errorf("HaveReceived(%q): %w", m.call, err)
		}
		if why == "" {
			m.fitting = append(m.fitting, call)
		} else {
			m.misfits[call.Number] = why
		}
	}
	return nil
}

// misfit says why a call does not fit; empty where it does.
func (m *Received) misfit(call accesstrade.Entry) (string, error) {
	if call.Call != m.call {
		return "is no " + string(m.call), nil
	}
	for _, matcher := range m.entry {
		fits, err := matcher.Match(call)
		if err != nil {
			return "", err
		}
		if !fits {
			return matcher.FailureMessage(call), nil
		}
	}
	return "", nil
}

// FailureMessage tells every call that came, and why it is not one that was expected.
func (m *Received) FailureMessage(any) string {
	wanted := fmt.Sprintf("a %s that fits", m.call)
	if m.times != anyNumber {
		wanted = fmt.Sprintf("exactly %s that fit, and %s came", count(m.times, string(m.call)), count(len(m.fitting), "such call"))
	}
	return fmt.Sprintf("Expected the AccessTrade endpoint to have received %s. %s", wanted, m.account())
}

// NegatedFailureMessage tells the calls that came and should not have.
func (m *Received) NegatedFailureMessage(any) string {
	return fmt.Sprintf("Expected the AccessTrade endpoint not to have received a %s that fits, and %s came. %s",
		m.call, count(len(m.fitting), "such call"), m.account())
}

// mostTold is how many calls a message tells, the newest ones.
const mostTold = 10

// account lists the calls that came.
func (m *Received) account() string {
	if len(m.calls) == 0 {
		return "Nothing was received at all."
	}
	var out strings.Builder
	out.WriteString("It received:")
	first := max(0, len(m.calls)-mostTold)
	if first > 0 {
		fmt.Fprintf(&out, "\n    (%s before these)", count(first, "call"))
	}
	for _, call := range m.calls[first:] {
		fmt.Fprintf(&out, "\n    %d  %s %s", call.Number, call.Call, call.Verdict)
		if len(call.Transactions) > 0 {
			out.WriteString(" " + strings.Join(call.Transactions, " "))
		}
		if call.Message != "" {
			out.WriteString(": " + call.Message)
		}
		if why := m.misfits[call.Number]; why != "" {
			out.WriteString("\n       " + strings.ReplaceAll(why, "\n", "\n       "))
		}
	}
	return out.String()
}
