package wire_test

import (
	"testing"
	"time"

	"github.com/rtgen/rtgen/runtime/wire"
)

// Each day of two turns of the calendar, the first and the last, is read and
// written as package time has it, and days that no month has are refused.
func TestTimeOfEachDay(t *testing.T) {
	const turn = 400 // years after which the calendar is the same again
	for _, year := range []int{0, 9999 - turn} {
		last := time.Date(year+turn, 12, 31, 0, 0, 0, 0, time.UTC)
		for day := time.Date(year, 1, 1, 7, 8, 9, 10e6, time.UTC); day.Before(last); day = day.AddDate(0, 0, 1) {
			checkTime(t, day)
		}
		checkTime(t, last)
	}
	for year := range 401 {
		for month := time.January; month <= time.December; month++ {
			last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC)
			for day := last.Day() + 1; day <= 32; day++ {
				text := last.Format(`"2006-01-`) + string([]byte{byte('0' + day/10), byte('0' + day%10)}) + `T00:00:00Z"`
				if got, err := readTime(text); err == nil {
					t.Fatalf("%s was read as %v", text, got)
				}
			}
		}
	}
}

func checkTime(t *testing.T, want time.Time) {
	t.Helper()
	text := want.Format(`"2006-01-02T15:04:05.000Z"`)
	got, err := readTime(text)
	if err != nil || got != want {
		t.Fatalf("%s was read as %v, %v", text, got, err)
	}
	m := Moment{want}
	if written, _, err := wire.Marshal(&m); err != nil || string(written) != text {
		t.Fatalf("%v was written as %s, %v", want, written, err)
	}
}

// A Moment is a time that travels alone.
type Moment struct{ At time.Time }

func (m *Moment) EncodeWire(e *wire.Encoder) { e.Time(m.At) }
func (m *Moment) DecodeWire(d *wire.Decoder) { m.At = d.Time() }
func (m *Moment) CheckWire(c *wire.Checker)  {}

func readTime(text string) (time.Time, error) {
	var m Moment
	err := wire.Unmarshal([]byte(text), nil, &m, wire.Options{})
	return m.At, err
}
