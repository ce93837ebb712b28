package guard_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/rtgen/rtgen/runtime/internal/guard"
)

func TestCall(t *testing.T)  { testCall(t, guard.Call) }
func TestApart(t *testing.T) { testCall(t, guard.Apart) }

func testCall(t *testing.T, call func(func() error) error) {
	mistake := errors.New("mistake")
	if err := call(func() error { return nil }); err != nil {
		t.Errorf("no error: %v", err)
	}
	if err := call(func() error { return mistake }); err != mistake {
		t.Errorf("an error: %v", err)
	}
	for _, value := range []any{"text", mistake, nil} {
		expectPanic(t, call(func() error { panic(value) }))
	}
}

func expectPanic(t *testing.T, err error) {
	t.Helper()
	p, ok := errors.AsType[*guard.PanicError](err)
	if !ok || !strings.HasPrefix(p.Error(), "panic: ") || !strings.Contains(string(p.Stack), "guard_test.go") {
		t.Errorf("error %v, want a panic with its stack", err)
	}
}

func TestGoexitApart(t *testing.T) {
	expectPanic(t, guard.Apart(func() error {
		runtime.Goexit()
		return nil
	}))
}
