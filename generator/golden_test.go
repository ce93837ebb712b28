package generator_test

import (
	"testing"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/generator/golang"
	"github.com/rtgen/rtgen/generator/internal/golden"
)

const goldenRoot = "../testdata/golden"

// TestGolden compares what is generated with want/go of every golden case.
func TestGolden(t *testing.T) {
	target, err := golang.New(golang.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range golden.Cases(t, goldenRoot) {
		t.Run(c.Name, func(t *testing.T) {
			var files []generator.File
			for _, m := range c.Models {
				got, problems := target.Generate(m)
				if len(problems) > 0 {
					t.Fatal(problems)
				}
				files = append(files, got...)
			}
			golden.Compare(t, c.Dir+"/want/go", files)
		})
	}
}
