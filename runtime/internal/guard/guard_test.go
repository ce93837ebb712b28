package guard_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rtgen/rtgen/runtime/internal/guard"
)

func TestCall(t *testing.T) {
	mistake := errors.New("mistake")
	if err := guard.Call(func() error { return nil }); err != nil {
		t.Errorf("no error: %v", err)
	}
	if err := guard.Call(func() error { return mistake }); err != mistake {
		t.Errorf("an error: %v", err)
	}
	for _, value := range []any{"text", mistake, nil} {
		err := guard.Call(func() error { panic(value) })
		p, ok := errors.AsType[*guard.PanicError](err)
		if !ok || !strings.HasPrefix(p.Error(), "panic: ") || !strings.Contains(string(p.Stack), "TestCall") {
			t.Errorf("panic(%v): %v", value, err)
		}
	}
}
