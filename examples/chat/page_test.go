package main_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPage drives the page in Chromium against the real program.
func TestPage(t *testing.T) {
	p := buildProgram(t)
	b := startBrowser(t)
	for _, scenario := range []string{"talk", "slowmode", "signout", "narrow", "restart", "refused"} {
		t.Run(scenario, func(t *testing.T) {
			s := startServer(t, p)
			b.run(t, scenario, s, s.addr)
		})
	}
	t.Run("no websocket", func(t *testing.T) {
		s := startServer(t, p)
		b.run(t, "polling", s, blockUpgrades(t, s))
	})
}

// TestPageLogic runs the page's own tests, against the generated mock.
func TestPageLogic(t *testing.T) {
	needNode(t, "esbuild", "react", "socket.io-client")
	mustRun(t, exec.Command("node", "web/test/run.mjs"))
}

// TestPageTypes checks the page and the generated code with the strictest
// settings.
func TestPageTypes(t *testing.T) {
	needNode(t, "typescript", "@types/react", "@types/react-dom", "@types/node")
	tsc := filepath.Join(repository, "node_modules", "typescript", "bin", "tsc")
	mustRun(t, exec.Command("node", tsc, "--noEmit", "-p", "web"))
}

// TestUsage wants a message that helps when the page was not bundled.
func TestUsage(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "chat")
	mustRun(t, exec.Command("go", "build", "-o", binary, "."))
	out, err := exec.Command(binary, "-web", filepath.Join(t.TempDir(), "none")).CombinedOutput()
	if err == nil {
		t.Fatal("it started without a page")
	}
	const want = "run `npm ci && npm run build` in the folder web"
	if got := string(out); !strings.Contains(got, want) {
		t.Errorf("it says %q, want %q in it", got, want)
	}
}
