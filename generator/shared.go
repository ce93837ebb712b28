package generator

import (
	"slices"

	"github.com/rtgen/rtgen/schema"
)

// SharedNames returns the names that several namespaces of m have for their
// events and rooms. What is derived from such a name needs the namespace's name
// in front; all others stand alone. The functions say which name counts, and
// thereby whether an event and a room can share one.
func SharedNames(m *schema.Model, event func(*schema.Event) string, room func(*schema.Room) string) map[string]bool {
	first := map[string]*schema.Namespace{}
	shared := map[string]bool{}
	note := func(ns *schema.Namespace, name string) {
		if other, ok := first[name]; ok && other != ns {
			shared[name] = true
			return
		}
		first[name] = ns
	}
	for _, ns := range m.Namespaces {
		for _, e := range slices.Concat(ns.ClientToServer, ns.ServerToClient) {
			note(ns, event(e))
		}
		for _, r := range ns.Rooms {
			note(ns, room(r))
		}
	}
	return shared
}
