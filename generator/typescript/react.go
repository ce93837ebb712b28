package typescript

// A reactView prints <namespace>.react.ts: hooks that know the contract.
type reactView struct {
	Imports, Exports string
	Name             string
	Context          string // declaration of the context
	Use              string // how the client is found
	Idle             string // declaration of the state before anything
	Connection       string // head of the hook for the connection
	Rooms            []roomHook
}

type roomHook struct {
	Doc, Head, Open string
}

func (c *contract) reactView(n *namespace) any {
	hooks := "import { useProvided, useWatchable }"
	if len(n.rooms) > 0 {
		hooks = "import { type RoomView, useProvided, useRoom, useWatchable }"
	}
	v := reactView{
		Imports: c.modules(
			module{"import type * as b", n.file + ".bind"}, c.importTypes(), importRuntime, module{hooks, "react"},
		),
		Exports: c.modules(module{"export { useCall, useEvent }", "react"}),
		Name:    n.name,
	}
	v.Context = print(concat(assignment(
		text("const "+n.name+"Context"), call("createContext<b."+n.name+"Client | null>", "null"),
	), text(";")), 0)
	v.Use = print(concat(text("return "), call("useProvided", n.name+"Context", quote(n.name+"Provider")), text(";")), 2)
	v.Idle = print(concat(assignment(concat(text("const idle: "), n.state()), object([]doc{text(`status: "idle"`)})), text(";")), 0)
	v.Connection = print(functionHead("use"+n.name+"Connection", n.state()), 0)
	for _, r := range n.rooms {
		result := typeArguments("RoomView", "b."+r.handle, c.ref(r.Join.Ack), r.errs)
		head := functionHead(r.hook, result, "key: t."+r.key+" | null")
		open := print(concat(text("return "), call("useRoom", "rooms."+r.member, "key"), text(";")), 2)
		v.Rooms = append(v.Rooms, roomHook{Doc: docOf(r.Doc, "", "").String(0), Head: print(head, 0), Open: open})
	}
	return v
}
