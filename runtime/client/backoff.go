package client

import (
	"math/rand/v2"
	"time"
)

// backoff returns the delay after so many failures in a row, none after none: it
// doubles up to the largest one, and is random around that in every case, so
// that clients which have all reached the largest one still spread.
func (o *Options) backoff(failed int) time.Duration {
	if failed == 0 {
		return 0
	}
	delay := o.ReconnectionDelayMax
	if doubled := o.ReconnectionDelay << min(failed-1, 30); doubled > 0 && doubled < delay {
		delay = doubled
	}
	spread := time.Duration(float64(delay) * o.RandomizationFactor)
	shortest, longest := delay-spread, min(delay+spread, o.ReconnectionDelayMax)
	return shortest + rand.N(longest-shortest+1)
}
