package typescript_test

import (
	"bytes"
	"compress/gzip"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rtgen/rtgen/generator/typescript"
)

// BenchmarkBundle reports what a page loads for a client, minified, without
// socket.io-client: the runtime alone is the case without events.
func BenchmarkBundle(b *testing.B) {
	esbuild := tool(b, ".bin/esbuild")
	m := loadText(b, large(1, 100))
	none := loadText(b, "rtgen: v1\npackage: none\nversion: 1.0.0\nnamespaces:\n  /none: {}\n")
	target := newTarget(b, typescript.Options{})
	dir := b.TempDir()
	files, _ := target.Generate(m)
	more, _ := target.Generate(none)
	for _, f := range append(append(files, more...), target.Shared()...) {
		write(b, filepath.Join(dir, f.Path), f.Content)
	}
	for _, c := range []struct{ name, entry string }{
		{"runtime", "none.client.ts"},
		{"100 events", "large.service0.client.ts"},
	} {
		b.Run(c.name, func(b *testing.B) {
			var code []byte
			for b.Loop() {
				cmd := exec.Command(esbuild, c.entry, "--bundle", "--minify", "--format=esm", "--target=es2022",
					"--external:socket.io-client")
				cmd.Dir = dir
				var err error
				if code, err = cmd.Output(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(code)), "bytes")
			b.ReportMetric(float64(zipped(b, code)), "gzip-bytes")
		})
	}
}

// zipped returns the size that a server sends.
func zipped(b *testing.B, code []byte) int {
	b.Helper()
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := w.Write(code); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return buf.Len()
}
