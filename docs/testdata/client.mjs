// Scenarios of the official client behind a proxy. Run as
//
//	node client.mjs <url> <scenario> [transport]
//
// A scenario that fails ends with status 1 and says why. Lines on stdout are for
// the Go test that has started it.
import assert from "node:assert/strict";
import { io } from "socket.io-client";

const [url, scenario, transport] = process.argv.slice(2);
const sockets = [];

function client(options) {
  const socket = io(url, { forceNew: true, withCredentials: true, ...options });
  sockets.push(socket);
  return socket;
}

/** The arguments of the next event. */
function event(emitter, name) {
  return new Promise((resolve) => emitter.once(name, (...args) => resolve(args)));
}

async function connected(options) {
  const socket = client(options);
  await event(socket, "connect");
  return socket;
}

/** The name of the server that a client is on. */
async function server(socket, text = "") {
  return await socket.timeout(30_000).emitWithAck("where", text);
}

async function exchange(socket) {
  const names = [await server(socket), await server(socket, "x".repeat(200_000)), await server(socket)];
  assert.equal(new Set(names).size, 1, `one client was on ${names}`);
  return names[0];
}

const carrier = (socket) => socket.io.engine.transport.name;

const scenarios = {
  // Clients that poll stay where they are, others may be anywhere.
  async transports() {
    for (const options of [{ transports: ["polling"] }, { transports: ["websocket"], withCredentials: false }]) {
      const seen = new Set();
      for (let i = 0; i < 60 && (seen.size < 2 || i < 10); i++) {
        seen.add(await exchange(await connected(options)));
      }
      assert.deepEqual([...seen].sort(), ["one", "two"]);
    }
    for (let i = 0; i < 4; i++) {
      const socket = await connected();
      if (carrier(socket) !== "websocket") await event(socket.io.engine, "upgrade");
      await exchange(socket);
      assert.equal(carrier(socket), "websocket");
    }
  },

  // The proxy lets no WebSocket through.
  async blocked() {
    const willing = client({ transports: ["polling", "websocket"] });
    const refused = new Promise((resolve) => willing.io.on("open", () => willing.io.engine.once("upgradeError", resolve)));
    await event(willing, "connect");
    await refused;
    for (const socket of [
      willing,
      await connected({ transports: ["websocket", "polling"], tryAllTransports: true }),
    ]) {
      await exchange(socket);
      assert.equal(carrier(socket), "polling");
    }
  },

  // The proxy cuts after five seconds of silence; the server pings every second.
  async idle() {
    const list = [await connected({ transports: ["polling"] }), await connected({ transports: ["websocket"] })];
    const ids = list.map((socket) => socket.id);
    await new Promise((resolve) => setTimeout(resolve, 6000));
    assert.deepEqual(list.map((socket) => socket.id), ids);
    for (const socket of list) await exchange(socket);
  },

  // The server that the client is on refuses handshakes: the proxy has to know better.
  async restart() {
    const socket = await connected({ transports: [transport], reconnectionDelay: 100, reconnectionDelayMax: 500 });
    socket.io.on("reconnect_error", (error) => assert.fail(`refused on the way back: ${error}`));
    console.log(await server(socket));
    assert.deepEqual((await event(socket, "disconnect"))[0], "transport close");
    await event(socket, "connect");
    console.log(await exchange(socket));
  },
};

const limit = setTimeout(() => {
  console.error(`${scenario}: no end within two minutes`);
  process.exit(1);
}, 120_000);

try {
  await scenarios[scenario]();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
clearTimeout(limit);
for (const socket of sockets) socket.disconnect();
