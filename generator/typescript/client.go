package typescript

// A clientView prints <namespace>.client.ts: the client on socket.io-client.
type clientView struct {
	Imports, Exports string
	Name             string
	Constant         string // chatNamespace
	Options          string // declaration of the client's options
	Socket           string // declaration of the type of the plain socket
	CreateHead       string
	Create           string // the statement that makes the runtime
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
		Name:     n.name,
		Constant: n.constant(),
	}
	bases := []doc{text("io.SocketIoSetup")}
	if n.auth != "" {
		bases = append(bases, text("io.SocketIoAuth<t."+n.auth+">"))
	}
	bases = append(bases, text("rt.RuntimeOptions"))
	v.Options = print(heritage(n.name+"ClientOptions", bases), 0)
	v.Socket = print(concat(
		text("export type "+n.name+"Socket = "),
		typeArguments("Socket", "e."+n.name+"ServerToClientEvents", "e."+n.name+"ClientToServerEvents"), text(";"),
	), 0)
	optional := ""
	if n.auth == "" {
		optional = " = {}"
	}
	v.CreateHead = print(grouped(
		text("export function create"+n.name+"Client("),
		nest(softLine, text("options: "+n.name+"ClientOptions"+optional)), ifBreak(text(","), text("")),
		softLine, text("): "+n.name+"SocketClient {"),
	), 0)
	v.Create = print(concat(text("const runtime = "), grouped(
		text("createRuntime<t."+n.connectError+">("),
		nest(softLine, join(concat(text(","), line), texts([]string{"e." + n.constant(), "transport", "options"}))),
		ifBreak(text(","), text("")), softLine, text(")"),
	), text(";")), 2)
	return v
}

// heritage writes:
//
//	export interface <name>
//	  extends A, B {}
func heritage(name string, bases []doc) doc {
	return grouped(
		text("export interface "+name),
		nest(line, text("extends "), nest(join(concat(text(","), line), bases))), text(" {}"),
	)
}
