package schema_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"gopkg.in/yaml.v3"

	"github.com/rtgen/rtgen/schema"
)

// largeContract has a thousand events in some twelve thousand lines.
func largeContract() []byte {
	var b strings.Builder
	b.WriteString("rtgen: v1\npackage: large\nversion: 1.0.0\n\ntypes:\n  ID: uuid\n  State: [open, closed]\n\nerrors:\n  denied: No.\n\nnamespaces:\n")
	for n := range 10 {
		fmt.Fprintf(&b, "  /ns%d:\n    rooms:\n      item: {itemId: ID}\n", n)
		b.WriteString("    clientToServer:\n")
		for i := range 50 {
			fmt.Fprintf(&b, `      ## Changes item %[1]d.
      change%[1]d:
        payload:
          requestId: uuid          ## Tells a retry from a new call.
          itemId: ID
          title: string(1..200)
          state: State
          note?: string(..2000)
          tags?: list<string(1..40)>(..20)
          price: decimal(10,2)
          due: timestamp | null
        ack: {version: int53(0..)}
        errors: [denied]
        rate: 5/s burst 20
        idempotent: requestId
`, i)
		}
		b.WriteString("    serverToClient:\n")
		for i := range 50 {
			fmt.Fprintf(&b, `      item%[1]dChanged:
        to: item
        payload:
          version: int53(0..)
          title: string(1..200)
          state: State
          by: ID
          at: timestamp
          reason?: string(..200)
`, i)
		}
	}
	return []byte(b.String())
}

func BenchmarkLoad(b *testing.B) {
	data := largeContract()
	fsys := fstest.MapFS{"large.rt.yaml": {Data: data}}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := schema.Load(fsys, "."); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkYAML is what of BenchmarkLoad is spent on reading YAML.
func BenchmarkYAML(b *testing.B) {
	data := largeContract()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		var node yaml.Node
		if err := yaml.Unmarshal(data, &node); err != nil {
			b.Fatal(err)
		}
	}
}
