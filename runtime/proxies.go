package rt

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// proxies are the networks whose forwarding headers are believed.
type proxies []netip.Prefix

// parseProxies reads networks such as "10.0.0.0/8" and single addresses.
func parseProxies(list []string) (proxies, error) {
	var nets proxies
	for _, text := range list {
		if addr, err := netip.ParseAddr(text); err == nil {
			nets = append(nets, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("rt: Options.TrustedProxies: %q is neither an address nor a network", text)
		}
		nets = append(nets, prefix.Masked())
	}
	return nets, nil
}

func (p proxies) trust(addr netip.Addr) bool {
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(addr) })
}

// unmask returns r with the address of the client in the place of a trusted
// proxy's.
func (p proxies) unmask(r *http.Request) *http.Request {
	if len(p) == 0 {
		return r
	}
	peer, ok := parseHop(r.RemoteAddr)
	if !ok || !p.trust(peer) {
		return r
	}
	client := p.client(peer, r.Header)
	if client == peer {
		return r
	}
	r = r.WithContext(r.Context()) // a copy
	r.RemoteAddr = client.String()
	return r
}

// client returns the address of the last hop that is no trusted proxy. A request
// that says two things is believed in neither: its client has written one of
// the headers, and the proxy the other.
func (p proxies) client(peer netip.Addr, h http.Header) netip.Addr {
	plain, standard := h.Values("X-Forwarded-For"), h.Values("Forwarded")
	switch {
	case len(standard) == 0:
		return p.last(peer, plain, identity)
	case len(plain) == 0:
		return p.last(peer, standard, forwardedFor)
	}
	a, b := p.last(peer, plain, identity), p.last(peer, standard, forwardedFor)
	if a != b {
		return peer
	}
	return a
}

// last walks from the right over hops that trusted proxies have added, up to the
// first that is no proxy. What cannot be read ends the walk at the proxy that has
// added it.
func (p proxies) last(peer netip.Addr, values []string, hop func(string) string) netip.Addr {
	for _, value := range slices.Backward(values) {
		for rest, found := value, true; found; {
			var text string
			rest, text, found = cutLast(rest, ",")
			addr, ok := parseHop(hop(strings.TrimSpace(text)))
			if !ok {
				return peer
			}
			if peer = addr; !p.trust(addr) {
				return addr
			}
		}
	}
	return peer
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return "", s, false
}

func identity(s string) string { return s }

// forwardedFor returns the parameter "for" of an element of RFC 7239.
func forwardedFor(element string) string {
	for pair := range strings.SplitSeq(element, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if strings.EqualFold(name, "for") {
			return strings.Trim(value, `"`)
		}
	}
	return ""
}

// parseHop reads an address with or without a port, IPv6 in brackets or not.
func parseHop(text string) (netip.Addr, bool) {
	if hop, err := netip.ParseAddrPort(text); err == nil {
		return hop.Addr().Unmap().WithZone(""), true
	}
	addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	return addr.Unmap().WithZone(""), err == nil
}

// addressKey returns what an address is counted by: IPv6 by the /64 that one
// subscriber has. Those that cannot be read are counted together.
func addressKey(remoteAddr string) netip.Prefix {
	addr, ok := parseHop(remoteAddr)
	if !ok {
		return netip.Prefix{}
	}
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}
