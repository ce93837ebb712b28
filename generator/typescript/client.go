package typescript

// A clientView prints <namespace>.client.ts: the client on socket.io-client.
type clientView struct {
	Imports, Exports string
	Name             string
	Socket           string // declaration of the type of the plain socket
	Options          string // declaration of the client's options
	Client           string // head of the client's type
	CreateHead       string
	Open, Create     string // statements that make the transport and the runtime
	Return           string
}

func (c *contract) clientView(n *namespace) any {
	v := clientView{
		Imports: c.modules(
			n.importBind(), n.importEvents(), c.importTypes(), importCore, importRuntime,
			module{"import * as io", "socketio"},
		),
		Exports: c.modules(
			module{"export type *", n.file + ".bind"}, module{"export *", c.Package + ".types"},
			module{"export { assertNever, isRtError, RtError }", "runtime"},
		),
		Name: n.name,
	}
	bases := []string{"io.SocketIoSetup"}
	parameter := "options: " + n.name + "ClientOptions"
	if n.auth == "" {
		parameter += " = {}"
	} else {
		bases = append(bases, "io.SocketIoAuth<t."+n.auth+">")
	}
	bases = append(bases, "rt.RuntimeOptions")
	v.Options = print(concat(heritage(n.name+"ClientOptions", bases...), text("}")), 0)
	v.Client = print(heritage(n.name+"SocketClient", "b."+n.name+"Client"), 0)
	v.Socket = print(concat(
		text("export type "+n.name+"Socket = "),
		typeArguments("Socket", "e."+n.name+"ServerToClientEvents", "e."+n.name+"ClientToServerEvents"), text(";"),
	), 0)
	v.CreateHead = print(functionHead("create"+n.name+"Client", text(n.name+"SocketClient"), parameter), 0)
	v.Open = print(concat(
		text("const { socket, transport } = "), call("io.openSocketIo", "e."+n.constant(), "options"), text(";"),
	), 2)
	v.Create = n.createRuntime("transport")
	v.Return = print(concat(text("return "), object([]doc{text("...b.bind" + n.name + "(runtime)"), text("socket")}), text(";")), 2)
	return v
}

// createRuntime writes:
//
//	const runtime = createRuntime<t.ChatConnectError>(e.chatNamespace, transport, options);
func (n *namespace) createRuntime(transport string) string {
	made := call("createRuntime<t."+n.connectError+">", "e."+n.constant(), transport, "options")
	return print(concat(assignment(text("const runtime"), made), text(";")), 2)
}
