package target

import (
	"context"
	"errors"
	"net"

	"github.com/khop-dev/khop/mocks"
)

// Fault is a way in which the network between provider and target fails. khop makes
// it happen on its own side of the connection; the target needs no help and sees
// what it would see in earnest.
type Fault string

// The faults.
const (
	NoFault     Fault = ""
	Refuse      Fault = "refused"      // no connection comes about; the target sees nothing
	ResetBefore Fault = "reset-before" // connected, and reset before the first byte
	ResetDuring Fault = "reset-during" // reset in the middle of the request
	ResetAfter  Fault = "reset-after"  // reset when the answer begins
	Swallow     Fault = "swallowed"    // the answer never arrives: the sender times out
	Late        Fault = "late"         // the answer arrives after the sender's time is up
)

// fail lets a fault happen to a request. What it returns is how the provider sees it.
func (t *Target) fail(ctx context.Context, request mocks.Request, fault Fault) Answer {
	switch fault {
	case Refuse:
		return lostTo(NotOpened, "khop's link refused the connection")
	case Swallow, Late:
		if answer := t.sendByClient(ctx, request, Manner{}); answer.Failure != nil {
			return answer
		}
		return lostTo(TooLate, "khop's link kept the answer until the provider's time was up")
	}
	conn, err := t.dial(ctx)
	if err != nil {
		return Answer{Failure: failed(ctx, err)}
	}
	defer reset(conn)
	defer heed(ctx, conn)()
	whole := append(t.head(request, Manner{}), request.Body...)
	switch fault {
	case ResetDuring:
		_, _ = conn.Write(whole[:len(whole)-len(request.Body)/2-1]) // the target may hang up first
	case ResetAfter:
		_, _ = conn.Write(whole)
		_, _ = conn.Read(make([]byte, 1)) // whatever comes, or nothing: it is thrown away
	}
	return lostTo(Lost, "khop's link reset the connection ("+string(fault)+")")
}

func lostTo(kind FailureKind, how string) Answer {
	return Answer{Failure: &Failure{Kind: kind, Err: errors.New(how)}}
}

// reset ends a connection without a farewell.
func reset(conn net.Conn) {
	if layered, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = layered.NetConn()
	}
	if plain, ok := conn.(*net.TCPConn); ok {
		_ = plain.SetLinger(0)
	}
	_ = conn.Close()
}
