package golang_test

import (
	"os/exec"
	"testing"
)

// TestGoldenModule builds, vets and runs what the golden files hold.
func TestGoldenModule(t *testing.T) {
	for _, args := range [][]string{{"build", "./..."}, {"vet", "./..."}, {"test", "./..."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = "../../testdata/golden"
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", args[0], err, out)
		}
	}
}
