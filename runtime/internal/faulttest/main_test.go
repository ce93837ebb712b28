// Package faulttest has the tests that break things around a whole server: the
// official client on bad networks, and bytes that no client sends.
package faulttest

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// serveEnv names the variable that makes this program a server at the address
// in it, for tests that kill one.
const serveEnv = "FAULTTEST_SERVE"

func TestMain(m *testing.M) {
	if address := os.Getenv(serveEnv); address != "" {
		serve(address)
	}
	goleak.VerifyTestMain(m)
}
