package burst

import (
	"errors"
	"fmt"
	"syscall"
)

// Shortage is a limit of khop's own machine that stood in the way of a burst. It is no
// fault of the target, and so none is counted: the burst ends.
type Shortage struct {
	Of     string // what there was not enough of
	WayOut string
	Reason error // what the system said; nil: it was not asked
}

func (s Shortage) Error() string {
	if s.Reason == nil {
		return s.Of + "; " + s.WayOut
	}
	return fmt.Sprintf("%s (%s); %s", s.Of, s.Reason, s.WayOut)
}

// Unwrap gives what the system said.
func (s Shortage) Unwrap() error { return s.Reason }

const moreFiles = "raise the limit (ulimit -n) or use fewer connections (--connections)"

// checkRoom refuses more connections than this process may have open.
func checkRoom(connections int) error {
	if limit, ok := roomFor(connections); !ok {
		return Shortage{
			Of:     fmt.Sprintf("khop itself may have no more than %d files open, too few for %d connections", limit, connections),
			WayOut: moreFiles,
		}
	}
	return nil
}

// shortageOf is the limit of this machine that an attempt to connect ran into; nil: it
// was none. Who listens at a port of this machine needs the same things, but fails in
// other ways for want of them.
func shortageOf(err error) error {
	switch {
	case !errors.Is(err, errConnect):
		return nil
	case errors.Is(err, syscall.EMFILE):
		return Shortage{"khop itself may not have more files open", moreFiles, syscall.EMFILE}
	case errors.Is(err, syscall.ENFILE):
		return Shortage{"this machine cannot have more files open", "use fewer connections (--connections)", syscall.ENFILE}
	case errors.Is(err, codeNoPort):
		return Shortage{
			"no local port is free for another connection, as those of closed ones are kept for a minute",
			"have the receiver keep its connections open, or send fewer events a second (--rate)", codeNoPort,
		}
	}
	return nil
}
