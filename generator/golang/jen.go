package golang

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/schema"
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

// packageName returns the name of an imported package.
func packageName(importPath string) string {
	if importPath == rtPath {
		return "rt"
	}
	return path.Base(importPath)
}

// newFile returns an empty file of the contract's package.
func (c *contract) newFile() *jen.File {
	f := jen.NewFile(c.pkg)
	f.HeaderComment(generator.Header)
	f.ImportAlias(rtPath, "rt")
	return f
}

// printFile formats a file. It cannot fail with code from this package; when
// it does, an emitter is wrong.
func printFile(f *jen.File) []byte {
	var b bytes.Buffer
	if err := f.Render(&b); err != nil {
		panic("golang: " + err.Error())
	}
	return b.Bytes()
}

// converted writes x, which has the Go type of e, as a value of type to; see
// convert.
func converted(e *schema.Expr, to ident, x *jen.Statement) *jen.Statement {
	if isOf(e, to) {
		return x
	}
	return jen.Id(to.name).Call(x)
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
