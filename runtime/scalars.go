package rt

import (
	"bytes"
	"encoding/json"
)

// A UUID is 36 characters of hexadecimal digits and hyphens. It is checked
// where a contract's payload is.
type UUID string

// A Date is a day as YYYY-MM-DD.
type Date string

// A Decimal is a decimal number in its own digits, as in "12.50"; no float ever
// touches it.
type Decimal string

// Opt is a member that may be absent, null or a value. The zero Opt is absent.
type Opt[T any] struct {
	value   T
	present bool
	null    bool
}

// Some returns an Opt that is v.
func Some[T any](v T) Opt[T] { return Opt[T]{value: v, present: true} }

// Null returns an Opt that is null.
func Null[T any]() Opt[T] { return Opt[T]{present: true, null: true} }

// Get returns the value and true, or the zero T and false when there is none.
func (o Opt[T]) Get() (T, bool) { return o.value, o.present && !o.null }

// IsNull reports whether o is present and null.
func (o Opt[T]) IsNull() bool { return o.null }

// IsZero reports whether o is absent; the omitzero of encoding/json asks it.
func (o Opt[T]) IsZero() bool { return !o.present }

// MarshalJSON writes the value, or null when there is none.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if v, ok := o.Get(); ok {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads null or a value.
func (o *Opt[T]) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		*o = Null[T]()
		return nil
	}
	*o = Opt[T]{present: true}
	return json.Unmarshal(data, &o.value)
}
