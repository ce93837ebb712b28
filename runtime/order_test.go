package rt_test

import (
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

func TestEventsWaitForASlowHandler(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) { // D15
		n := serveEcho(w.Server, "/")
		goOn := make(chan struct{})
		rt.On(n, slow, func(ctx context.Context, s *rt.Socket, msg json.RawMessage) error {
			<-goOn
			return rt.Emit(ctx, s, slow, msg)
		})
		p, other := w.connect("/"), w.connect("/")
		p.send(`2["slow",1]`, `2["echo",2]`, `2["slow",3]`, `2["echo",4]`)
		p.wantNothing()
		other.send(`2["echo",5]`) // another socket has its own order
		other.want(`2["echo",5]`)
		close(goOn)
		p.want(`2["slow",1]`, `2["echo",2]`, `2["slow",3]`, `2["echo",4]`)
	})
}

func TestLateAnswerIsIgnored(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) { // D16
		n := serveEcho(w.Server, "/")
		p := w.connect("/")
		s := onlySocket(t, n)
		hurried := rt.AckEvent[int, int]{Name: "question", Timeout: time.Second}
		if _, err := rt.EmitWithAck(t.Context(), s, hurried, 1); !errors.Is(err, rt.ErrAckTimeout) {
			t.Fatalf("error = %v, want ErrAckTimeout", err)
		}
		p.want(`20["question",1]`)
		go func() {
			synctest.Wait() // the next question has been asked
			p.send(`30[{"ok":true,"data":1}]`, `31[{"ok":true,"data":2}]`)
		}()
		if got, err := rt.EmitWithAck(t.Context(), s, hurried, 2); got != 2 || err != nil {
			t.Errorf("answer = %d, %v, want that of the second question", got, err)
		}
		p.want(`21["question",2]`)
		p.ws.Close()
		synctest.Wait()

		again := w.connect("/")
		again.send(`31[{"ok":true,"data":3}]`, `2["echo",1]`) // asked on the connection before
		again.want(`2["echo",1]`)
	})
}

// wallClock are what package time has to read the wall clock and to take the
// monotonic reading away.
var wallClock = map[string]bool{
	"Unix": true, "UnixMilli": true, "UnixMicro": true, "UnixNano": true,
	"UTC": true, "Round": true, "Truncate": true, "AddDate": true,
}

// TestTimeIsMonotonic reads the sources: a clock that is set cannot be had in a
// test.
func TestTimeIsMonotonic(t *testing.T) { // D17
	want := []string{
		"internal/engineclient/options.go: UnixNano", // makes a URL unlike others
		"internal/engineio/polling.go: Unix",         // long ago, by any clock
	}
	var got []string
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if d.IsDir() && (path == "wire" || d.Name() == "testdata") { // dates of payloads
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if call, ok := node.(*ast.CallExpr); ok {
				if f, ok := call.Fun.(*ast.SelectorExpr); ok && wallClock[f.Sel.Name] {
					got = append(got, filepath.ToSlash(path)+": "+f.Sel.Name)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("uses of the wall clock (-want +got):\n%s", diff)
	}
}
