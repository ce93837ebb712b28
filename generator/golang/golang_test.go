package golang_test

import (
	"fmt"
	"go/format"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/generator/golang"
	"github.com/rtgen/rtgen/generator/internal/golden"
	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/schema"
)

const goldenRoot = "../../testdata/golden"

// TestGoldenModule builds, vets and runs what the golden files hold.
func TestGoldenModule(t *testing.T) {
	for _, args := range [][]string{{"vet", "./..."}, {"test", "./..."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = goldenRoot
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", args[0], err, out)
		}
	}
}

// TestFormatted holds codecs, which nothing formats, to what gofmt does.
func TestFormatted(t *testing.T) {
	for _, c := range golden.Cases(t, goldenRoot) {
		for _, m := range c.Models {
			for _, f := range generate(t, m) {
				checkFormatted(t, f)
			}
		}
	}
}

func checkFormatted(t *testing.T, f generator.File) {
	t.Helper()
	want, err := format.Source(f.Content)
	if err != nil {
		t.Fatalf("%s: %v\n%s", f.Path, err, f.Content)
	}
	if diff := cmp.Diff(string(want), string(f.Content)); diff != "" {
		t.Errorf("%s is not formatted (-want +got):\n%s", f.Path, diff)
	}
}

func TestSameBytes(t *testing.T) {
	for _, c := range golden.Cases(t, goldenRoot) {
		for _, m := range c.Models {
			first := generate(t, m)
			for range 5 {
				if diff := cmp.Diff(first, generate(t, m)); diff != "" {
					t.Fatalf("%s: two runs differ:\n%s", c.Name, diff)
				}
			}
		}
	}
}

func TestOptions(t *testing.T) {
	m := load(t, "types:\n  Note: {text: string}\n")
	target, err := golang.New(golang.Options{Package: "events", Flat: true})
	if err != nil {
		t.Fatal(err)
	}
	files, problems := target.Generate(m)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var paths []string
	for _, f := range files {
		paths = append(paths, f.Path)
		if !strings.Contains(string(f.Content), "\npackage events\n") {
			t.Errorf("%s is not in package events:\n%s", f.Path, f.Content)
		}
	}
	if diff := cmp.Diff([]string{"codec.rt.go", "types.rt.go"}, paths); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
	for _, name := range []string{"func", "main", "_", "a-b", "a.b", "1a"} {
		if _, err := golang.New(golang.Options{Package: name}); err == nil {
			t.Errorf("New took %q as the name of a package", name)
		}
	}
}

func TestNames(t *testing.T) {
	tests := []struct {
		why, schema string
		want        []string
	}{
		{
			"an event and a type",
			"types:\n  Note: {text: string}\nnamespaces:\n  /a:\n    clientToServer:\n      note:\n        payload: {text: string}\n",
			[]string{`9:18: the payload of event "note" and type "Note" are both named "Note" in generated code`},
		},
		{
			"an event and a helper",
			"types:\n  AHandler: {text: string}\nnamespaces:\n  /a: {}\n",
			[]string{`6:3: namespace "/a" and type "AHandler" are both named "AHandler" in generated code`},
		},
		{
			"the contract itself",
			"types:\n  Contract: {text: string}\n",
			[]string{`4:3: type "Contract" and the description of the contract are both named "Contract" in generated code`},
		},
		{
			"a value and a type",
			"types:\n  Color: [red]\n  ColorRed: {text: string}\n",
			[]string{`5:3: type "ColorRed" and the value "red" are both named "ColorRed" in generated code`},
		},
		{
			"two namespaces",
			"namespaces:\n  /a-b: {}\n  /a/b: {}\n",
			[]string{`5:3: namespace "/a/b" and namespace "/a-b" are both named "a-b" in generated code`},
		},
		{
			"a room and a call",
			"namespaces:\n  /a:\n    rooms:\n      item: {key: {id: string}, join: {}}\n    clientToServer:\n      joinItem: {}\n",
			[]string{`8:7: event "joinItem" and joining room "item" are both named "JoinItem" in generated code`},
		},
		{
			"names settle it",
			"types:\n  Note: {text: string}\nnamespaces:\n  /a:\n    clientToServer:\n      note:\n        names: {go: TakeNote}\n        payload: {text: string}\n",
			nil,
		},
		{
			"the same event in two namespaces and both ways",
			"namespaces:\n  /a:\n    clientToServer:\n      note:\n        payload: {text: string}\n    serverToClient:\n      note:\n        payload: {text: string}\n" +
				"  /b:\n    clientToServer:\n      note:\n        payload: {text: string}\n",
			nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			target, err := golang.New(golang.Options{})
			if err != nil {
				t.Fatal(err)
			}
			_, problems := target.Generate(load(t, tt.schema))
			var got []string
			for _, p := range problems {
				got = append(got, fmt.Sprintf("%d:%d: %s", p.Pos.Line, p.Pos.Col, p.Message))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// TestHostileModel shows that nothing but identifiers is printed where one is
// due, whoever has made the model.
func TestHostileModel(t *testing.T) {
	target, err := golang.New(golang.Options{})
	if err != nil {
		t.Fatal(err)
	}
	code := "A struct{}; func init() { panic(1) }; type B"
	pos := schema.Position{File: "a.rt.yaml", Line: 1, Col: 1}
	m := &schema.Model{Package: "hostile", Types: []*schema.Type{
		{Name: code, Pos: pos, Kind: schema.KindStruct},
		{Name: "Note", Pos: pos, Kind: schema.KindStruct, Names: schema.Names{Go: "note"}},
		{Name: "_", Pos: pos, Kind: schema.KindStruct},
	}}
	files, problems := target.Generate(m)
	if len(files) > 0 {
		t.Errorf("files were written: %s", files[0].Content)
	}
	if len(problems) != 3 {
		t.Fatalf("problems = %v, want three", problems)
	}
	for _, p := range problems {
		if p.Rule != "NAME_INVALID" {
			t.Errorf("%s: %s, want NAME_INVALID", p.Rule, p.Message)
		}
	}
}

// TestManyFields has required fields behind optional ones.
func TestManyFields(t *testing.T) {
	var body strings.Builder
	body.WriteString("types:\n  Wide:\n")
	for i := range 70 {
		fmt.Fprintf(&body, "    maybe%d?: bool\n", i)
	}
	for i := range 70 {
		fmt.Fprintf(&body, "    sure%d: bool\n", i)
	}
	body.WriteString("namespaces:\n  /a:\n    clientToServer:\n      widen: {payload: Wide}\n")
	files := generate(t, load(t, body.String()))
	text := string(file(t, files, "test/codec.rt.go"))
	for _, want := range []string{
		"{Required: 70, Names: []string{\"sure0\", \"sure1\",",
		"case 69: // sure69\n\t\t\tm.Sure69 =",
		"case 70: // maybe0\n\t\t\tm.Maybe0 =",
		"case 139: // maybe69\n\t\t\tm.Maybe69 =",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in:\n%s", want, text)
		}
	}
	if err := typeCheck(t, exportData(t), files); err != nil {
		t.Error(err)
	}
}

// TestSocketMethods holds events to names that hide no method of the socket
// that a generated one embeds.
func TestSocketMethods(t *testing.T) {
	socket := reflect.TypeFor[*rt.Socket]()
	if socket.NumMethod() < 10 {
		t.Fatalf("rt.Socket has %d methods", socket.NumMethod())
	}
	for m := range socket.Methods() {
		body := "namespaces:\n  /a:\n    serverToClient:\n      happened:\n        names: {go: " + m.Name + "}\n"
		text := string(file(t, generate(t, load(t, body)), "test/a.rt.go"))
		if !strings.Contains(text, "func (s *ASocket) "+m.Name+"Event(") {
			t.Errorf("an event named %s hides the method of rt.Socket:\n%s", m.Name, text)
		}
	}
}

func file(t *testing.T, files []generator.File, path string) []byte {
	t.Helper()
	for _, f := range files {
		if f.Path == path {
			return f.Content
		}
	}
	t.Fatalf("no file %s", path)
	return nil
}

// load returns the model of a package with the given body.
func load(tb testing.TB, body string) *schema.Model {
	tb.Helper()
	text := "rtgen: v1\npackage: test\n" + body
	models, err := schema.Load(fstest.MapFS{"test.rt.yaml": {Data: []byte(text)}}, "...")
	if err != nil {
		tb.Fatalf("%v\n%s", err, text)
	}
	return models[0]
}

func generate(tb testing.TB, m *schema.Model) []generator.File {
	tb.Helper()
	target, err := golang.New(golang.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	files, problems := target.Generate(m)
	if len(problems) > 0 {
		tb.Fatal(problems)
	}
	return files
}
