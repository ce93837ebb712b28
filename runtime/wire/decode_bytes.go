package wire

import (
	"bytes"
	"encoding/base64"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// Bytes reads the placeholder of an attachment and returns a copy of the
// attachment, or with Options.OwnsAttachments the attachment itself.
func (d *Decoder) Bytes() []byte {
	const message = "must be binary data"
	if d.scan.Peek() != '{' {
		d.wrong(message)
		return nil
	}
	start := d.scan.Pos()
	d.Skip()
	if d.scan.Err() != nil {
		return nil
	}
	num, ok := jsontext.Placeholder(d.scan.Since(start))
	if !ok || num >= uint64(len(d.attachments)) {
		d.Fail(message)
		return nil
	}
	b := d.attachments[num]
	if d.opts.OwnsAttachments {
		return b[:len(b):len(b)]
	}
	return append([]byte{}, b...)
}

// Base64 reads a string in standard base64 with padding.
func (d *Decoder) Base64() []byte {
	const message = "must be a string in base64"
	text := d.text(message)
	if text == nil {
		return nil
	}
	if bytes.ContainsAny(text, "\r\n") { // which package base64 passes over
		d.Fail(message)
		return nil
	}
	b, err := base64.StdEncoding.Strict().AppendDecode([]byte{}, text)
	if err != nil {
		d.Fail(message)
		return nil
	}
	return b
}
