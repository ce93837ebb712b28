// Package jsontext reads and writes JSON text without building values.
//
// It is stricter than encoding/json, because its input comes from strangers and
// parts of it travel on to others: the text is one value with nothing behind it,
// is valid UTF-8 and is nested to a stated depth only. Escaped surrogates that
// have no partner are read as U+FFFD. Numbers are kept as text, so that none is
// rounded on the way.
//
// The package also knows the one convention that the codecs above it share: the
// object that stands for a binary attachment (see [Placeholder]).
package jsontext
