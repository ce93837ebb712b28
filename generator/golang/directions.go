package golang

import "github.com/rtgen/rtgen/schema"

// reach is a set of types: those that something sends, or those it receives.
type reach map[*schema.Type]bool

// add notes t and all that a value of it can hold.
func (r reach) add(t *schema.Type) {
	if t == nil || r[t] {
		return
	}
	r[t] = true
	for _, next := range parts(t) {
		r.add(next)
	}
}

// findDirections finds out which types a server sends and which it receives.
// The codec of a type is written for these directions only: half of the code
// and of the time to compile it. A client would want both sets the other way
// round.
func (c *contract) findDirections() {
	c.isSent, c.isReceived = reach{}, reach{}
	for _, e := range c.errors {
		c.isSent.add(e.Data)
	}
	for _, n := range c.namespaces {
		c.isReceived.add(n.Auth)
		for _, r := range n.rooms {
			if r.Join != nil {
				c.isReceived.add(r.Key)
				c.isSent.add(r.Join.Ack)
			}
		}
		for _, e := range n.calls {
			c.isReceived.add(e.Payload)
			c.isSent.add(e.Ack)
		}
		for _, e := range n.casts {
			c.isSent.add(e.Payload)
			c.isReceived.add(e.Ack)
		}
	}
}
