package webtransport_test

import (
	"flag"
	"testing"

	"github.com/rtgen/rtgen/runtime/internal/namestest"
)

var update = flag.Bool("update", false, "write what testdata expects")

func TestPublicNames(t *testing.T) { namestest.Check(t, *update) }
