package schema

import (
	"math/big"
	"time"
)

// A Model is one resolved package of the contract: every reference followed,
// every default decided, nothing of YAML left. It is neutral: it knows no
// target language. Slices keep the order of the schema unless they say
// otherwise. A Model is not changed after Load has returned it.
type Model struct {
	Package string   // name of the package
	Version string   // semantic version; "" when none is declared
	Doc     string   // documentation of the package
	Dir     string   // folder of the package, slash-separated, relative to the root given to Load
	Files   []string // schema files of the package, sorted, relative like Dir

	// Fingerprint is twelve hexadecimal digits that change when anything does
	// that the two ends of a connection can notice: names on the wire, shapes
	// and constraints. Documentation, positions, the version, names in code and
	// the order of declarations make no difference.
	Fingerprint string

	Types      []*Type // declared types, sorted by file, then as written
	Errors     []*Error
	Namespaces []*Namespace // sorted by path
}

// A Position is a place in a schema file. Line and Col count from 1; Col
// counts code points.
type Position struct {
	File string
	Line int
	Col  int
}

// Names are the names a schema prescribes for the generated code of one
// target; an empty one is derived by rule.
type Names struct {
	Go string
	TS string
}

// A Kind tells what a Type is.
type Kind int

// The kinds of types.
const (
	KindStruct Kind = iota + 1
	KindEnum
	KindUnion
	KindAlias
)

// A Type is a declared type, or one written in place (the payload of an
// event, for example), which has no Name.
type Type struct {
	Name  string // "" when written in place
	Pos   Position
	Kind  Kind
	Doc   string
	Since string
	// Deprecated is the reason; "" means not deprecated.
	Deprecated string
	Names      Names

	// Fields of a struct. For a union: the fields every variant has beside
	// the tag; only the room keys of an event with a union payload make some.
	Fields []*Field

	// Tag is the field that tells a union's variants apart.
	Tag      string
	Variants []*Variant

	Values  []*EnumValue
	Numeric bool // enum: values are integers on the wire

	// Closed enums and unions promise clients that no value will be added.
	Closed bool

	// Base is what an alias stands for, constraints included.
	Base *Expr

	Example *Literal
}

// A Field of a struct, of an auth payload, or of a room's key.
type Field struct {
	Name       string
	Wire       string // key on the wire; equal to Name unless the schema says otherwise
	Pos        Position
	Doc        string
	Since      string
	Deprecated string
	Names      Names

	Type     *Expr
	Optional bool // may be absent
	Nullable bool // may be null
	// Default is what the server fills in when the field is absent; nil means
	// none. A field with a default is not Optional: handlers always see a value.
	Default   *Literal
	Example   *Literal
	Sensitive bool // never shown in logs
	// RoomKey marks a field that the schema did not write here: it travels
	// because the event is sent to a room with this key.
	RoomKey bool
}

// An EnumValue is one value of an enum.
type EnumValue struct {
	Name       string
	Wire       string // text on the wire of a string enum
	Number     int64  // value on the wire of a numeric enum
	Pos        Position
	Doc        string
	Since      string
	Deprecated string
}

// A Variant of a union: Tag on the wire, and the struct that goes with it.
type Variant struct {
	Tag  string
	Pos  Position
	Doc  string
	Type *Type // a struct; without Name when written in place
}

// An ExprKind tells what an Expr is.
type ExprKind int

// The kinds of type expressions.
const (
	ExprScalar ExprKind = iota + 1
	ExprNamed
	ExprList
	ExprMap
)

// An Expr is a use of a type with its constraints.
type Expr struct {
	Kind   ExprKind
	Scalar Scalar // ExprScalar
	Named  *Type  // ExprNamed
	Elem   *Expr  // element of a list, value of a map
	Key    *Expr  // key of a map, string-like; nil means string

	// Range bounds strings in code points, bytes in bytes, lists and maps in
	// elements, numbers by value and durations in milliseconds; nil means none.
	Range *Range
	// Pattern is a regular expression that means the same in RE2 and in
	// JavaScript with the u flag; "" means none.
	Pattern string
	// Precision and Scale of a decimal.
	Precision, Scale int
}

// A Range has both bounds included; a nil bound is open.
type Range struct {
	Min, Max *big.Rat
}

// A Literal is a value written in the schema. Value is a string, a bool, a
// *big.Rat, an *EnumValue, a json.RawMessage for anything composed, or nil for
// null.
type Literal struct {
	Raw   string // as written
	Value any
}

// A Scalar is a built-in type.
type Scalar string

// The scalars of the language.
const (
	Bool      Scalar = "bool"
	String    Scalar = "string"
	Int32     Scalar = "int32"
	Uint32    Scalar = "uint32"
	Int53     Scalar = "int53"
	Int64     Scalar = "int64"
	Uint64    Scalar = "uint64"
	Float32   Scalar = "float32"
	Float64   Scalar = "float64"
	Decimal   Scalar = "decimal"
	Timestamp Scalar = "timestamp"
	Date      Scalar = "date"
	Duration  Scalar = "duration"
	UUID      Scalar = "uuid"
	URL       Scalar = "url"
	Email     Scalar = "email"
	Bytes     Scalar = "bytes"
	Base64    Scalar = "base64"
	JSON      Scalar = "json"
)

// An Error is an entry of the error catalog: what a handler may answer.
type Error struct {
	Name      string
	Wire      string // code on the wire
	Pos       Position
	Doc       string
	Data      *Type // a struct; nil means none
	Retryable bool
	Names     Names
}

// A Namespace is a Socket.IO namespace with its events and rooms.
type Namespace struct {
	Path string // "/" or "/chat"
	Pos  Position
	Doc  string
	// Auth is the struct a client sends to connect; nil means none.
	Auth          *Type
	ConnectErrors []*Error
	Rooms         []*Room

	ClientToServer []*Event
	ServerToClient []*Event
}

// A Room is a kind of room; each value of its key is a room of its own.
type Room struct {
	Name string
	Pos  Position
	Doc  string
	Key  *Type // a struct written in place; its fields are required, string-like or integers
	// Join says that clients may ask to enter; nil means only the server
	// joins sockets.
	Join  *Join
	Names Names
}

// Join is what a client gets for entering a room.
type Join struct {
	Ack    *Type // nil means nothing but the permission
	Errors []*Error
}

// A Direction says who sends an event.
type Direction int

// The directions of events.
const (
	ClientToServer Direction = iota + 1
	ServerToClient
)

// An Event is one message of the contract.
type Event struct {
	Name       string
	Wire       string // event name on the wire
	Pos        Position
	Direction  Direction
	Doc        string
	Since      string
	Deprecated string
	Sunset     string // date from which a deprecated event may go; "" means none
	Names      Names

	// Payload is a struct or union; nil means the event carries none. With
	// To it has the fields of the room's key, see Field.RoomKey.
	Payload *Type
	// HasAck says that the event is answered; Ack is the answer's value, nil
	// when the answer has none.
	HasAck bool
	Ack    *Type
	Errors []*Error

	Rate     *Rate         // nil means unlimited
	Timeout  time.Duration // of the ack; zero means the runtime's default
	MaxSize  int64         // of payload and attachments in bytes; zero means the runtime's default
	Volatile bool
	// Idempotent is the payload's field that tells a retry from a new call.
	Idempotent *Field
	// RejectUnknownFields refuses payloads with fields the contract does not know.
	RejectUnknownFields bool

	// To are the room kinds the event is sent to; none means to one socket or
	// to the whole namespace.
	To []*Room

	Example *Literal // a payload; room keys may be missing
}

// A Rate allows Events per Per, and Burst at once.
type Rate struct {
	Events int
	Per    time.Duration
	Burst  int // equal to Events unless the schema says otherwise
}
