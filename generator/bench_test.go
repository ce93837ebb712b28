package generator_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/generator/golang"
	"github.com/rtgen/rtgen/generator/typescript"
	"github.com/rtgen/rtgen/schema"
)

// BenchmarkGenerate1000 writes a contract of 1,000 events with acks and
// constraints. CPU time is what the goals of the project are about: run it with
// -cpu 1.
func BenchmarkGenerate1000(b *testing.B) {
	m := largeModel(b, 100, 10)
	goTarget, err := golang.New(golang.Options{})
	if err != nil {
		b.Fatal(err)
	}
	tsTarget, err := typescript.New(typescript.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("go", func(b *testing.B) { benchmarkTarget(b, goTarget, m) })
	b.Run("ts", func(b *testing.B) { benchmarkTarget(b, tsTarget, m) })
}

func benchmarkTarget(b *testing.B, target generator.Target, m *schema.Model) {
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		files, problems := target.Generate(m)
		if len(problems) > 0 {
			b.Fatal(problems)
		}
		size = 0
		for _, f := range files {
			size += bytes.Count(f.Content, []byte("\n"))
		}
	}
	b.ReportMetric(float64(size), "lines")
}

// largeModel loads the contract that largeSchema writes.
func largeModel(tb testing.TB, namespaces, events int) *schema.Model {
	tb.Helper()
	fsys := fstest.MapFS{"large.rt.yaml": {Data: []byte(largeSchema(namespaces, events))}}
	models, err := schema.Load(fsys, "...")
	if err != nil {
		tb.Fatal(err)
	}
	return models[0]
}

// largeSchema writes a contract in which each namespace has a number of calls,
// a struct and an enum.
func largeSchema(namespaces, events int) string {
	var b strings.Builder
	b.WriteString("rtgen: v1\npackage: large\nversion: 1.0.0\n\ntypes:\n")
	for n := range namespaces {
		fmt.Fprintf(&b, "  State%d:\n    - open\n    - paid\n    - sent\n", n)
		fmt.Fprintf(&b, "  Item%d:\n    sku: string(1..20)\n    qty: int32(1..)\n    price?: int53(0..)\n", n)
	}
	b.WriteString("\nerrors:\n  notFound: There is no such thing.\n\nnamespaces:\n")
	for n := range namespaces {
		fmt.Fprintf(&b, "  /service%d:\n    auth: {token: string(1..200)}\n    clientToServer:\n", n)
		for e := range events {
			fmt.Fprintf(&b, `      callNumber%[1]dOf%[2]d:
        payload:
          id: uuid
          title: string(1..80)
          count: int53(0..)
          state: State%[2]d
          items: list<Item%[2]d>(..50)
          note?: string(..500)
          when: timestamp
        ack:
          id: uuid
          version: int53(0..)
        errors: [notFound]
        rate: 5/s
`, e, n)
		}
	}
	return b.String()
}
