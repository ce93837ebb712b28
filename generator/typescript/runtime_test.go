package typescript_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRuntime runs the tests of testdata, which drive generated clients over
// their mocks, with Node's test runner.
func TestRuntime(t *testing.T) {
	dir := workspace(t, everything)
	tests, err := filepath.Glob("testdata/*.ts")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		content, err := os.ReadFile(test)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(test)
		write(t, filepath.Join(dir, "tests", name), content)
	}
	compile(t, dir, compilation{"tests", newest, strict(map[string]any{"types": []string{"node"}}), []string{"tests"}})
	run(t, dir, tool(t, ".bin/esbuild"), "--bundle", "--platform=node", "--format=esm", "--target=node20", "--packages=external",
		"--outdir=out", "--out-extension:.js=.mjs", "--log-level=warning", "tests/*.test.ts")
	run(t, dir, "node", "--test", "--test-timeout=60000", "out/")
}
