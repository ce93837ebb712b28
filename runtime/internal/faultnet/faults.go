package faultnet

import (
	"math/rand/v2"
	"time"
)

// Faults are what a proxy does to connections and their bytes, in both
// directions. The zero value passes everything on as it comes.
type Faults struct {
	// Opening is what happens to connections that begin from now on.
	Opening Opening
	// Silent holds all bytes, and the news that a side has closed or cut its
	// connection. They pass when the proxy is silent no more.
	Silent bool
	// Delay is how long bytes stay in the proxy. Jitter adds a random time of up
	// to its length. The order of bytes is kept.
	Delay, Jitter time.Duration
	// SegmentSize is the largest number of bytes written at a time. Zero means
	// as many as have come.
	SegmentSize int
	// BytesPerSecond bounds each direction of a connection. Zero means no bound.
	BytesPerSecond int
	// FlipEvery changes one random bit in every FlipEvery-th byte of a
	// direction. Zero changes none.
	FlipEvery int
	// CutAfter resets a connection when that many bytes of the server have
	// passed. Zero means never.
	CutAfter int
}

// An Opening is how a proxy receives a new connection.
type Opening int

const (
	// Forward connects to the target.
	Forward Opening = iota
	// Refuse resets the connection.
	Refuse
	// Hang takes what the client sends and never answers.
	Hang
	// BadRequest answers with the HTTP status 400 and closes.
	BadRequest
)

// A Direction is one way through a proxy, or both.
type Direction int

const (
	// Up is from the client to the server.
	Up Direction = 1 << iota
	// Down is from the server to the client.
	Down
	// Both is Up and Down.
	Both = Up | Down
)

// latency is how long the next bytes are kept.
func (f Faults) latency() time.Duration {
	if f.Jitter <= 0 {
		return f.Delay
	}
	return f.Delay + rand.N(f.Jitter)
}

// piece returns how many of n bytes may be written at once, and how long it
// takes until a connection of the set bandwidth has carried them.
func (f Faults) piece(n int) (int, time.Duration) {
	if f.SegmentSize > 0 {
		n = min(n, f.SegmentSize)
	}
	if f.BytesPerSecond <= 0 {
		return n, 0
	}
	n = min(n, max(1, f.BytesPerSecond/50))
	return n, time.Duration(n) * time.Second / time.Duration(f.BytesPerSecond)
}

// damage flips bits of data, the first byte of which is number passed of its
// direction.
func (f Faults) damage(data []byte, passed int) {
	if f.FlipEvery <= 0 {
		return
	}
	for i := range data {
		if (passed+i+1)%f.FlipEvery == 0 {
			data[i] ^= 1 << rand.IntN(8)
		}
	}
}
