package golang

import (
	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// extension is what the names of generated files end with.
const extension = ".rt.go"

// files builds the files of the package: types.rt.go and codec.rt.go for what
// is declared, chat.rt.go and chat.codec.rt.go for a namespace.
func (c *contract) files() []source {
	sources := []source{c.typesFile()}
	sources = c.addCodec(sources, "codec", c.declared)
	for _, n := range c.namespaces {
		sources = append(sources, c.namespaceFile(n))
		sources = c.addCodec(sources, n.file+".codec", n.coded())
	}
	return sources
}

func (c *contract) typesFile() source {
	s := c.newSource("types" + extension)
	comment(packageDoc{s.file}, "Package "+c.pkg+" is the contract "+quote(c.Package)+".", c.Doc)
	c.emitContract(s.file)
	for _, e := range c.errors {
		c.emitError(s.file, e)
	}
	c.emitTypes(s.file, c.declared)
	return s
}

// packageDoc is a commenter for what stands above the package clause.
type packageDoc struct{ file *jen.File }

// Comment adds a line.
func (p packageDoc) Comment(line string) *jen.Statement {
	p.file.PackageComment(line)
	return nil
}

func (c *contract) namespaceFile(n *namespace) source {
	s := c.newSource(n.file + extension)
	c.emitHandler(s.file, n)
	c.emitRegister(s.file, n)
	c.emitSocket(s.file, n)
	c.emitAPI(s.file, n)
	for _, r := range n.rooms {
		c.emitRoom(s.file, n, r)
	}
	for _, e := range n.calls {
		c.emitEvent(s.file, e)
	}
	for _, e := range n.casts {
		c.emitEvent(s.file, e)
	}
	c.emitTypes(s.file, n.types)
	return s
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
func (c *contract) addCodec(sources []source, name string, types []*schema.Type) []source {
	s := c.newSource(name + extension)
	written := false
	for _, t := range types {
		written = c.emitCodec(s.file, t) || written
	}
	if !written {
		return sources
	}
	return append(sources, s)
}

// emitCodec writes the methods by which package wire codes and checks values
// of t. It returns false when there is nothing to write.
func (c *contract) emitCodec(f *jen.File, t *schema.Type) bool {
	patterns := c.emitPatterns(f, t)
	switch t.Kind {
	case schema.KindEnum:
		c.emitEnumCheck(f, t)
	case schema.KindStruct:
		c.emitStructEncode(f, t)
		c.emitStructDecode(f, t)
		c.emitStructCheck(f, t)
		c.emitValidate(f, t)
	case schema.KindUnion:
		c.emitUnionEncode(f, t)
		c.emitUnionDecode(f, t)
		c.emitUnionCheck(f, t)
		c.emitValidate(f, t)
	case schema.KindAlias:
		return patterns
	}
	return true
}

// emitPatterns writes, for each pattern in t:
//
//	var <name>Pattern = regexp.MustCompile("<pattern>")
func (c *contract) emitPatterns(f *jen.File, t *schema.Type) bool {
	for _, e := range c.patternsOf[t] {
		f.Line()
		f.Var().Id(c.patterns[e]).Op("=").Qual(regexpPath, "MustCompile").Call(raw(e.Pattern))
	}
	return len(c.patternsOf[t]) > 0
}
