package golang_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A randomWriter writes a contract made at random that is always valid.
type randomWriter struct {
	*rand.Rand
	strings.Builder
	records []string // structs and unions
	values  []string // enums and aliases
}

// words are names that mean something in Go, and some that do not.
var words = []string{
	"id", "type", "func", "string", "error", "len", "rt", "wire", "ctx", "msg", "key", "m", "e", "d", "c", "s", "a", "b", "k", "v",
	"context", "time", "json", "nil", "validate", "room", "kind", "unknown", "userId", "url", "class", "default", "init", "seen", "ok", "set",
}

var scalars = []string{
	"bool", "string", "string(1..9)", "int32", "int32(0..)", "uint32(..7)", "int53", "int53(-1..)", "int64", "int64(0..5)", "uint64",
	"float32", "float64(0.5..)", "timestamp", "date", "duration", "duration(1s..)", "uuid", "url", "email(..90)", "bytes", "bytes(1B..9B)",
	"base64", "json", `"decimal(9,3)"`,
}

// randomContract returns the body of a contract.
func randomContract(r *rand.Rand) string {
	w := &randomWriter{Rand: r}
	w.declare()
	w.WriteString("types:\n")
	for _, name := range w.records {
		w.record(name)
	}
	w.WriteString("errors:\n  failed: It failed.\n")
	w.WriteString("  worse:\n    data:\n")
	w.fields("      ", 1+w.IntN(6), false)
	w.WriteString("namespaces:\n")
	for i := range 1 + w.IntN(3) {
		w.namespace(i)
	}
	return w.String()
}

// declare decides the names of the types before they are used.
func (w *randomWriter) declare() {
	for i := range 1 + w.IntN(6) {
		w.records = append(w.records, fmt.Sprintf("Record%d", i))
	}
	w.values = []string{"Color", "Level", "Name", "Names"}
}

func (w *randomWriter) record(name string) {
	if name == w.records[0] {
		w.WriteString("  Color: [red, green]\n  Level: {$enum: {low: 1, high: 2}}\n  Name: string(1..20)\n  Names: list<Name>(..5)\n")
	}
	fmt.Fprintf(w, "  %s:\n", name)
	if w.IntN(3) == 0 {
		w.WriteString("    $union: kindOf\n")
		for _, tag := range w.some(words, 1+w.IntN(3)) {
			fmt.Fprintf(w, "    %s:\n", tag)
			w.fields("      ", 1+w.IntN(3), true)
		}
		return
	}
	w.fields("    ", 1+w.IntN(8), true)
}

// fields writes fields. Records are only used where they can be left out, so
// that each value ends.
func (w *randomWriter) fields(indent string, n int, records bool) {
	for _, name := range w.some(words, n) {
		typ, isRecord := w.expr(records)
		mark, null := "", ""
		switch w.IntN(4) {
		case 0:
			mark = "?"
		case 1:
			null = " | null"
		case 2:
			mark, null = "?", " | null"
		}
		if isRecord && mark == "" && null == "" {
			mark = "?"
		}
		if null != "" {
			typ = strings.Trim(typ, `"`)
			fmt.Fprintf(w, "%s%s%s: \"%s%s\"\n", indent, name, mark, typ, null)
			continue
		}
		fmt.Fprintf(w, "%s%s%s: %s\n", indent, name, mark, typ)
	}
}

func (w *randomWriter) expr(records bool) (typ string, isRecord bool) {
	switch w.IntN(6) {
	case 0:
		return w.pick(w.values), false
	case 1:
		if records {
			return w.pick(w.records), true
		}
	case 2:
		elem, _ := w.expr(records)
		return "list<" + strings.Trim(elem, `"`) + ">", false
	case 3:
		elem, _ := w.expr(records)
		return "map<" + w.pick([]string{"", "Color:", "Name:"}) + strings.Trim(elem, `"`) + ">", false
	}
	return w.pick(scalars), false
}

func (w *randomWriter) namespace(i int) {
	fmt.Fprintf(w, "  /space%d:\n", i)
	if w.IntN(2) == 0 {
		w.WriteString("    auth:\n")
		w.fields("      ", 2, false)
	}
	w.WriteString("    rooms:\n      item: {key: {itemId: Name, part: int53}, join: {errors: [failed]}}\n      place: {range: Color, go: uint32}\n")
	w.WriteString("    clientToServer:\n")
	for _, name := range w.some(words, 1+w.IntN(6)) {
		fmt.Fprintf(w, "      %s:\n", w.eventName(name))
		w.payload()
		if w.IntN(2) == 0 {
			w.WriteString("        timeout: 2s\n        errors: [failed, worse]\n")
			w.ack()
		} else {
			w.WriteString("        rate: 5/s\n")
		}
	}
	w.WriteString("    serverToClient:\n")
	for _, name := range w.some(words, 1+w.IntN(6)) {
		fmt.Fprintf(w, "      %s:\n", w.eventName(name))
		w.payload()
		w.WriteString(w.pick([]string{"        doc: To one or all.\n", "        to: item\n", "        to: [item, place]\n"}))
		if w.IntN(3) == 0 {
			w.WriteString("        timeout: 1500ms\n")
			w.ack()
		}
	}
}

// eventName gives events names of their own: error is reserved, and their
// types would clash.
func (w *randomWriter) eventName(word string) string {
	return "on" + strings.ToUpper(word[:1]) + word[1:]
}

func (w *randomWriter) payload() {
	switch w.IntN(3) {
	case 0:
		fmt.Fprintf(w, "        payload: %s\n", w.pick(w.records))
	case 1:
		w.WriteString("        payload:\n")
		w.fields("          ", 1+w.IntN(4), true)
	}
}

func (w *randomWriter) ack() {
	if w.IntN(2) == 0 {
		w.WriteString("        ack: {}\n")
		return
	}
	w.WriteString("        ack:\n")
	w.fields("          ", 1+w.IntN(3), true)
}

func (w *randomWriter) pick(list []string) string { return list[w.IntN(len(list))] }

// some returns n different items of a list.
func (w *randomWriter) some(list []string, n int) []string {
	var picked []string
	for _, i := range w.Perm(len(list))[:n] {
		picked = append(picked, list[i])
	}
	return picked
}
