package generator_test

import (
	"go/build"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/schema"
)

func TestWords(t *testing.T) {
	tests := []struct {
		name string
		want []string
	}{
		{"", nil},
		{"/", nil},
		{"id", []string{"id"}},
		{"conversationId", []string{"conversation", "Id"}},
		{"HTTPServer", []string{"HTTP", "Server"}},
		{"getURL", []string{"get", "URL"}},
		{"userIDs", []string{"user", "I", "Ds"}},
		{"utf8Text", []string{"utf8", "Text"}},
		{"/admin/user-list_2", []string{"admin", "user", "list", "2"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, generator.Words(tt.name)); diff != "" {
			t.Errorf("Words(%q) (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestCasing(t *testing.T) {
	tests := []struct {
		name, pascal, exported, unexported string
	}{
		{"id", "Id", "ID", "id"},
		{"conversationId", "ConversationId", "ConversationID", "conversationID"},
		{"urlList", "UrlList", "URLList", "urlList"},
		{"sendMessage", "SendMessage", "SendMessage", "sendMessage"},
		{"UserID", "UserID", "UserID", "userID"},
		{"HTTPServer", "HTTPServer", "HTTPServer", "httpServer"},
		{"/admin/users", "AdminUsers", "AdminUsers", "adminUsers"},
		{"x", "X", "X", "x"},
	}
	for _, tt := range tests {
		got := []string{
			generator.Pascal(tt.name), generator.GoExported(tt.name), generator.GoUnexported(tt.name),
		}
		if diff := cmp.Diff([]string{tt.pascal, tt.exported, tt.unexported}, got); diff != "" {
			t.Errorf("%q as Pascal, GoExported, GoUnexported (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestGoSafe(t *testing.T) {
	for name, want := range map[string]string{
		"type": "type_", "string": "string_", "len": "len_", "any": "any_", "ctx": "ctx_", "text": "text",
	} {
		if got := generator.GoSafe(name, "ctx"); got != want {
			t.Errorf("GoSafe(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestFileName(t *testing.T) {
	tests := []struct{ path, want string }{
		{"/", "root"},
		{"/chat", "chat"},
		{"/admin/userList", "admin-user-list"},
		{"/Admin/Users", "admin-users"},
		{"/con", "con-namespace"},
		{"/NUL", "nul-namespace"},
		{"/com1", "com1-namespace"},
		{"/types", "types-namespace"},
		{"/x_test", "x-test"},
		{"/_x", "x"},
	}
	for _, tt := range tests {
		if got := generator.FileName(tt.path); got != tt.want {
			t.Errorf("FileName(%q) = %q, want %q", tt.path, got, tt.want)
		}
	}
}

func TestFileNameOfLongPath(t *testing.T) {
	long := strings.Repeat("/segment", 25)
	name, other := generator.FileName(long), generator.FileName(long+"x")
	if len(name) != 100 || !strings.HasPrefix(name, "segment-segment-") {
		t.Errorf("FileName = %q, %d characters, want 100", name, len(name))
	}
	if name == other {
		t.Errorf("two long paths have the name %q", name)
	}
}

// TestFileNameIsBuilt asks the go command's own rules, on a system and a
// processor that no path names.
func TestFileNameIsBuilt(t *testing.T) {
	ctx := build.Default
	ctx.GOOS, ctx.GOARCH = "plan9", "mips"
	ctx.OpenFile = func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("package x\n")), nil
	}
	for _, path := range []string{"/x_test", "/x_linux", "/x_amd64", "/x_windows_arm64", "/linux", "/js_wasm", "/_hidden", "/unix"} {
		name := generator.FileName(path) + ".rt.go"
		match, err := ctx.MatchFile(".", name)
		if err != nil || !match {
			t.Errorf("go passes over %s of namespace %s: %v", name, path, err)
		}
	}
}

func TestNamespaceName(t *testing.T) {
	for path, want := range map[string]string{
		"/": "Root", "/chat": "Chat", "/admin/users": "AdminUsers", "/v1/2": "V12", "/9lives": "N9lives",
	} {
		if got := generator.NamespaceName(path); got != want {
			t.Errorf("NamespaceName(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestScope(t *testing.T) {
	here := schema.Position{File: "a.rt.yaml", Line: 3, Col: 5}
	there := schema.Position{File: "a.rt.yaml", Line: 9, Col: 7}
	var s generator.Scope
	s.Declare("Contract", "the description of the contract", schema.Position{})
	s.Declare("Note", `type "Note"`, here)
	s.Declare("Note", `the payload of event "note"`, there)
	s.Declare("Contract", `type "Contract"`, here)
	want := schema.Diagnostics{
		{
			Pos: there, End: there, Severity: schema.SeverityError, Rule: "NAME_COLLISION",
			Message: `the payload of event "note" and type "Note" are both named "Note" in generated code`,
			Help:    []string{`rename one of them or give it a name of its own with "names"`},
			Related: []schema.Related{{Pos: here, Message: `type "Note" is declared here`}},
		},
		{
			Pos: here, End: here, Severity: schema.SeverityError, Rule: "NAME_COLLISION",
			Message: `type "Contract" and the description of the contract are both named "Contract" in generated code`,
			Help:    []string{`rename one of them or give it a name of its own with "names"`},
		},
	}
	if diff := cmp.Diff(want, s.Diagnostics()); diff != "" {
		t.Errorf("Diagnostics (-want +got):\n%s", diff)
	}
}
