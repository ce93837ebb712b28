package schema_test

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/rtgen/rtgen/schema"
)

// FuzzLoad looks for inputs that stop the loader otherwise than with a model
// or with diagnostics that point into the file and are safe to print.
func FuzzLoad(f *testing.F) {
	err := fs.WalkDir(os.DirFS("testdata"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".rt.yaml") {
			return err
		}
		data, err := fs.ReadFile(os.DirFS("testdata"), name)
		f.Add(data)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	for _, h := range hostile {
		if len(h.text) < 4096 { // the rest is large, not odd
			f.Add([]byte(h.text))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		models, err := schema.Load(fstest.MapFS{"fuzz.rt.yaml": {Data: data}}, ".")
		if err == nil {
			if len(models) != 1 || len(models[0].Fingerprint) != 12 {
				t.Fatalf("Load returned %+v and no error", models)
			}
			_ = dump(models[0]) // follows every reference
			return
		}
		diagnostics, ok := errors.AsType[schema.Diagnostics](err)
		if !ok {
			t.Fatalf("Load returned %v, want Diagnostics", err)
		}
		for _, d := range diagnostics {
			if d.Pos.Line < 1 || d.Pos.Col < 1 || d.End.Line < d.Pos.Line || d.Rule == "" || d.Message == "" {
				t.Errorf("incomplete diagnostic: %+v", d)
			}
		}
		for _, r := range diagnostics.Error() {
			if r != '\n' && !unicode.IsGraphic(r) {
				t.Errorf("the text form holds %U", r)
			}
		}
	})
}
