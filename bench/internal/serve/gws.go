package serve

import (
	"net/http"
	"time"

	"github.com/lxzan/gws"
)

// newGWS is the floor of lxzan/gws.
func newGWS(pingInterval time.Duration) (http.Handler, error) {
	g := &gwsFloor{floor: newFloor(pingInterval)}
	upgrader := gws.NewUpgrader(g, &gws.ServerOption{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r)
		if err == nil {
			go ws.ReadLoop()
		}
	}), nil
}

type gwsFloor struct {
	gws.BuiltinEventHandler
	floor *floor
}

// A gwsMember is kept in its connection's session, which is the way of gws.
type gwsMember struct {
	ws    *gws.Conn
	leave func()
}

func (m *gwsMember) text(packet string) { m.ws.WriteString(packet) }

func (m *gwsMember) binary(data []byte) { m.ws.WriteMessage(gws.OpcodeBinary, data) }

const memberKey = "member"

func memberOf(ws *gws.Conn) *gwsMember {
	v, _ := ws.Session().Load(memberKey)
	return v.(*gwsMember)
}

// OnOpen implements [gws.Event].
func (g *gwsFloor) OnOpen(ws *gws.Conn) {
	m := &gwsMember{ws: ws}
	ws.Session().Store(memberKey, m)
	m.text(openPacket)
	m.leave = g.floor.enter(m)
}

// OnClose implements [gws.Event].
func (g *gwsFloor) OnClose(ws *gws.Conn, _ error) { memberOf(ws).leave() }

// OnMessage implements [gws.Event].
func (g *gwsFloor) OnMessage(ws *gws.Conn, message *gws.Message) {
	defer message.Close()
	if message.Opcode == gws.OpcodeBinary {
		g.floor.binary(memberOf(ws), message.Bytes())
	} else {
		g.floor.text(memberOf(ws), message.Data.String())
	}
}
