// Scenarios of the client of Socket.IO 2 against our server. Run as
//
//	node client2.mjs <url> <scenario>
//
// A scenario that fails ends with status 1 and says why. Lines on stdout are for
// the Go test that has started it.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { io as current } from "socket.io-client";
import io from "socket.io-client-2";

const [url, scenario] = process.argv.slice(2);
const sockets = [];

function client(path, options = {}) {
  const socket = io(url + path, { forceNew: true, ...options });
  sockets.push(socket);
  return socket;
}

async function connected(path, options) {
  const socket = client(path, options);
  await event(socket, "connect");
  return socket;
}

/** The arguments of the next event. */
function event(socket, name) {
  return new Promise((resolve) => socket.once(name, (...args) => resolve(args)));
}

/** The answer to an event. */
function ask(socket, ...args) {
  return new Promise((resolve) => socket.emit(...args, resolve));
}

async function exchange(socket) {
  socket.emit("echo", { text: "grüße 😀", list: [1, 2.5, null] });
  assert.deepEqual(await event(socket, "echo"), [{ text: "grüße 😀", list: [1, 2.5, null] }]);
  const big = "😀é€x".repeat(50_000);
  assert.deepEqual(await ask(socket, "ask", big), { ok: true, data: big });
}

async function exchangeBytes(socket) {
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, n) => n % 256));
  socket.emit("blob", bytes);
  const [back] = await event(socket, "blob");
  assert.deepEqual(Buffer.from(back), bytes);
  const ack = await ask(socket, "keep", bytes);
  assert.equal(ack.ok, true);
  assert.deepEqual(Buffer.from(ack.data), bytes);
  const answered = event(socket, "compared");
  socket.once("bytesPlease", (answer) => answer({ ok: true, data: bytes }));
  socket.emit("compare", bytes);
  assert.deepEqual(await answered, [true]);
}

const scenarios = {
  async polling() {
    const socket = await connected("/", { transports: ["polling"] });
    await exchange(socket);
    assert.equal(socket.io.engine.transport.name, "polling");
  },

  async websocket() {
    await exchange(await connected("/", { transports: ["websocket"] }));
  },

  async upgrade() {
    const socket = client("/");
    const upgraded = event(socket.io.engine, "upgrade"); // maybe before the socket is connected
    await event(socket, "connect");
    const seen = [];
    socket.on("echo", (n) => seen.push(n));
    for (let n = 0; n < 300; n++) {
      socket.emit("echo", n);
      if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await upgraded;
    assert.equal(socket.io.engine.transport.name, "websocket");
    await ask(socket, "ask", 1);
    assert.deepEqual(
      seen,
      Array.from({ length: 300 }, (_, n) => n),
    );
    await exchange(socket);
  },

  async namespaces() {
    const root = client("/", { forceNew: false });
    const other = client("/other", { forceNew: false });
    await Promise.all([event(root, "connect"), event(other, "connect")]);
    assert.equal(root.io, other.io);
    await exchange(root);
    await exchange(other);
    other.disconnect();
    await exchange(root);
    other.connect();
    await event(other, "connect");
    await exchange(other);
    const [error] = await event(client("/nowhere"), "error");
    assert.deepEqual(error, { message: "Invalid namespace" });
  },

  async query() {
    const member = await connected("/members?token=secret");
    await exchange(member);
    const other = await connected("/members", { query: { token: "secret" } });
    await exchange(other);
    const [denied] = await event(client("/members?token=wrong"), "error");
    assert.deepEqual(denied, { code: "badToken", retry: false });
    const [broken] = await event(client("/members?token=panic"), "error");
    assert.equal(broken, "internal error");
  },

  async acks() {
    const socket = await connected("/");
    assert.deepEqual(await ask(socket, "refuse", "because"), {
      ok: false,
      error: { code: "refused", message: "no", reason: "because" },
    });
    // The server asks back within the handler, and answers with what it was told.
    socket.on("question", (n, answer) => answer({ ok: true, data: n + 1 }));
    assert.deepEqual(await ask(socket, "askMe", 41), { ok: true, data: 42 });
  },

  async binary() {
    for (const transports of [["polling"], ["websocket"]]) {
      for (const forceBase64 of [false, true]) {
        await exchangeBytes(await connected("/", { transports, forceBase64 }));
      }
    }
  },

  async kicked() {
    for (const transport of ["polling", "websocket"]) {
      const socket = await connected("/", { transports: [transport] });
      socket.emit("kick", false);
      assert.deepEqual(await event(socket, "disconnect"), ["io server disconnect"]);
      const whole = await connected("/", { transports: [transport] });
      whole.emit("kick", true);
      assert.deepEqual(await event(whole, "disconnect"), ["io server disconnect"]);
    }
  },

  // The server asks for a ping every 100 ms.
  async heartbeat() {
    for (const transport of ["polling", "websocket"]) {
      const socket = await connected("/", { transports: [transport] });
      socket.on("disconnect", (reason) => assert.fail(reason));
      for (let n = 0; n < 5; n++) await event(socket, "pong");
      await exchange(socket);
      socket.off("disconnect");
    }
  },

  // Clients of both kinds are in one room.
  async mixed() {
    const all = [
      await connected("/", { transports: ["polling"] }),
      await connected("/", { transports: ["websocket"] }),
      current(url, { forceNew: true, transports: ["polling"] }),
      current(url, { forceNew: true, transports: ["websocket"] }),
    ];
    sockets.push(...all.slice(2));
    for (const socket of all) await ask(socket, "join", "room");
    const speaker = await connected("/");
    const heard = all.map((socket) => event(socket, "said"));
    await ask(speaker, "say", { to: ["room"], text: "to all 😀" });
    for (const got of heard) assert.deepEqual(await got, ["to all 😀"]);
    const bytes = all.map((socket) => event(socket, "shown"));
    await ask(speaker, "show", Buffer.from([1, 2, 3]));
    for (const got of bytes) assert.deepEqual(Buffer.from((await got)[0]), Buffer.from([1, 2, 3]));
  },

  // The Go test reads the reasons that the server sees.
  async leaving() {
    const polite = await connected("/", { transports: ["websocket"] });
    polite.disconnect();
    const abrupt = await connected("/other", { transports: ["websocket"], reconnection: false });
    const gone = event(abrupt, "disconnect");
    abrupt.io.engine.close();
    assert.deepEqual(await gone, ["forced close"]);
  },

  async restart() {
    const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    const socket = await connected("/", { reconnectionDelay: 50, reconnectionDelayMax: 100 });
    const lost = event(socket, "disconnect");
    console.log("connected");
    assert.deepEqual(await lost, ["transport close"]);
    await event(socket, "connect");
    await exchange(socket);
    console.log("again");
    await lines.next(); // the end of stdin
  },
};

const limit = setTimeout(() => {
  console.error(`${scenario}: no end within 30 s`);
  process.exit(1);
}, 30_000);

try {
  await scenarios[scenario]();
} catch (error) {
  console.error(error);
  process.exit(1); // also while stdin is read
}
clearTimeout(limit);
for (const socket of sockets) socket.close();
