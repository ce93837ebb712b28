package golang

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/generator"
)

// The packages that generated code imports.
const (
	rtPath      = "github.com/rtgen/rtgen/runtime"
	wirePath    = "github.com/rtgen/rtgen/runtime/wire"
	contextPath = "context"
	iterPath    = "iter"
	jsonPath    = "encoding/json"
	mathPath    = "math"
	regexpPath  = "regexp"
	slogPath    = "log/slog"
	strconvPath = "strconv"
	timePath    = "time"
)

// packageNames are what the imports are called in generated code: no parameter
// may be named so.
var packageNames = []string{"rt", "wire", "context", "iter", "json", "math", "regexp", "slog", "strconv", "time"}

// A source is a file that waits to be printed.
type source struct {
	path string
	file *jen.File
}

// newSource returns an empty file of the contract's package.
func (c *contract) newSource(path string) source {
	f := jen.NewFile(c.pkg)
	f.HeaderComment(generator.Header)
	f.ImportAlias(rtPath, "rt")
	f.ImportName(wirePath, "wire")
	return source{path, f}
}

// print formats the file. It cannot fail with code from this package; when it
// does, an emitter is wrong.
func (s source) print() []byte {
	var b bytes.Buffer
	if err := s.file.Render(&b); err != nil {
		panic("golang: " + err.Error())
	}
	return b.Bytes()
}

// call writes <receiver>.<method>(<args>).
func call(receiver, method string, args ...jen.Code) *jen.Statement {
	return jen.Id(receiver).Dot(method).Call(args...)
}

// wireType writes *wire.<name>.
func wireType(name string) *jen.Statement {
	return jen.Op("*").Qual(wirePath, name)
}

// raw writes s as a raw string literal where there can be one.
func raw(s string) *jen.Statement {
	if strconv.CanBackquote(s) {
		return jen.Op("`" + s + "`")
	}
	return jen.Lit(s)
}

// method writes func (<receiver> <typ>) <name>(<params>).
func method(f *jen.File, receiver string, typ jen.Code, name string, params ...jen.Code) *jen.Statement {
	return f.Func().Params(jen.Id(receiver).Add(typ)).Id(name).Params(params...)
}

// ctxParam writes ctx context.Context.
func ctxParam() *jen.Statement {
	return jen.Id("ctx").Qual(contextPath, "Context")
}

// jsonString returns s as a JSON string.
func jsonString(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always has a JSON form
	return strings.TrimSuffix(b.String(), "\n")
}
