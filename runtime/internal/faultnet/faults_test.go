package faultnet

import (
	"testing"
	"time"
)

// What one write carries cannot be seen from outside: the kernel joins writes.
func TestPiece(t *testing.T) {
	tests := []struct {
		name string
		f    Faults
		want int
		wait time.Duration
	}{
		{"no fault", Faults{}, 1000, 0},
		{"segments", Faults{SegmentSize: 1}, 1, 0},
		{"segments longer than the data", Faults{SegmentSize: 2000}, 1000, 0},
		{"bandwidth", Faults{BytesPerSecond: 20_000}, 400, 20 * time.Millisecond},
		{"hardly any bandwidth", Faults{BytesPerSecond: 10}, 1, 100 * time.Millisecond},
		{"both", Faults{SegmentSize: 100, BytesPerSecond: 20_000}, 100, 5 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, wait := tt.f.piece(1000); got != tt.want || wait != tt.wait {
				t.Errorf("piece(1000) = %d, %v, want %d, %v", got, wait, tt.want, tt.wait)
			}
		})
	}
}
