package console

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"time"
)

// Targets says what a shared console may send to. The zero Targets allows everything
// but link-local addresses, behind which clouds keep their metadata.
type Targets struct {
	// Patterns are hosts, globs of hosts ("*.example.vn") or networks
	// ("10.0.0.0/8"); none: any host.
	Patterns []string
}

// Check finds out what is wrong with the patterns.
func (t Targets) Check() error {
	for _, pattern := range t.Patterns {
		if strings.TrimSpace(pattern) == "" {
			return errors.New("a pattern is empty, which no host is; is a variable not set?")
		}
		if strings.Contains(pattern, "/") {
			if _, err := netip.ParsePrefix(pattern); err != nil {
				return fmt.Errorf("%q is no network such as 10.0.0.0/8: %w", pattern, err)
			}
			continue
		}
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("%q is no host or glob such as *.example.vn", pattern)
		}
	}
	return nil
}

// Allow says why a target must not be sent to; nil where it may.
func (t Targets) Allow(to *url.URL) error {
	host := strings.ToLower(to.Hostname())
	addresses := resolved(host)
	for _, address := range addresses {
		if err := AllowAddress(address); err != nil {
			return fmt.Errorf("%s: %w", host, err)
		}
	}
	if len(t.Patterns) == 0 {
		return nil
	}
	for _, pattern := range t.Patterns {
		if fits(strings.ToLower(pattern), host, addresses) {
			return nil
		}
	}
	return fmt.Errorf("%s is not among what --allow-target allows: %s", host, strings.Join(t.Patterns, ", "))
}

// AllowAddress refuses the addresses that nobody may have khop send to: link-local
// ones, where clouds answer with a machine's credentials.
func AllowAddress(address netip.Addr) error {
	address = address.Unmap()
	if address.IsLinkLocalUnicast() || address.IsLinkLocalMulticast() || address.IsMulticast() || address == awsMetadata {
		return fmt.Errorf("%s is a link-local, metadata or multicast address, to which khop does not send", address)
	}
	return nil
}

// awsMetadata is where AWS serves a machine's metadata over IPv6: it is no link-local
// address.
var awsMetadata = netip.MustParseAddr("fd00:ec2::254")

func fits(pattern, host string, addresses []netip.Addr) bool {
	if prefix, err := netip.ParsePrefix(pattern); err == nil {
		for _, address := range addresses {
			if !prefix.Contains(address.Unmap()) {
				return false // a name must not lead out of the network by one of its addresses
			}
		}
		return len(addresses) > 0
	}
	matches, _ := path.Match(pattern, host)
	return matches
}

// lookupTimeout bounds the question where a name leads.
const lookupTimeout = 2 * time.Second

// resolved are the addresses of a host; none where its name leads nowhere at present.
func resolved(host string) []netip.Addr {
	if address, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{address}
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil
	}
	return found
}
