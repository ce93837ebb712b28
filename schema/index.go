package schema

import "strings"

// An index finds the parts of a type by name, so that many uses of a large
// type do not each search it.
type index struct {
	fields   map[string]*Field // by name in lower case
	wires    map[string]*Field // by name on the wire
	required []*Field
	variants map[string]*Variant
	values   map[string]*EnumValue
}

func (p *pkg) index(t *Type) *index {
	if i, ok := p.indexes[t]; ok {
		return i
	}
	i := &index{
		fields:   make(map[string]*Field, len(t.Fields)),
		wires:    make(map[string]*Field, len(t.Fields)),
		variants: make(map[string]*Variant, len(t.Variants)),
		values:   make(map[string]*EnumValue, len(t.Values)),
	}
	for _, f := range t.Fields {
		i.fields[strings.ToLower(f.Name)] = f
		i.wires[f.Wire] = f
		if !f.Optional && f.Default == nil && !f.RoomKey {
			i.required = append(i.required, f)
		}
	}
	for _, v := range t.Variants {
		i.variants[v.Tag] = v
	}
	for _, v := range t.Values {
		i.values[v.Name] = v
	}
	p.indexes[t] = i
	return i
}

// field returns the field with a name, or nil.
func (i *index) field(name string) *Field {
	if f := i.fields[strings.ToLower(name)]; f != nil && f.Name == name {
		return f
	}
	return nil
}

// fieldLike returns the field that has the name of another, in any case, or
// its name on the wire; nil when there is none.
func (i *index) fieldLike(other *Field) *Field {
	if f, ok := i.fields[strings.ToLower(other.Name)]; ok {
		return f
	}
	return i.wires[other.Wire]
}
