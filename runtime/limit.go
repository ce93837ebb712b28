package rt

import "time"

// A Rate allows Events in every Per, with bursts of Burst. The zero Rate sets
// no limit; a zero Per means a second, a zero Burst means Events.
type Rate struct {
	Events int
	Per    time.Duration
	Burst  int
}

// bucket holds the tokens of one socket for one Rate. The zero value is full.
type bucket struct {
	full time.Time // when all tokens will be back
}

// take takes a token, or returns how long it is until there is one.
func (b *bucket) take(rate Rate, now time.Time) (wait time.Duration, ok bool) {
	per, burst := rate.Per, rate.Burst
	if per == 0 {
		per = time.Second
	}
	if burst == 0 {
		burst = rate.Events
	}
	token := per / time.Duration(rate.Events)
	full := b.full
	if full.Before(now) {
		full = now
	}
	full = full.Add(token)
	if wait := full.Sub(now) - time.Duration(burst)*token; wait > 0 {
		return wait, false
	}
	b.full = full
	return 0, true
}
