// Package wire is the codec of contract payloads: JSON with binary attachments,
// as Socket.IO carries them.
//
// The types that rtgen generates implement [Marshaler], [Unmarshaler] or both,
// whichever way they travel, with straight calls of an [Encoder], a [Decoder]
// and a [Checker]; nothing is done by reflection. A generated type reads like
// this:
//
//	func (m *Author) EncodeWire(e *wire.Encoder) {
//		e.BeginObject()
//		m.EncodeFields(e)
//		e.EndObject()
//	}
//
//	func (m *Author) EncodeFields(e *wire.Encoder) {
//		e.Field(`"id":`)
//		e.Int(m.ID)
//		e.Field(`"name":`)
//		e.String(m.Name)
//	}
//
//	var fieldsOfAuthor = wire.Fields{Required: 2, Names: []string{"id", "name"}}
//
//	func (m *Author) DecodeWire(d *wire.Decoder) {
//		for i := d.Object(&fieldsOfAuthor); i >= 0; i = d.Field() {
//			switch i {
//			case 0: // id
//				m.ID = d.Int53()
//			case 1: // name
//				m.Name = d.String()
//			}
//		}
//	}
//
//	func (m *Author) CheckWire(c *wire.Checker) {
//		c.Field("id")
//		c.Int53(m.ID)
//		c.Up()
//		c.Field("name")
//		c.Length(m.Name, 1, 80)
//		c.Up()
//	}
//
// [Marshal], [Append] and [Unmarshal] also take values of other types: a []byte
// is one attachment, anything else goes through encoding/json.
//
// What a peer sent wrong is told as an [Error]: every fault with the path at
// which it was found, and nothing about the inside of this program.
package wire
