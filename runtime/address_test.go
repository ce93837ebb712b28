package rt

import (
	"net/http"
	"net/netip"
	"testing"
	"time"
)

func TestClientAddress(t *testing.T) {
	trusted, err := parseProxies([]string{"10.0.0.0/8", "192.0.2.7", "2001:db8:1::/48"})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name      string
		peer      string
		plain     []string // X-Forwarded-For
		forwarded []string
		want      string
	}{
		{"H22 no proxy", "203.0.113.9:4711", []string{"198.51.100.1"}, []string{"for=198.51.100.1"}, "203.0.113.9:4711"},
		{"no header", "10.0.0.1:80", nil, nil, "10.0.0.1:80"},
		{"one proxy", "10.0.0.1:80", []string{"198.51.100.1"}, nil, "198.51.100.1"},
		{"made up before", "10.0.0.1:80", []string{"1.2.3.4, 198.51.100.1"}, nil, "198.51.100.1"},
		{"made up in a line of its own", "10.0.0.1:80", []string{"1.2.3.4", "198.51.100.1"}, nil, "198.51.100.1"},
		{"two proxies", "10.0.0.1:80", []string{"198.51.100.1, 192.0.2.7"}, nil, "198.51.100.1"},
		{"proxies only", "10.0.0.1:80", []string{"10.0.0.3,10.0.0.2"}, nil, "10.0.0.3"},
		{"not an address", "10.0.0.1:80", []string{"198.51.100.1, unknown"}, nil, "10.0.0.1:80"},
		{"not an address behind a proxy", "10.0.0.1:80", []string{"x, 10.0.0.2"}, nil, "10.0.0.2"},
		{"empty", "10.0.0.1:80", []string{""}, nil, "10.0.0.1:80"},
		{"with a port", "10.0.0.1:80", []string{"198.51.100.1:999"}, nil, "198.51.100.1"},
		{"IPv6", "[2001:db8:1::1]:80", []string{"2001:db8:2::9"}, nil, "2001:db8:2::9"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:80", []string{"::ffff:198.51.100.1"}, nil, "198.51.100.1"},
		{"RFC 7239", "10.0.0.1:80", nil, []string{`for=1.2.3.4, For="[2001:db8:2::9]:47";proto=https`}, "2001:db8:2::9"},
		{"RFC 7239 hidden", "10.0.0.1:80", nil, []string{`for=_secret`}, "10.0.0.1:80"},
		{"RFC 7239 without for", "10.0.0.1:80", nil, []string{`by=10.0.0.1`}, "10.0.0.1:80"},
		{"both agree", "10.0.0.1:80", []string{"198.51.100.1"}, []string{"for=198.51.100.1"}, "198.51.100.1"},
		{"both disagree", "10.0.0.1:80", []string{"198.51.100.1"}, []string{"for=1.2.3.4"}, "10.0.0.1:80"},
		{"no address at all", "@", []string{"198.51.100.1"}, nil, "@"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &http.Request{RemoteAddr: tt.peer, Header: http.Header{"X-Forwarded-For": tt.plain, "Forwarded": tt.forwarded}}
			if got := trusted.unmask(r).RemoteAddr; got != tt.want {
				t.Errorf("client = %s, want %s", got, tt.want)
			}
			if r.RemoteAddr != tt.peer {
				t.Errorf("the request was changed: %s", r.RemoteAddr)
			}
		})
	}
}

func TestAddressKey(t *testing.T) {
	tests := []struct{ addr, want string }{
		{"198.51.100.1:80", "198.51.100.1/32"},
		{"198.51.100.1", "198.51.100.1/32"},
		{"[::ffff:198.51.100.1]:80", "198.51.100.1/32"},
		{"[2001:db8::1:2:3:4]:80", "2001:db8::/64"},
		{"fe80::1%eth0", "fe80::/64"},
		{"@", "invalid Prefix"},
	}
	for _, tt := range tests {
		if got := addressKey(tt.addr).String(); got != tt.want {
			t.Errorf("key of %s = %s, want %s", tt.addr, got, tt.want)
		}
	}
}

// F01: a table of addresses does not grow with those that ever came.
func TestAddressesAreForgotten(t *testing.T) {
	key := func(i int) netip.Prefix {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 32)
	}
	now := time.Now()
	a := newAddresses(&Options{HandshakesPerSecond: 1})
	a.enter(key(0), now) // stays
	for i := 1; i < 20_000; i++ {
		a.enter(key(i), now)
		a.leave(key(i), now.Add(time.Millisecond))
		now = now.Add(time.Millisecond)
	}
	if n := len(a.byKey); n > 2*minSweep {
		t.Errorf("%d addresses are kept, want those of the last second", n)
	}
	if _, ok := a.enter(key(19_999), now); ok {
		t.Error("an address was forgotten within the second")
	}
	for i := range 3 * maxIdle { // all at one moment
		a.enter(key(i+1<<20), now)
		a.leave(key(i+1<<20), now)
	}
	if n := len(a.byKey); n > 2*(maxIdle+1) {
		t.Errorf("%d addresses are kept, want at most %d", n, 2*(maxIdle+1))
	}
	if a.byKey[key(0)] == nil {
		t.Error("the address with a connection was forgotten")
	}
}
