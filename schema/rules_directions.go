package schema

// An outward is a type that servers send, and where the contract says so.
type outward struct {
	typ *Type
	at  Position
}

// checkDirections reports defaults in what clients read: a default is what
// the server fills in when it reads.
func (p *pkg) checkDirections() {
	seen := make(map[*Type]bool)
	queue := p.outwards()
	for len(queue) > 0 {
		out := queue[0]
		queue = queue[1:]
		if out.typ == nil || seen[out.typ] {
			continue
		}
		seen[out.typ] = true
		visit := func(t *Type) { queue = append(queue, outward{t, out.at}) }
		for _, f := range out.typ.Fields {
			if f.Default != nil {
				p.report(p.fields[f], "DEFAULT_DIRECTION", "field %s has a default, but clients read it too", quoted(f.Name)).
					related(out.at, "sent to clients from here").
					help("defaults are filled in by the server when it reads; make the field optional, or declare a type per direction")
			}
			f.Type.named(visit)
		}
		for _, v := range out.typ.Variants {
			visit(v.Type)
		}
		out.typ.Base.named(visit)
	}
}

// outwards lists what servers send to clients.
func (p *pkg) outwards() (all []outward) {
	for _, d := range p.events {
		e := d.event
		if e.Direction == ServerToClient {
			all = append(all, outward{d.payload, e.Pos})
		} else {
			all = append(all, outward{e.Ack, e.Pos})
		}
	}
	for _, r := range p.rooms {
		if r.Join != nil {
			all = append(all, outward{r.Join.Ack, r.Pos})
		}
	}
	for _, e := range p.model.Errors {
		all = append(all, outward{e.Data, e.Pos})
	}
	return all
}
