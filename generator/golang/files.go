package golang

import (
	"slices"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// extension is what the names of generated files end with.
const extension = ".rt.go"

// A source is a file that waits to be printed.
type source struct {
	path  string
	print func() []byte
}

// sources lists the files of the package: types.rt.go and codec.rt.go for what
// is declared, chat.rt.go and chat.codec.rt.go for a namespace. Printing one
// only reads the contract.
func (c *contract) sources() []source {
	list := []source{{"types" + extension, func() []byte { return printFile(c.typesFile()) }}}
	list = c.addCodec(list, "codec", c.declared)
	for _, n := range c.namespaces {
		list = append(list, source{n.file + extension, func() []byte { return printFile(c.namespaceFile(n)) }})
		list = c.addCodec(list, n.file+".codec", n.coded())
	}
	return list
}

func (c *contract) typesFile() *jen.File {
	f := c.newFile()
	comment(packageDoc{f}, "Package "+c.pkg+" is the contract "+quote(c.Package)+".", c.Doc)
	c.emitContract(f)
	for _, e := range c.errors {
		c.emitError(f, e)
	}
	c.emitTypes(f, c.declared)
	return f
}

// packageDoc is a commenter for what stands above the package clause.
type packageDoc struct{ file *jen.File }

// Comment adds a line.
func (p packageDoc) Comment(line string) *jen.Statement {
	p.file.PackageComment(line)
	return nil
}

func (c *contract) namespaceFile(n *namespace) *jen.File {
	f := c.newFile()
	c.emitHandler(f, n)
	c.emitRegister(f, n)
	c.emitSocket(f, n)
	c.emitAPI(f, n)
	for _, r := range n.rooms {
		c.emitRoom(f, n, r)
	}
	for _, e := range slices.Concat(n.calls, n.casts) {
		c.emitEvent(f, e)
	}
	c.emitTypes(f, n.types)
	return f
}

// coded returns the types of a namespace that travel: those written in place,
// and the keys that clients ask to join with.
func (n *namespace) coded() []*schema.Type {
	var types []*schema.Type
	for _, r := range n.rooms {
		if r.Join != nil {
			types = append(types, r.Key)
		}
	}
	return append(types, n.types...)
}

// emitContract writes:
//
//	// An older runtime has no GeneratedV1 and does not compile this package.
//	const _ = rt.GeneratedV1
//
//	// Contract is the version of the contract that this package was made of.
//	var Contract = &rt.Contract{
//		Name:        "<package>",
//		Version:     "<version>",
//		Fingerprint: "<fingerprint>",
//	}
func (c *contract) emitContract(f *jen.File) {
	comment(f, "An older runtime has no GeneratedV1 and does not compile this package.")
	f.Const().Id("_").Op("=").Qual(rtPath, "GeneratedV1")
	f.Line()
	comment(f, "Contract is the version of the contract that this package was made of.")
	f.Var().Id("Contract").Op("=").Op("&").Qual(rtPath, "Contract").Values(
		jen.Line().Id("Name").Op(":").Lit(c.Package),
		jen.Line().Id("Version").Op(":").Lit(c.Version),
		jen.Line().Id("Fingerprint").Op(":").Lit(c.Fingerprint),
		jen.Line(),
	)
}

func (c *contract) emitTypes(f *jen.File, types []*schema.Type) {
	for _, t := range types {
		switch t.Kind {
		case schema.KindStruct:
			c.emitStruct(f, t)
		case schema.KindEnum:
			c.emitEnum(f, t)
		case schema.KindUnion:
			c.emitUnion(f, t)
		case schema.KindAlias:
			c.emitAlias(f, t)
		}
	}
}

// addCodec adds a file with the codecs of types, unless there is nothing to
// write.
func (c *contract) addCodec(list []source, name string, types []*schema.Type) []source {
	if !slices.ContainsFunc(types, c.hasCodec) {
		return list
	}
	return append(list, source{name + extension, func() []byte {
		p := newPrinter()
		for _, t := range types {
			c.emitCodec(p, t)
		}
		return p.file(c.pkg)
	}})
}

func (c *contract) hasCodec(t *schema.Type) bool {
	return t.Kind != schema.KindAlias || len(c.patternsOf[t]) > 0
}

// emitCodec writes the methods by which package wire codes and checks values
// of t, and the regular expressions that belong to t.
func (c *contract) emitCodec(p *printer, t *schema.Type) {
	for _, e := range c.patternsOf[t] {
		c.emitPattern(p, e)
	}
	switch t.Kind {
	case schema.KindEnum:
		c.emitEnumCheck(p, t)
	case schema.KindStruct:
		if c.isSent[t] {
			c.emitStructEncode(p, t)
		}
		if c.isReceived[t] {
			c.emitStructDecode(p, t)
		}
		c.emitStructCheck(p, t)
		c.emitValidate(p, t)
	case schema.KindUnion:
		if c.isSent[t] {
			c.emitUnionEncode(p, t)
		}
		if c.isReceived[t] {
			c.emitUnionDecode(p, t)
		}
		c.emitUnionCheck(p, t)
		c.emitValidate(p, t)
	}
}

// emitPattern writes:
//
//	var <name>Pattern = regexp.MustCompile(`<pattern>`)
func (c *contract) emitPattern(p *printer, e *schema.Expr) {
	p.line()
	p.line("var ", c.patterns[e], " = ", p.use(regexpPath, "MustCompile"), "(", rawString(e.Pattern), ")")
}
