package rt_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/gorilla/websocket"

	rt "github.com/rtgen/rtgen/runtime"
)

func TestRecordOfAConnection(t *testing.T) {
	var ended []rt.ConnectionRecord
	observer := &rt.Observer{ConnectionEnded: func(r rt.ConnectionRecord) { ended = append(ended, r) }}
	inWorld(t, rt.Options{Observer: observer}, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/")
		p := w.dial()
		p.send(`0{"rt:contract":"chat@1.0.0#aa"}`)
		p.next()
		addr := onlySocket(t, n).Handshake().RemoteAddr
		p.send(`2["echo",1]`, `51-["blob",{"_placeholder":true,"num":0}]`, "babc")
		p.want(`2["echo",1]`, `51-["blob",{"_placeholder":true,"num":0}]`, "babc")
		<-time.After(90 * time.Second)
		p.ws.Close()
		synctest.Wait()

		want := []rt.ConnectionRecord{{
			RemoteAddr: addr, Transport: "websocket", Contract: "chat@1.0.0#aa",
			Reason: rt.ReasonTransportClose, EndedBy: "network", Layer: "transport",
			Duration: 90 * time.Second, LastPong: 15 * time.Second,
			PacketsIn: 4, BytesIn: 33 + 12 + 42 + 3, PacketsOut: 3, BytesOut: 2 + 32 + 2 + 12 + 2 + 42 + 2 + 3, // with the headers of frames,
		}}
		ignored := cmpopts.IgnoreFields(rt.ConnectionRecord{}, "Err")
		if diff := cmp.Diff(want, ended, ignored); diff != "" {
			t.Errorf("record (-want +got):\n%s", diff)
		}
		logged := []string{
			"connection ended", `reason="transport close"`, "endedBy=network", "layer=transport",
			"transport=websocket", "remoteAddr=" + addr, "duration=1m30s", "packetsIn=4", "bytesIn=90", "packetsOut=3",
			"bytesOut=97", "queuedBytes=0", "lastPong=15s", "contract=chat@1.0.0#aa",
		}
		if w.log.count(logged...) != 1 || w.log.count("connection ended") != 1 {
			t.Errorf("want one record with %q, got\n%s", logged, w.log)
		}
	})
}

func TestWhoEndsAConnection(t *testing.T) {
	tests := map[string]struct {
		end  func(w *world, p *peer)
		want string
	}{
		"peer says goodbye": {
			func(_ *world, p *peer) { p.write(websocket.TextMessage, "1") },
			"transport close by peer, engine: the peer closed the session",
		},
		"peer sends no packet": {
			func(_ *world, p *peer) { p.write(websocket.TextMessage, "x") },
			"parse error by peer, engine: ",
		},
		"peer breaks a rule": {
			func(_ *world, p *peer) { p.send("0") },
			"forced close by peer, socket: rt: second CONNECT for a namespace",
		},
		"peer is cut off": {
			func(_ *world, p *peer) { p.ws.NetConn().Close() },
			"transport close by network, transport: ",
		},
		"application": {
			func(w *world, p *peer) { onlySocket(w.t, w.Of("/")).Disconnect(true) },
			"forced close by server, application: <nil>",
		},
		"shutdown": {
			func(w *world, _ *peer) { w.Shutdown(w.t.Context()) },
			"server shutting down by server, application: <nil>",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var seen sightings
			inWorld(t, rt.Options{Observer: seen.observer()}, func(t *testing.T, w *world) {
				w.Of("/")
				p := w.connect("/")
				tt.end(w, p)
				<-p.gone
				synctest.Wait()
				ended := seen.take("ended")
				if len(ended) != 1 || !strings.HasPrefix(ended[0], "websocket: "+tt.want) {
					t.Errorf("ended %q, want %s", ended, tt.want)
				}
			})
		})
	}
}

func TestObserverOfConnections(t *testing.T) {
	var seen sightings
	opts := rt.Options{Observer: seen.observer(), AllowRequest: func(r *http.Request) error {
		if r.URL.Query().Has("banned") {
			return errors.New("banned")
		}
		return nil
	}}
	inWorld(t, opts, func(t *testing.T, w *world) {
		w.Of("/")
		p := w.poll()
		seen.want(t, "upgraded")
		ws := w.upgrade(p)
		synctest.Wait()
		ws.Close()
		synctest.Wait()
		for _, query := range []string{"&banned", "&sid=nope", "&transport=carrier"} {
			res, err := p.client.Get("http://mem/socket.io/?EIO=4&transport=polling" + query)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
		}
		if opened := seen.take("opened"); len(opened) != 1 || !strings.HasPrefix(opened[0], "polling ") {
			t.Errorf("opened %q", opened)
		}
		seen.want(t, "upgraded", "websocket")
		seen.want(t, "request",
			"refused 4 Forbidden: banned", "refused 1 Session ID unknown: <nil>", "refused 0 Transport unknown: <nil>")
	})
}

// upgrade moves a session to WebSocket.
func (w *world) upgrade(p *poller) *websocket.Conn {
	w.t.Helper()
	ws := w.probe(p)
	ws.WriteMessage(websocket.TextMessage, []byte("5"))
	return ws
}

// probe opens a WebSocket that is about to take over.
func (w *world) probe(p *poller) *websocket.Conn {
	w.t.Helper()
	url := "ws" + strings.Replace(strings.TrimPrefix(p.url, "http"), "transport=polling", "transport=websocket", 1)
	d := websocket.Dialer{NetDialContext: w.listener.DialContext}
	ws, res, err := d.DialContext(w.t.Context(), url, p.client.Transport.(withHeader).header)
	if err != nil {
		w.t.Fatal(err)
	}
	res.Body.Close()
	w.t.Cleanup(func() { ws.Close() })
	ws.WriteMessage(websocket.TextMessage, []byte("2probe"))
	if _, got, err := ws.ReadMessage(); string(got) != "3probe" {
		w.t.Fatalf("the probe was answered %s, %v", got, err)
	}
	if got := p.get(); got != "6" {
		w.t.Fatalf("the poll was answered %s, want a noop", got)
	}
	return ws
}

// O07: nothing that is secret is logged, at any level, whatever goes wrong.
func TestSecretsAreNotLogged(t *testing.T) {
	opts := rt.Options{HandlerTimeout: time.Second}
	inWorld(t, opts, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/")
		w.Of("/shut").Use(func(context.Context, *rt.Socket) error { return &rt.ConnectError{Message: "no", Data: "hush data"} })
		type text struct{ Text string }
		rt.OnWithAck(n, rt.AckEvent[text, text]{Name: "fails", Errors: []string{"busy"}},
			func(_ context.Context, _ *rt.Socket, msg text) (text, error) {
				if msg.Text == "hush panic" {
					_ = []string{}[len(msg.Text)]
				}
				return msg, &rt.Error{Code: "busy", Message: msg.Text}
			})
		header := http.Header{"Cookie": {"session=hush-cookie"}, "Authorization": {"Bearer hush-bearer"}}
		p := w.pollAs("&token="+url.QueryEscape("hush query"), header)
		p.join()
		p.post(`40/shut,{"token":"hush auth"}` + "\x1e" + `40/nope,{"token":"hush auth"}`)
		p.post(`42["fails",{"Text":"hush payload"}]` + "\x1e" + `42["fails",{"Text":"hush panic"}]` + "\x1e" +
			`42["fails","hush invalid"]` + "\x1e" + `42["unknown","hush unknown"]`)
		synctest.Wait()
		p.get()
		socket := string(onlySocket(t, n).ID())
		ws := w.upgrade(p)
		ws.WriteMessage(websocket.TextMessage, []byte(`42["echo",{"hush":"broken`))
		<-time.After(time.Minute)
		q := w.connect("/")
		q.send(`2["unknown",{"hush":1}]`, `0{"token":"hush again"}`)
		<-q.gone
		synctest.Wait()

		log := w.log.String()
		for _, secret := range []string{"hush", p.sid} {
			if strings.Contains(log, secret) {
				t.Errorf("%s is in the log:\n%s", secret, log)
			}
		}
		for _, said := range []string{"handler failed", "socket refused", "connection ended", "socket=" + socket} {
			if !strings.Contains(log, said) {
				t.Errorf("%s is not in the log:\n%s", said, log)
			}
		}
	})
}

// S17: what a peer writes cannot end a line of the log or steer a terminal.
func TestLogIsQuoted(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		w.Of("/")
		p := w.dial()
		evil := "x\r\nlevel=ERROR\x1b[31m\u202e"
		auth, _ := json.Marshal(map[string]string{"rt:contract": evil})
		p.send("0" + string(auth))
		p.next()
		name, _ := json.Marshal([]string{evil})
		p.send("2" + string(name))
		synctest.Wait()
		p.ws.Close()
		synctest.Wait()
		log := w.log.String()
		if w.log.count("unknown event") != 1 || w.log.count("contract=") != 1 {
			t.Errorf("not logged:\n%s", log)
		}
		for _, raw := range []string{"\r", "\nlevel=ERROR", "\x1b", "\u202e"} {
			if strings.Contains(log, raw) {
				t.Errorf("%q is in the log:\n%s", raw, fmt.Sprintf("%q", log))
			}
		}
	})
}
