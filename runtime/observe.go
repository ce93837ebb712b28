package rt

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/guard"
)

// An Observer is a set of functions that are told what a server does, so that it
// can be counted and measured. Any of them may be nil.
//
// They are called on the goroutine on which the thing happens, many at a time,
// and with no lock held. What they do delays that goroutine, which may be the
// one that reads from a peer: they must not block. A panic in them is recovered;
// the first one is logged.
//
// Namespaces and events are named only as the server's own code names them, so
// that peers cannot make up labels of a metric.
type Observer struct {
	_ struct{} // keyed literals only: fields may be added

	// ConnectionOpened is told of a connection whose handshake has succeeded.
	ConnectionOpened func(ConnectionRecord)
	// ConnectionUpgraded is told of a connection that has moved from polling to
	// another transport.
	ConnectionUpgraded func(ConnectionRecord)
	// ConnectionEnded is told of a connection that was opened and has ended. A
	// peer that did not read what was sent to it is among them, with the Reason
	// [ReasonSlowConsumer].
	ConnectionEnded func(ConnectionRecord)
	// RequestRefused is told of a request that was not served, be it a handshake
	// or one for a session that is gone.
	RequestRefused func(RefusalRecord)

	// SocketConnected is told of a socket that has been let in, before its
	// connect handlers run, with Recovered.
	SocketConnected func(SocketRecord)
	// SocketRefused is told of a socket that has not been let in, with Err.
	SocketRefused func(SocketRecord)
	// SocketDisconnected is told, with Reason, of a socket that had been let in,
	// after its disconnect handlers have run.
	SocketDisconnected func(SocketRecord)

	// EventReceived is told of an event of a peer once it has been handled, with
	// Outcome, Duration and Bytes.
	EventReceived func(EventRecord)
	// EventSent is told of an event for one socket or of a broadcast, once it has
	// been queued, with Bytes, Receivers and Dropped.
	EventSent func(EventRecord)
	// AckTimedOut is told of an event that a socket has not answered in time.
	AckTimedOut func(EventRecord)
	// Panicked is told of a panic in code that the server has called. Event is
	// empty unless that was the handler of an event.
	Panicked func(EventRecord)
}

// A SocketRecord tells an [Observer] of one socket. Fields that its function
// does not name are zero, except for Namespace.
type SocketRecord struct {
	// Namespace is empty when the server has none of the name that the peer gave.
	Namespace string
	Recovered bool   // see [Socket.Recovered]
	Reason    Reason // why it left
	Err       error  // why it was refused
}

// An EventRecord tells an [Observer] of one event. Fields that its function does
// not name are zero, except for Namespace and Event.
type EventRecord struct {
	Namespace string
	// Event is the name. It is empty when nothing handles what a peer has sent.
	Event string
	// Outcome is "ok", or the code that the event was or would have been answered
	// with: one that it declares, "invalidPayload", "rateLimited",
	// "unknownEvent" or "internal".
	Outcome string
	// Duration is the time from the decoding of the payload until the handler has
	// returned and its answer is encoded.
	Duration time.Duration
	// Bytes is the size of the arguments with their attachments, counted once
	// however many receive them.
	Bytes int
	// Receivers is for how many sockets of this node the event was queued.
	Receivers int
	// Dropped is for how many it was not, because it is volatile and their peers
	// were not ready.
	Dropped int
}

// outcomeOK is the Outcome of an event that was handled without an error.
const outcomeOK = "ok"

// watch calls the functions of an Observer for a server.
type watch struct {
	Observer
	logger   *slog.Logger
	panicked sync.Once
}

// tell calls a function of w's Observer, unless it is nil.
func tell[R any](w *watch, fn func(R), record R) {
	if fn == nil {
		return
	}
	defer w.rescue()
	fn(record)
}

// rescue, deferred, recovers from a panic of an Observer. The first is logged:
// there could be one for every event.
func (w *watch) rescue() {
	v := recover()
	if v == nil {
		return
	}
	w.panicked.Do(func() {
		w.logger.Error("observer panicked",
			slog.String("panic", fmt.Sprint(v)), slog.String("stack", string(debug.Stack())))
	})
}

// live returns the record of a session that has not ended.
func live(session *engineio.Session) ConnectionRecord {
	return ConnectionRecord{RemoteAddr: session.RemoteAddr(), Transport: session.Transport()}
}

func (srv *Server) upgraded(session *engineio.Session) {
	tell(&srv.watch, srv.watch.ConnectionUpgraded, live(session))
}

func (srv *Server) refused(r *http.Request, code int, message string, cause error) {
	tell(&srv.watch, srv.watch.RequestRefused, RefusalRecord{
		RemoteAddr: r.RemoteAddr, Code: code, Message: message, Err: cause,
	})
}

// sent tells the observer of an event that has been queued.
func (n *Namespace) sent(p *outgoing, t tally) {
	w := &n.server.watch
	if w.EventSent == nil {
		return
	}
	tell(w, w.EventSent, EventRecord{
		Namespace: n.label(), Event: p.name, Bytes: p.size(), Receivers: t.receivers, Dropped: t.dropped,
	})
}

// panicked tells the observer of an error that is a panic.
func (n *Namespace) panicked(event string, err error) {
	if _, ok := errors.AsType[*guard.PanicError](err); !ok {
		return
	}
	w := &n.server.watch
	tell(w, w.Panicked, EventRecord{Namespace: n.label(), Event: n.eventLabel(event)})
}

// ackTimedOut tells the observer of an event that was not answered in time.
func (n *Namespace) ackTimedOut(event string) {
	w := &n.server.watch
	tell(w, w.AckTimedOut, EventRecord{Namespace: n.label(), Event: event})
}

// label returns the name by which observers know the namespace: the pattern, if
// there is one, since peers choose what matches it.
func (n *Namespace) label() string {
	if n.parent != nil {
		return n.parent.name
	}
	return n.name
}

// eventLabel returns the name by which observers know an event that comes from a
// peer.
func (n *Namespace) eventLabel(event string) string {
	if n.handled.Load().byName[event] == nil {
		return ""
	}
	return event
}
