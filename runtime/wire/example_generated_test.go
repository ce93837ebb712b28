package wire_test

// This file looks as rtgen's output for the contract below does. It is the
// reference for the generator, and what the other tests of the package use.
//
//	types:
//	  Message:
//	    id: string(1..40)
//	    seq: int53(0..)
//	    at: timestamp
//	    from: Author
//	    tags: list<string(..20)>(..8)
//	    text: string(1..4000)
//	  Author:
//	    id: int53
//	    name: string(1..80)
//	  Level: [low, high]
//	  Body:
//	    $union: kind
//	    text: TextBody
//	    image: ImageBody
//	  TextBody:
//	    text: string(1..100)
//	    replies?: list<Body>(..3)
//	  ImageBody:
//	    alt?: string(..300)
//	    data: bytes(1..64)
//	  Order:
//	    body: Body
//	    level: Level = low
//	    lines: list<Line>(1..3)
//	    eta?: timestamp
//	    note: string(..9) | null
//	    stock?: map<int32(0..)>(..3)
//	    meta?: json
//	  Line:
//	    sku: {type: string, pattern: "^[a-z]+$"}
//	    qty: int32(1..)

import (
	"encoding/json"
	"math"
	"regexp"
	"time"

	"github.com/rtgen/rtgen/runtime/wire"
)

type Message struct {
	ID   string    `json:"id"`
	Seq  int64     `json:"seq"`
	At   time.Time `json:"at"`
	From Author    `json:"from"`
	Tags []string  `json:"tags"`
	Text string    `json:"text"`
}

func (m *Message) Validate() error { return wire.Validate(m) }

func (m *Message) EncodeWire(e *wire.Encoder) {
	e.BeginObject()
	m.EncodeFields(e)
	e.EndObject()
}

func (m *Message) EncodeFields(e *wire.Encoder) {
	e.Field(`"id":`)
	e.String(m.ID)
	e.Field(`"seq":`)
	e.Int(m.Seq)
	e.Field(`"at":`)
	e.Time(m.At)
	e.Field(`"from":`)
	m.From.EncodeWire(e)
	e.Field(`"tags":`)
	e.BeginArray()
	for i := range m.Tags {
		e.Elem()
		e.String(m.Tags[i])
	}
	e.EndArray()
	e.Field(`"text":`)
	e.String(m.Text)
}

var fieldsOfMessage = wire.Fields{Required: 6, Names: []string{"id", "seq", "at", "from", "tags", "text"}}

func (m *Message) DecodeWire(d *wire.Decoder) {
	for i := d.Object(&fieldsOfMessage); i >= 0; i = d.Field() {
		switch i {
		case 0: // id
			m.ID = d.String()
		case 1: // seq
			m.Seq = d.Int53()
		case 2: // at
			m.At = d.Time()
		case 3: // from
			m.From.DecodeWire(d)
		case 4: // tags
			if d.Array(8) {
				m.Tags = make([]string, 0, 4)
				for d.NextElem() {
					m.Tags = append(m.Tags, d.String())
				}
			}
		case 5: // text
			m.Text = d.String()
		}
	}
}

func (m *Message) CheckWire(c *wire.Checker) {
	c.Field("id")
	c.Length(m.ID, 1, 40)
	c.Up()
	c.Field("seq")
	c.Int(m.Seq, 0, 1<<53-1)
	c.Up()
	c.Field("from")
	m.From.CheckWire(c)
	c.Up()
	c.Field("tags")
	c.Count(len(m.Tags), 0, 8)
	for i := range m.Tags {
		c.Index(i)
		c.Length(m.Tags[i], 0, 20)
		c.Up()
	}
	c.Up()
	c.Field("text")
	c.Length(m.Text, 1, 4000)
	c.Up()
}

type Author struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func (m *Author) Validate() error { return wire.Validate(m) }

func (m *Author) EncodeWire(e *wire.Encoder) {
	e.BeginObject()
	m.EncodeFields(e)
	e.EndObject()
}

func (m *Author) EncodeFields(e *wire.Encoder) {
	e.Field(`"id":`)
	e.Int(m.ID)
	e.Field(`"name":`)
	e.String(m.Name)
}

var fieldsOfAuthor = wire.Fields{Required: 2, Names: []string{"id", "name"}}

func (m *Author) DecodeWire(d *wire.Decoder) {
	for i := d.Object(&fieldsOfAuthor); i >= 0; i = d.Field() {
		switch i {
		case 0: // id
			m.ID = d.Int53()
		case 1: // name
			m.Name = d.String()
		}
	}
}

func (m *Author) CheckWire(c *wire.Checker) {
	c.Field("id")
	c.Int53(m.ID)
	c.Up()
	c.Field("name")
	c.Length(m.Name, 1, 80)
	c.Up()
}

type Level string

const (
	LevelLow  Level = "low"
	LevelHigh Level = "high"
)

func (v Level) Known() bool {
	switch v {
	case LevelLow, LevelHigh:
		return true
	}
	return false
}

// Body is a union: exactly one of Text and Image is set.
type Body struct {
	Text  *TextBody
	Image *ImageBody

	// unknown is the text of a variant that a newer peer has sent.
	unknown json.RawMessage
}

func (m *Body) EncodeWire(e *wire.Encoder) {
	e.BeginObject()
	m.EncodeFields(e)
	e.EndObject()
}

func (m *Body) EncodeFields(e *wire.Encoder) {
	switch {
	case m.Text != nil:
		e.Field(`"kind":"text"`)
		m.Text.EncodeFields(e)
	case m.Image != nil:
		e.Field(`"kind":"image"`)
		m.Image.EncodeFields(e)
	}
}

func (m *Body) DecodeWire(d *wire.Decoder) {
	switch d.Tag("kind") {
	case "text":
		m.Text = new(TextBody)
		m.Text.DecodeWire(d)
	case "image":
		m.Image = new(ImageBody)
		m.Image.DecodeWire(d)
	default:
		m.unknown = d.UnknownVariant("kind", "must be one of text, image")
	}
}

func (m *Body) CheckWire(c *wire.Checker) {
	if c.TooDeep() {
		return
	}
	set := 0
	if m.Text != nil {
		set++
		m.Text.CheckWire(c)
	}
	if m.Image != nil {
		set++
		m.Image.CheckWire(c)
	}
	if m.unknown != nil {
		set++
	}
	c.Variants(set)
}

type TextBody struct {
	Text    string `json:"text"`
	Replies []Body `json:"replies,omitzero"`
}

func (m *TextBody) EncodeWire(e *wire.Encoder) {
	e.BeginObject()
	m.EncodeFields(e)
	e.EndObject()
}

func (m *TextBody) EncodeFields(e *wire.Encoder) {
	e.Field(`"text":`)
	e.String(m.Text)
	if m.Replies != nil {
		e.Field(`"replies":`)
		e.BeginArray()
		for i := range m.Replies {
			e.Elem()
			m.Replies[i].EncodeWire(e)
		}
		e.EndArray()
	}
}

var fieldsOfTextBody = wire.Fields{Required: 1, Names: []string{"text", "replies"}}

func (m *TextBody) DecodeWire(d *wire.Decoder) {
	for i := d.Object(&fieldsOfTextBody); i >= 0; i = d.Field() {
		switch i {
		case 0: // text
			m.Text = d.String()
		case 1: // replies
			if d.Array(3) {
				m.Replies = make([]Body, 0, 3)
				for d.NextElem() {
					m.Replies = append(m.Replies, Body{})
					m.Replies[len(m.Replies)-1].DecodeWire(d)
				}
			}
		}
	}
}

func (m *TextBody) CheckWire(c *wire.Checker) {
	if c.TooDeep() {
		return
	}
	c.Field("text")
	c.Length(m.Text, 1, 100)
	c.Up()
	c.Field("replies")
	c.Count(len(m.Replies), 0, 3)
	for i := range m.Replies {
		c.Index(i)
		m.Replies[i].CheckWire(c)
		c.Up()
	}
	c.Up()
}

type ImageBody struct {
	Alt  *string `json:"alt,omitzero"`
	Data []byte  `json:"data"`
}

func (m *ImageBody) EncodeWire(e *wire.Encoder) {
	e.BeginObject()
	m.EncodeFields(e)
	e.EndObject()
}

func (m *ImageBody) EncodeFields(e *wire.Encoder) {
	if m.Alt != nil {
		e.Field(`"alt":`)
		e.String(*m.Alt)
	}
	e.Field(`"data":`)
	e.Bytes(m.Data)
}

var fieldsOfImageBody = wire.Fields{Required: 1, Names: []string{"data", "alt"}}

func (m *ImageBody) DecodeWire(d *wire.Decoder) {
	for i := d.Object(&fieldsOfImageBody); i >= 0; i = d.Field() {
		switch i {
		case 1: // alt
			m.Alt = new(d.String())
		case 0: // data
			m.Data = d.Bytes()
		}
	}
}

func (m *ImageBody) CheckWire(c *wire.Checker) {
	if m.Alt != nil {
		c.Field("alt")
		c.Length(*m.Alt, 0, 300)
		c.Up()
	}
	c.Field("data")
	c.Size(len(m.Data), 1, 64)
	c.Up()
}

type Order struct {
	Body  Body             `json:"body"`
	Level Level            `json:"level"`
	Lines []Line           `json:"lines"`
	ETA   *time.Time       `json:"eta,omitzero"`
	Note  *string          `json:"note"`
	Stock map[string]int32 `json:"stock,omitzero"`
	Meta  json.RawMessage  `json:"meta,omitzero"`
}

func (m *Order) Validate() error { return wire.Validate(m) }

func (m *Order) EncodeWire(e *wire.Encoder) {
	e.BeginObject()
	m.EncodeFields(e)
	e.EndObject()
}

func (m *Order) EncodeFields(e *wire.Encoder) {
	e.Field(`"body":`)
	m.Body.EncodeWire(e)
	e.Field(`"level":`)
	e.String(string(m.Level))
	e.Field(`"lines":`)
	e.BeginArray()
	for i := range m.Lines {
		e.Elem()
		m.Lines[i].EncodeWire(e)
	}
	e.EndArray()
	if m.ETA != nil {
		e.Field(`"eta":`)
		e.Time(*m.ETA)
	}
	e.Field(`"note":`)
	if m.Note == nil {
		e.Null()
	} else {
		e.String(*m.Note)
	}
	if m.Stock != nil {
		e.Field(`"stock":`)
		e.BeginObject()
		for _, k := range wire.SortedKeys(m.Stock) {
			e.MapKey(k)
			e.Int(int64(m.Stock[k]))
		}
		e.EndObject()
	}
	if m.Meta != nil {
		e.Field(`"meta":`)
		e.JSON(m.Meta)
	}
}

var fieldsOfOrder = wire.Fields{Required: 3, Names: []string{"body", "lines", "note", "level", "eta", "stock", "meta"}}

func (m *Order) DecodeWire(d *wire.Decoder) {
	m.Level = LevelLow
	for i := d.Object(&fieldsOfOrder); i >= 0; i = d.Field() {
		switch i {
		case 0: // body
			m.Body.DecodeWire(d)
		case 3: // level
			m.Level = Level(d.String())
		case 1: // lines
			if d.Array(3) {
				m.Lines = make([]Line, 0, 3)
				for d.NextElem() {
					m.Lines = append(m.Lines, Line{})
					m.Lines[len(m.Lines)-1].DecodeWire(d)
				}
			}
		case 4: // eta
			m.ETA = new(d.Time())
		case 2: // note
			if !d.Null() {
				m.Note = new(d.String())
			}
		case 5: // stock
			if d.Map(3) {
				m.Stock = make(map[string]int32)
				for d.NextEntry() {
					m.Stock[d.MapKey()] = d.Int32()
				}
			}
		case 6: // meta
			m.Meta = d.JSON()
		}
	}
}

func (m *Order) CheckWire(c *wire.Checker) {
	c.Field("body")
	m.Body.CheckWire(c)
	c.Up()
	c.Field("level")
	c.Enum(m.Level.Known(), "must be one of low, high")
	c.Up()
	c.Field("lines")
	c.Count(len(m.Lines), 1, 3)
	for i := range m.Lines {
		c.Index(i)
		m.Lines[i].CheckWire(c)
		c.Up()
	}
	c.Up()
	if m.Note != nil {
		c.Field("note")
		c.Length(*m.Note, 0, 9)
		c.Up()
	}
	if m.Stock != nil {
		c.Field("stock")
		c.Count(len(m.Stock), 0, 3)
		for _, k := range wire.SortedKeys(m.Stock) {
			c.MapKey(k)
			c.Length(k, 0, -1)
			c.Int(int64(m.Stock[k]), 0, math.MaxInt64)
			c.Up()
		}
		c.Up()
	}
}

var lineSkuPattern = regexp.MustCompile("^[a-z]+$")

type Line struct {
	SKU string `json:"sku"`
	Qty int32  `json:"qty"`
}

func (m *Line) EncodeWire(e *wire.Encoder) {
	e.BeginObject()
	m.EncodeFields(e)
	e.EndObject()
}

func (m *Line) EncodeFields(e *wire.Encoder) {
	e.Field(`"sku":`)
	e.String(m.SKU)
	e.Field(`"qty":`)
	e.Int(int64(m.Qty))
}

var fieldsOfLine = wire.Fields{Required: 2, Names: []string{"sku", "qty"}}

func (m *Line) DecodeWire(d *wire.Decoder) {
	for i := d.Object(&fieldsOfLine); i >= 0; i = d.Field() {
		switch i {
		case 0: // sku
			m.SKU = d.String()
		case 1: // qty
			m.Qty = d.Int32()
		}
	}
}

func (m *Line) CheckWire(c *wire.Checker) {
	c.Field("sku")
	c.Length(m.SKU, 0, -1)
	c.Pattern(m.SKU, lineSkuPattern)
	c.Up()
	c.Field("qty")
	c.Int(int64(m.Qty), 1, math.MaxInt64)
	c.Up()
}
