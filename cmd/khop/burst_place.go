package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
)

// place is where a target lies: what its name stood for when the burst began. Every
// connection goes there, so that nothing is loaded that was not looked at, whatever the
// name comes to mean meanwhile.
type place struct {
	addresses []netip.Addr
	turn      atomic.Uint32
}

// reach resolves the target's name, and refuses one that is not on this machine where
// that was not asked for.
func (b *bursting) reach(ctx context.Context, host string) (func(ctx context.Context, network, address string) (net.Conn, error), error) {
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("the target cannot be reached: %w", err)
	}
	for i, address := range addresses {
		addresses[i] = address.Unmap()
	}
	remote := slices.IndexFunc(addresses, func(a netip.Addr) bool { return !a.IsLoopback() })
	if remote >= 0 && !b.anywhere {
		if at := addresses[remote].String(); at != host {
			host += " (" + at + ")"
		}
		return nil, fmt.Errorf("--target: %s is no loopback address of this machine, and a burst may bring down what it hits; if the target is yours to load, add --allow-remote", host)
	}
	if remote < 0 {
		leaveProcessors()
	}
	return (&place{addresses: addresses}).dial, nil
}

// leaveProcessors leaves half of the machine to the target on it, where the user has not
// decided: a load generator that takes part of the target's time measures itself.
func leaveProcessors() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(1, runtime.GOMAXPROCS(0)/2))
	}
}

// dial connects to the addresses in turns, and to the next one where nobody listens.
func (p *place) dial(ctx context.Context, network, address string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	var failures error
	first := int(p.turn.Add(1))
	for i := range p.addresses {
		at := p.addresses[(first+i)%len(p.addresses)]
		conn, err := (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(at.String(), port))
		if err == nil {
			return conn, nil
		}
		failures = errors.Join(failures, err)
	}
	return nil, failures
}
