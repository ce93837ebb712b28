package rt_test

import (
	"context"
	"errors"
	"expvar"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

// A Line is what people in the lobby say.
type Line struct {
	From string `json:"from,omitempty"`
	Text string `json:"text"`
}

var said = rt.Event[Line]{Name: "said", Rate: rt.Rate{Events: 5, Burst: 20}}

// A chat room: everybody hears what the others say.
func Example() {
	srv, err := rt.NewServer(rt.Options{Origins: []string{"https://app.example.com"}})
	if err != nil {
		log.Fatal(err)
	}
	lobby := srv.Of("/lobby")
	lobby.OnConnect(func(_ context.Context, s *rt.Socket) { s.Join("everyone") })
	rt.On(lobby, said, func(ctx context.Context, s *rt.Socket, msg Line) error {
		msg.From = string(s.ID())
		return rt.Emit(ctx, s.To("everyone"), said, msg)
	})
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", srv)
	// http.ListenAndServe(":8080", mux)
}

// A handshake is refused before anything is kept of its peer.
func ExampleOptions_allowRequest() {
	_, err := rt.NewServer(rt.Options{AllowRequest: func(r *http.Request) error {
		if r.Header.Get("X-Maintenance-Key") == "" {
			return &rt.ConnectError{Message: "down for maintenance until noon"}
		}
		return nil
	}})
	if err != nil {
		log.Fatal(err)
	}
}

// Who may enter is decided by checks, before anything else happens.
func ExampleNamespace_Use() {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	srv.Of("/staff").Use(func(ctx context.Context, s *rt.Socket) error {
		cookie := s.Handshake().Header.Get("Cookie")
		if cookie == "" {
			return &rt.ConnectError{Message: "please log in", Data: map[string]string{"code": "loggedOut"}}
		}
		s.SetData(cookie)
		return nil
	})
}

// A handler answers by returning. The peer learns of the errors that the event
// declares; every other one is "internal error".
func ExampleOnWithAck() {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	rename := rt.AckEvent[string, Line]{Name: "rename", Errors: []string{"taken"}}
	rt.OnWithAck(srv.Of("/"), rename, func(_ context.Context, s *rt.Socket, name string) (Line, error) {
		if name == "admin" {
			return Line{}, &rt.Error{Code: "taken", Message: "choose another name"}
		}
		s.SetData(name)
		return Line{From: name}, nil
	})
}

// Whom an event is for is a value, which can be kept and narrowed.
func ExampleEmit() {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	lobby := srv.Of("/lobby")
	players := lobby.To("players", "bank") // both rooms, each socket once
	for _, to := range []rt.Emitter{
		lobby,                     // all sockets
		players,                   // all players
		players.Except("muted"),   // but some
		players.Volatile(),        // those whose connections are ready
		lobby.To(rt.Room("a1b2")), // one socket, by its id
	} {
		if err := rt.Emit(context.Background(), to, said, Line{Text: "hello"}); err != nil {
			log.Fatal(err)
		}
	}
}

// The wait for an answer always ends: with the answer, in time, or with the
// socket.
func ExampleEmitWithAck() {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	confirm := rt.AckEvent[string, bool]{Name: "confirm", Timeout: 30 * time.Second}
	closeAccount := rt.Event[rt.None]{Name: "closeAccount"}
	rt.On(srv.Of("/"), closeAccount, func(ctx context.Context, s *rt.Socket, _ rt.None) error {
		sure, err := rt.EmitWithAck(ctx, s, confirm, "Really?")
		switch {
		case errors.Is(err, rt.ErrAckTimeout), errors.Is(err, rt.ErrDisconnected):
			return nil // no answer is a no
		case err != nil:
			return err
		}
		log.Print(s.ID(), " is sure: ", sure)
		return nil
	})
}

// Sockets are shut down before requests: an http.Server waits for polls and
// knows no WebSockets.
func ExampleServer_Shutdown() {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: ":8080", Handler: srv, ReadHeaderTimeout: 10 * time.Second}

	ctx, cancel := context.WithTimeout(context.Background(), 25*time.Second)
	defer cancel()
	if err := errors.Join(srv.Shutdown(ctx), server.Shutdown(ctx)); err != nil {
		log.Fatal(err)
	}
	fmt.Println("nothing of it runs any more")
	// Output: nothing of it runs any more
}

// The answers to a broadcast come one by one. Those who do not answer in time
// are told as well.
func ExampleBroadcastWithAck() {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	vote := rt.AckEvent[string, bool]{Name: "vote"}
	lobby := srv.Of("/lobby")
	yes := 0
	for reply, err := range rt.BroadcastWithAck(context.Background(), lobby.To("voters").Timeout(5*time.Second), vote, "pizza?") {
		if err != nil {
			log.Fatal(err)
		}
		if reply.Err == nil && reply.Ack {
			yes++
		}
	}
	fmt.Println(yes, "want pizza")
	// Output: 0 want pizza
}

func ExampleRoomName() {
	fmt.Println(rt.RoomName("conversation", "42"))
	fmt.Println(rt.RoomName("file", "a:b", "c"))
	// Output:
	// conversation:42
	// file:a%3Ab:c
}

// Everybody who is in one room moves to another; others have to go.
func ExampleBroadcast_SocketsJoin() {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	table := srv.Of("/game").To("table 1")
	if err := table.SocketsJoin(ctx, "table 2"); err != nil {
		log.Print(err) // some are in too many rooms
	}
	table.SocketsLeave(ctx, "table 1")
	srv.Of("/game").To("cheaters").DisconnectSockets(ctx, false)
}

// Every tenant has its own rooms; the checks are asked for every socket.
func ExampleServer_Of() {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	tenants := srv.Of("/tenant/{tenant}")
	tenants.Use(func(_ context.Context, s *rt.Socket) error {
		if s.Param("tenant") != s.Handshake().Header.Get("X-Tenant") {
			return &rt.ConnectError{Message: "not yours"}
		}
		return nil
	})
	rt.On(tenants, said, func(ctx context.Context, s *rt.Socket, msg Line) error {
		return rt.Emit(ctx, s.Namespace(), said, msg) // to this tenant
	})
	rt.Emit(context.Background(), tenants, said, Line{Text: "maintenance at noon"}) // to all of them
}

// Presence: every user is a room, however many tabs are open. The count changes
// with the first and the last of them.
func ExampleNamespace_OnRooms() {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	lobby := srv.Of("/lobby")
	lobby.OnConnect(func(_ context.Context, s *rt.Socket) {
		s.Join(rt.RoomName("user", s.Handshake().Query.Get("name")))
	})
	online := rt.Event[int]{Name: "online"}
	count := 0 // hooks are called one at a time
	change := func(by int) func(*rt.Namespace, rt.Room) {
		return func(n *rt.Namespace, room rt.Room) {
			if strings.HasPrefix(string(room), "user:") {
				count += by
				rt.Emit(context.Background(), n, online, count)
			}
		}
	}
	lobby.OnRooms(rt.RoomHooks{Created: change(+1), Deleted: change(-1)})
}

// A token lets a socket in for as long as it is valid. A client that has got a
// new one sends it; one that has not is asked to leave.
func ExampleSocket_SetExpiry() {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	validUntil := func(context.Context, string) (time.Time, error) { return time.Now().Add(time.Hour), nil }

	staff := srv.Of("/staff")
	staff.Use(func(ctx context.Context, s *rt.Socket) error {
		until, err := validUntil(ctx, string(s.Auth()))
		s.SetExpiry(until)
		return err
	})
	refresh := rt.AckEvent[string, rt.None]{Name: "refresh"}
	rt.OnWithAck(staff, refresh, func(ctx context.Context, s *rt.Socket, token string) (rt.None, error) {
		until, err := validUntil(ctx, token)
		if err == nil {
			s.SetExpiry(until)
		}
		return rt.None{}, err
	})
}

// The hook may look up whether a permission goes on, instead of ending it.
func ExampleNamespace_OnExpiry() {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	staff := srv.Of("/staff")
	staff.OnExpiry(func(_ context.Context, s *rt.Socket) (time.Time, error) {
		if s.Data() == "banned" {
			return time.Time{}, errors.New("banned")
		}
		return time.Now().Add(5 * time.Minute), nil // ask again then
	})
}

// A peer that was cut off is let in again with what it was. Checks decide what
// it still may have.
func ExampleSocket_Recovered() {
	srv, err := rt.NewServer(rt.Options{RecoveryWindow: 2 * time.Minute})
	if err != nil {
		panic(err)
	}
	reports := srv.Of("/reports")
	reports.Use(func(ctx context.Context, s *rt.Socket) error {
		admin := strings.Contains(string(s.Auth()), `"admin"`) // or whatever proves it
		if s.Recovered() && !admin {
			s.Leave("salaries") // and gets nothing of what was said there
		}
		return nil
	})
	reports.OnConnect(func(ctx context.Context, s *rt.Socket) {
		if !s.Recovered() {
			_ = s.Join("public")
		}
	})
}

// What is counted is up to the program. The names in the records are those of
// its own code, never of peers.
func ExampleObserver() {
	var counts expvar.Map
	_, err := rt.NewServer(rt.Options{Observer: &rt.Observer{
		EventReceived: func(r rt.EventRecord) {
			if r.Duration > time.Second {
				counts.Add(r.Namespace+" "+r.Event, 1)
			}
		},
		ConnectionEnded: func(r rt.ConnectionRecord) { counts.Add(string(r.Reason), 1) },
	}})
	if err != nil {
		log.Fatal(err)
	}
}

// A readiness probe takes a server that shuts down out of service.
func ExampleServer_Ready() {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", srv)
	mux.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !srv.Ready() {
			http.Error(w, "shutting down", http.StatusServiceUnavailable)
		}
	})
}
