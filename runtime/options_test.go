package rt_test

import (
	"strings"
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

func TestOptionProblemsAreToldTogether(t *testing.T) {
	_, err := rt.NewServer(rt.Options{
		AckTimeout: -time.Second, MaxRooms: -1, ReceiveQueue: -1, PingInterval: -1,
		Origins: []string{"*"}, Credentials: true, // H06
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"Options.AckTimeout must not be negative, is -1s", "Options.MaxRooms", "Options.ReceiveQueue", "PingInterval", "Credentials",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in\n%v", want, err)
		}
	}
}

func TestOf(t *testing.T) {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := srv.Of("chat")
	if n.Name() != "/chat" || srv.Of("/chat") != n {
		t.Errorf("Of: name %s, same namespace %t", n.Name(), srv.Of("/chat") == n)
	}
	rt.On(n, quit, nil)
	defer func() {
		if recover() == nil {
			t.Error("the second handler of an event was accepted")
		}
	}()
	rt.On(n, quit, nil)
}
