package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
)

// reflect reads the value at hand with encoding/json.
func (d *Decoder) reflect(v any) {
	d.scan.Peek()
	start := d.scan.Pos()
	d.Skip()
	if d.scan.Err() != nil {
		return
	}
	text := d.scan.Since(start)
	if path := doubled(text, reflect.TypeOf(v)); path != nil {
		d.check.issues.add(Issue{Path: path, Message: twice})
		return
	}
	r := json.NewDecoder(bytes.NewReader(text))
	if d.opts.RejectUnknown {
		r.DisallowUnknownFields()
	}
	if err := r.Decode(v); err != nil {
		d.check.issues.add(reflectIssue(err))
	}
}

// reflectIssue leaves out the names of Go types, which are none of the peer's
// business.
func reflectIssue(err error) Issue {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok || wrong.Field == "" {
		return Issue{Path: Path{}, Message: "is not of the expected type"}
	}
	path := Path{}
	for name := range strings.SplitSeq(wrong.Field, ".") {
		path = append(path, clip(name))
	}
	return Issue{Path: path, Message: "is not of the expected type"}
}
