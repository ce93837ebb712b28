package inbox_test

import (
	"testing"

	"github.com/rtgen/rtgen/runtime/internal/inbox"
)

// An item is its own size.
type item int

func (i item) Size() int { return int(i) }

var roomy = inbox.Limit{Items: 1 << 20, Bytes: 1 << 40}

// What is put in comes out in order, however much waits, and only the first item
// of an idle queue starts somebody.
func TestQueue(t *testing.T) {
	var q inbox.Queue[item]
	var put, taken item
	for _, waiting := range []item{1, 3, 100, 99, 5, 1000, 1001, 2, 0, 7, 0} {
		for put-taken < waiting {
			start, full := q.Put(put, roomy)
			if full != nil || start != (put == taken) {
				t.Fatalf("Put with %d waiting: start %v, full %v", put-taken, start, full != nil)
			}
			put++
		}
		for put-taken > waiting {
			got, ok := q.Next()
			if !ok || got != taken {
				t.Fatalf("Next = %d, %v, want %d of %d", got, ok, taken, put)
			}
			taken++
		}
		if waiting == 0 {
			if got, ok := q.Next(); ok {
				t.Fatalf("Next of an empty queue = %d", got)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	tests := []struct {
		name  string
		limit inbox.Limit
		fits  int // items of 10 bytes
	}{
		{"items", inbox.Limit{Items: 3, Bytes: 1000}, 3},
		{"bytes", inbox.Limit{Items: 1000, Bytes: 21}, 3}, // the last one may exceed them
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var q inbox.Queue[item]
			for range tt.fits {
				if _, full := q.Put(10, tt.limit); full != nil {
					t.Fatal("full too early")
				}
			}
			_, full := q.Put(10, tt.limit)
			if full == nil {
				t.Fatal("not full")
			}
			q.Force(10)
			select {
			case <-full:
				t.Fatal("room before an item was taken")
			default:
			}
			q.Next()
			<-full
			if _, full := q.Put(10, tt.limit); full == nil {
				t.Fatal("the item that was forced in did not count")
			}
			q.Next()
			if _, full := q.Put(10, tt.limit); full != nil {
				t.Error("no room after all")
			}
		})
	}
}
