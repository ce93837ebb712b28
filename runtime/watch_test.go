package rt

import "testing"

func TestTellingDoesNotAllocate(t *testing.T) {
	told := 0
	for name, o := range map[string]Observer{
		"nobody":   {},
		"somebody": {EventSent: func(EventRecord) { told++ }},
	} {
		w := &watch{Observer: o}
		allocs := testing.AllocsPerRun(100, func() {
			tell(w, w.EventSent, EventRecord{Namespace: "/", Event: "tick", Receivers: 1})
		})
		if allocs != 0 {
			t.Errorf("%s is told with %v allocations, want none", name, allocs)
		}
	}
	if told == 0 {
		t.Error("nobody was told")
	}
}
