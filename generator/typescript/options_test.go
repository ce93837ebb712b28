package typescript_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/generator/typescript"
)

func TestOptionsCheck(t *testing.T) {
	for _, c := range []struct {
		name    string
		options typescript.Options
		want    string // "" for none; otherwise the text of the error
	}{
		{"zero", typescript.Options{}, ""},
		{"the only choices", typescript.Options{Target: "ts", Timestamp: "string", Int64: "string", AckStyle: "envelope"}, ""},
		{"all parts", everything, ""},
		{"comments", typescript.Options{Header: []string{"// @format", "/* eslint-disable */"}}, ""},
		{"part", typescript.Options{Emit: []string{"vue"}}, `emit: "vue" is none of client, checks, mock and react`},
		{"extension", typescript.Options{ImportExtension: ".js"}, `importExtension: ".js" is none of js, ts and none`},
		{"code as header", typescript.Options{Header: []string{"import 'x';"}}, `header: "import 'x';" is neither a // comment nor a whole /* */ comment`},
		{"code behind a comment", typescript.Options{Header: []string{"/* */ x() /* */"}}, `header: "/* */ x() /* */" is neither a // comment nor a whole /* */ comment`},
		{"short comment", typescript.Options{Header: []string{"/*/"}}, `header: "/*/" is neither a // comment nor a whole /* */ comment`},
		{"two lines", typescript.Options{Header: []string{"// a\nx()"}}, `header: "// a\nx()" is neither a // comment nor a whole /* */ comment`},
		{"target", typescript.Options{Target: "js+dts"}, `target: "js+dts" is not supported by this version of rtgen, only "ts" is`},
		{"package", typescript.Options{Package: "@acme/x"}, "package is not supported by this version of rtgen"},
		{
			"several",
			typescript.Options{Timestamp: "date", Int64: "bigint", Optional: "value", AckStyle: "node"},
			`timestamp: "date" is not supported by this version of rtgen, only "string" is
int64: "bigint" is not supported by this version of rtgen, only "string" is
optional is not supported by this version of rtgen
ackStyle: "node" is not supported by this version of rtgen, only "envelope" is`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if err := c.options.Check(); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Check (-want +got):\n%s", diff)
			}
			if _, err := typescript.New(c.options); (err != nil) != (c.want != "") {
				t.Errorf("New: %v", err)
			}
		})
	}
}

// TestEmit looks at which files are written.
func TestEmit(t *testing.T) {
	m := loadText(t, "rtgen: v1\npackage: demo\nnamespaces:\n  /demo: {clientToServer: {ping: {}}}\n  /more/things: {}\n")
	for _, c := range []struct {
		name   string
		emit   []string
		files  string
		shared string
	}{
		{
			"default", nil,
			"demo.bind demo.client demo.contract demo.events demo.more-things.bind demo.more-things.client demo.more-things.events demo.types",
			"calls core events rooms runtime socketio wire",
		},
		{
			"mock and checks",
			[]string{"mock", "checks"},
			"demo.bind demo.checks demo.contract demo.events demo.mock demo.more-things.bind demo.more-things.checks demo.more-things.events demo.more-things.mock demo.types",
			"calls check core events mock rooms runtime wire",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			target := newTarget(t, typescript.Options{Emit: c.emit})
			files, problems := target.Generate(m)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			if diff := cmp.Diff(c.files, names(files)); diff != "" {
				t.Errorf("Generate (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.shared, names(target.Shared())); diff != "" {
				t.Errorf("Shared (-want +got):\n%s", diff)
			}
		})
	}
}

func names(files []generator.File) string {
	var list []string
	for _, f := range files {
		list = append(list, strings.TrimSuffix(f.Path, ".ts"))
	}
	return strings.Join(list, " ")
}

// TestHeads looks at the first lines of every file.
func TestHeads(t *testing.T) {
	target := newTarget(t, typescript.Options{Emit: everything.Emit, Header: []string{"// house rule"}})
	files, _ := target.Generate(loadText(t, long(1)))
	want := generator.Header + "\n// house rule\n// biome-ignore-all format: generated file\n\n"
	for _, f := range append(files, target.Shared()...) {
		if !strings.HasPrefix(string(f.Content), want) {
			t.Errorf("%s begins with %.200q, want %q", f.Path, f.Content, want)
		}
		if strings.HasSuffix(string(f.Content), "\n\n") {
			t.Errorf("%s ends with an empty line", f.Path)
		}
	}
}

// TestImportExtensions looks at how files import each other.
func TestImportExtensions(t *testing.T) {
	m := loadText(t, long(1))
	for extension, want := range map[string]string{"": `"./runtime.js"`, "js": `"./runtime.js"`, "ts": `"./runtime.ts"`, "none": `"./runtime"`} {
		target := newTarget(t, typescript.Options{Emit: everything.Emit, ImportExtension: extension})
		files, _ := target.Generate(m)
		for _, f := range append(files, target.Shared()...) {
			text := string(f.Content)
			if strings.Contains(text, `"./runtime`) && !strings.Contains(text, want) {
				t.Errorf("importExtension %q: %s does not import %s", extension, f.Path, want)
			}
			if extension == "none" && strings.Contains(text, `.js";`) {
				t.Errorf("importExtension none: %s imports a .js file", f.Path)
			}
		}
	}
}
