package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/wire"
)

// FuzzMessage holds the generated decoder against encoding/json. What we take,
// encoding/json takes too, and both read the same.
func FuzzMessage(f *testing.F) {
	const message = `{"id":"a","seq":1,"at":"2026-01-02T03:04:05.006+01:00","from":{"id":2,"name":"b"},"tags":["c"],"text":"d"}`
	for _, seed := range []string{
		message,
		strings.Replace(message, `"a"`, `"\ud83d\ude00\ud800\u0000\u001e"`, 1),
		strings.Replace(message, `1`, `1e400`, 1),
		strings.Replace(message, `1`, `9007199254740993`, 1),
		strings.Replace(message, `"id"`, `"id":"x","ID"`, 1),
		strings.Replace(message, `"id"`, `"\u0069d"`, 1),
		strings.Replace(message, `"c"`, `"c","c","c","c","c","c","c","c","c"`, 1),
		strings.Replace(message, `{"id":2`, `{"__proto__":[{}],"id":2`, 1),
		message[:strings.Index(message, "[")+1],
		message + "xyz", "{}", "[]", "null", `{"id":`, "\xff", `{"id":"` + "\xed\xa0\x80" + `"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got Message
		err := wire.Unmarshal(data, nil, &got, wire.Options{})
		if err != nil {
			checkError(t, data, err)
			return
		}
		if !utf8.Valid(data) || !json.Valid(data) {
			t.Fatalf("%q was accepted", data)
		}
		if hasFoldedKey(data) || hasOddNumber(data) {
			return // where encoding/json differs on purpose
		}
		var want Message
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatalf("%s: encoding/json refuses it: %v", data, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s (-encoding/json +wire):\n%s", data, diff)
		}
		checkBack(t, &got)
	})
}

// checkError wants err to be fit for the peer.
func checkError(t *testing.T, data []byte, err error) {
	t.Helper()
	invalid, ok := errors.AsType[*wire.Error](err)
	if !ok || len(invalid.Issues) == 0 || len(invalid.Issues) > 16 || !utf8.ValidString(err.Error()) {
		t.Fatalf("Unmarshal(%q) = %#v", data, err)
	}
	if _, err := json.Marshal(invalid); err != nil {
		t.Fatal(err)
	}
}

// checkBack wants what was read to be the same after it was sent on.
func checkBack(t *testing.T, m *Message) {
	t.Helper()
	data, _, err := wire.Marshal(m)
	if err != nil {
		t.Fatalf("%+v: %v", m, err)
	}
	var again Message
	if err := wire.Unmarshal(data, nil, &again, wire.Options{RejectUnknown: true}); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	m.At = m.At.Truncate(time.Millisecond)
	if diff := cmp.Diff(m, &again); diff != "" {
		t.Fatalf("%s (-first +again):\n%s", data, diff)
	}
}

// hasFoldedKey reports whether data has a key that encoding/json takes for a
// field in spite of its case.
func hasFoldedKey(data []byte) bool {
	names := []string{"id", "seq", "at", "from", "name", "tags", "text"}
	found := false
	walkKeys(data, func(key string) {
		for _, name := range names {
			found = found || key != name && strings.EqualFold(key, name)
		}
	})
	return found
}

func walkKeys(data []byte, visit func(key string)) {
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) != nil {
		return
	}
	for key, value := range object {
		visit(key)
		walkKeys(value, visit)
	}
}

// hasOddNumber reports whether a whole number is spelt as in 1.0 or 1e3, which
// encoding/json does not take for an int64.
func hasOddNumber(data []byte) bool {
	var numbers struct {
		Seq  json.Number
		From struct{ ID json.Number }
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if d.Decode(&numbers) != nil {
		return true
	}
	return strings.ContainsAny(numbers.Seq.String()+numbers.From.ID.String(), ".eE")
}

// FuzzOrder looks for input that is accepted and then cannot be sent on, and
// for panics, with unions, maps, raw JSON and attachments.
func FuzzOrder(f *testing.F) {
	f.Add([]byte(sampleOrderText))
	for _, seed := range []string{
		`{"body":{"kind":"text","text":"a"},"lines":[{"sku":"a","qty":1}],"note":null}`,
		`{"body":{"kind":"image","data":{"_placeholder":true,"num":-1}}}`,
		`{"body":{"kind":"video"},"level":"mid","lines":[],"note":1,"stock":{"a":-1},"meta":[{"_placeholder":true}]}`,
		`{"body":{"kind":"text","replies":[{"kind":"text","replies":[{"kind":"text"}]}]}}`,
	} {
		f.Add([]byte(seed))
	}
	attachments := [][]byte{{1, 2}, {3}}
	f.Fuzz(func(t *testing.T, data []byte) {
		var order Order
		if err := wire.Unmarshal(data, attachments, &order, wire.Options{}); err != nil {
			checkError(t, data, err)
			return
		}
		text, binary, err := wire.Marshal(&order)
		if err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		var again Order
		if err := wire.Unmarshal(text, binary, &again, wire.Options{RejectUnknown: true}); err != nil {
			t.Fatalf("%s from %s: %v", text, data, err)
		}
	})
}
