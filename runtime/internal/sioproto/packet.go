package sioproto

import "strconv"

// Type is the kind of a packet, the first digit on the wire.
type Type byte

// The types of the protocol. BinaryEvent and BinaryAck stand on the wire only:
// a Packet of type Event or Ack is sent as one when it has attachments, and is
// received as Event or Ack again.
const (
	Connect Type = iota
	Disconnect
	Event
	Ack
	ConnectError
	BinaryEvent
	BinaryAck
)

// String returns the name of the type as the protocol spells it.
func (t Type) String() string {
	names := [...]string{"CONNECT", "DISCONNECT", "EVENT", "ACK", "CONNECT_ERROR", "BINARY_EVENT", "BINARY_ACK"}
	if int(t) < len(names) {
		return names[t]
	}
	return "Type(" + strconv.Itoa(int(t)) + ")"
}

// A Packet is the unit of the protocol.
type Packet struct {
	// Type is Connect, Disconnect, Event, Ack or ConnectError.
	Type Type
	// Namespace begins with a slash. Empty means "/"; the Decoder writes it out.
	Namespace string
	// ID pairs an event with its ack. It counts only when HasID is set.
	ID uint64
	// HasID says that the event asks for an ack, or which event an ack answers.
	HasID bool
	// Data is the JSON text of the payload: the array of the event's name and
	// arguments, the array of an ack's arguments, the object of a CONNECT or
	// the object or string of a CONNECT_ERROR. It is empty for none.
	Data []byte
	// Name is the name of an event, and Args are the arguments of an event or
	// ack, which are parts of Data. They are what a Decoder has read in Data:
	// a packet that is to be sent does without.
	Name string
	Args [][]byte
	// Attachments are the binary parts, in the order of the numbers of their
	// placeholders in Data.
	Attachments [][]byte
}

// Size returns the number of bytes in the payload and the attachments.
func (p *Packet) Size() int {
	n := len(p.Data)
	for _, a := range p.Attachments {
		n += len(a)
	}
	return n
}

// Append appends the text of p to dst. The attachments follow it on the wire as
// messages of their own. Data has to be what the type asks for: Append copies
// it as it is.
func Append(dst []byte, p *Packet) []byte { return append(AppendHead(dst, p), p.Data...) }

// AppendHead appends what stands before Data in the text of p.
func AppendHead(dst []byte, p *Packet) []byte {
	dst = append(dst, '0'+byte(wireType(p)))
	if len(p.Attachments) > 0 {
		dst = strconv.AppendInt(dst, int64(len(p.Attachments)), 10)
		dst = append(dst, '-')
	}
	if p.Namespace != "" && p.Namespace != "/" {
		dst = append(dst, p.Namespace...)
		dst = append(dst, ',')
	}
	if p.HasID {
		dst = strconv.AppendUint(dst, p.ID, 10)
	}
	return dst
}

func wireType(p *Packet) Type {
	if len(p.Attachments) == 0 {
		return p.Type
	}
	switch p.Type {
	case Event:
		return BinaryEvent
	case Ack:
		return BinaryAck
	}
	return p.Type
}
