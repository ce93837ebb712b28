package main

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/rtgen/rtgen/examples/chat/internal/chat"
	rt "github.com/rtgen/rtgen/runtime"
)

// maxOnline bounds the list, as the contract does.
const maxOnline = 1000

// A roster numbers the editions of the list of people online. Lists may leave
// in another order than they were made; the number tells which is newer. The
// zero value is ready.
type roster struct {
	mu   sync.Mutex
	last chat.Online
}

// count lists the people behind sockets and reports whether they are others
// than the last time. It counts with the lock held: a later edition is never
// an older count.
func (r *roster) count(sockets iter.Seq[*rt.Socket]) (chat.Online, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	users := people(sockets)
	if slices.Equal(users, r.last.Users) {
		return r.last, false
	}
	r.last = chat.Online{Edition: r.last.Edition + 1, Users: users}
	return r.last, true
}

// people returns everyone who has a socket, once, by name.
func people(sockets iter.Seq[*rt.Socket]) []chat.User {
	var users []chat.User
	for s := range sockets {
		if user, ok := s.Data().(chat.User); ok {
			users = append(users, user)
		}
	}
	slices.SortFunc(users, func(a, b chat.User) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	users = slices.CompactFunc(users, func(a, b chat.User) bool { return a.ID == b.ID })
	return users[:min(len(users), maxOnline)]
}
