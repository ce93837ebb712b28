package typescript_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rtgen/rtgen/generator/typescript"
	"github.com/rtgen/rtgen/schema"
)

// BenchmarkGenerate1000 writes the clients of 1,000 events in ten namespaces.
func BenchmarkGenerate1000(b *testing.B) {
	m := loadText(b, large(10, 100))
	for _, c := range []struct {
		name    string
		options typescript.Options
	}{
		{"client", typescript.Options{}},
		{"everything", everything},
	} {
		b.Run(c.name, func(b *testing.B) {
			target := newTarget(b, c.options)
			b.ReportAllocs()
			for b.Loop() {
				if _, problems := target.Generate(m); len(problems) > 0 {
					b.Fatal(problems)
				}
			}
		})
	}
}

// loadText loads a contract of one file.
func loadText(t testing.TB, text string) *schema.Model {
	t.Helper()
	models, err := schema.Load(fstest.MapFS{"test.rt.yaml": {Data: []byte(text)}}, "...")
	if err != nil {
		t.Fatal(err)
	}
	return models[0]
}

// large is the text of a contract with calls that carry a struct and an enum.
func large(namespaces, events int) string {
	var b strings.Builder
	b.WriteString("rtgen: v1\npackage: large\nversion: 1.0.0\n\ntypes:\n" +
		"  State: [open, paid, sent]\n" +
		"  Item: {sku: string(1..20), qty: int32(1..), price: int53(0..)}\n" +
		"\nerrors:\n  notFound: There is no such thing.\n\nnamespaces:\n")
	for n := range namespaces {
		fmt.Fprintf(&b, "  /service%d:\n    clientToServer:\n", n)
		for e := range events {
			fmt.Fprintf(&b, `      callNumber%dOf%d:
        payload:
          id: uuid
          title: string(1..80)
          count: int53(0..)
          state: State
          items: list<Item>(..50)
          note?: string(..500)
          when: timestamp
        ack:
          id: uuid
          version: int53(0..)
        errors: [notFound]
`, e, n)
		}
	}
	return b.String()
}
