// Scenarios of the official client against our server. Run as
//
//	node client.mjs <url> <scenario>
//
// A scenario that fails ends with status 1 and says why. Lines on stdout are for
// the Go test that has started it.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

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

async function exchange(socket) {
  socket.emit("echo", { text: "grüße 😀", list: [1, 2.5, null] });
  assert.deepEqual(await event(socket, "echo"), [{ text: "grüße 😀", list: [1, 2.5, null] }]);
  const big = "x".repeat(200_000);
  assert.deepEqual(await socket.timeout(5000).emitWithAck("ask", big), { ok: true, data: big });
}

const scenarios = {
  async polling() {
    const socket = await connected("/", { transports: ["polling"] });
    await exchange(socket);
    assert.equal(socket.io.engine.transport.name, "polling");
  },

  async mounted() {
    for (const transports of [["polling"], ["websocket"]]) {
      for (const addTrailingSlash of [true, false]) {
        const socket = await connected("/", { path: "/chat/live", addTrailingSlash, transports });
        await exchange(socket);
      }
    }
  },

  async forbidden() {
    const socket = client("/", { transports: ["polling"], reconnection: false });
    const answer = new Promise((resolve) => {
      // The client empties the answer as soon as its listeners have seen it.
      socket.once("connect_error", (err) => resolve([err.description, err.context.responseText]));
    });
    const [status, text] = await answer;
    assert.equal(status, 403);
    assert.deepEqual(JSON.parse(text), { code: 4, message: "banned" });
  },

  async websocket() {
    const socket = await connected("/", { transports: ["websocket"] });
    await exchange(socket);
  },

  async upgrade() {
    const socket = client("/");
    await event(socket.io, "open");
    assert.equal(socket.io.engine.transport.name, "polling");
    const upgraded = event(socket.io.engine, "upgrade");
    await event(socket, "connect");
    const seen = [];
    socket.on("echo", (n) => seen.push(n));
    for (let n = 0; n < 300; n++) {
      socket.emit("echo", n);
      if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await upgraded;
    assert.equal(socket.io.engine.transport.name, "websocket");
    await socket.timeout(5000).emitWithAck("ask", 1);
    assert.deepEqual(seen, Array.from({ length: 300 }, (_, n) => n));
    await exchange(socket);
  },

  async namespaces() {
    const root = client("/", { forceNew: false });
    const other = client("/other", { forceNew: false });
    await Promise.all([event(root, "connect"), event(other, "connect")]);
    assert.equal(root.io, other.io);
    assert.notEqual(root.id, other.id);
    await exchange(root);
    await exchange(other);
    other.disconnect();
    await exchange(root);
    other.connect();
    await event(other, "connect");
    await exchange(other);
    const [error] = await event(client("/nowhere"), "connect_error");
    assert.equal(error.message, "Invalid namespace");
  },

  async tenants() {
    const options = { forceNew: false };
    const [one, two] = [client("/tenant/1", options), client("/tenant/2", options)];
    await Promise.all([event(one, "connect"), event(two, "connect")]);
    assert.equal(one.io, two.io);
    const heard = [];
    two.onAny((name) => heard.push(name));
    assert.deepEqual(await one.timeout(5000).emitWithAck("whose"), { ok: true, data: "1" });
    one.emit("tell", "hello");
    assert.deepEqual(await event(one, "told"), ["hello"]);
    await exchange(two);
    assert.deepEqual(heard, ["echo"]);
    const [error] = await event(client("/tenant/", options), "connect_error");
    assert.equal(error.message, "Invalid namespace");
    two.emit("expire");
    assert.equal((await event(two, "disconnect"))[0], "io server disconnect");
    assert.equal(two.active, false);
    await exchange(one);
  },

  async auth() {
    const denied = client("/members", { auth: { token: "wrong" } });
    const [error] = await event(denied, "connect_error");
    assert.equal(error.message, "not a member");
    assert.deepEqual(error.data, { code: "badToken", retry: false });
    assert.equal(denied.active, false);
    const member = await connected("/members", { auth: (give) => give({ token: "secret" }) });
    await exchange(member);
    const [broken] = await event(client("/members", { auth: { token: "panic" } }), "connect_error");
    assert.equal(broken.message, "internal error");
    assert.equal(broken.data, undefined);
  },

  async acks() {
    const socket = await connected("/");
    assert.deepEqual(await socket.timeout(5000).emitWithAck("refuse", "because"), {
      ok: false,
      error: { code: "refused", message: "no", reason: "because" },
    });
    assert.deepEqual(await socket.timeout(5000).emitWithAck("fail"), {
      ok: false,
      error: { code: "internal", message: "internal error" },
    });
    // The server asks back within the handler, and answers with what it was told.
    socket.on("question", (n, answer) => answer({ ok: true, data: n + 1 }));
    assert.deepEqual(await socket.timeout(5000).emitWithAck("askMe", 41), { ok: true, data: 42 });
    socket.off("question");
    socket.on("question", (n, answer) => answer({ ok: false, error: { code: "busy", message: "later" } }));
    assert.deepEqual(await socket.timeout(5000).emitWithAck("askMe", 1), {
      ok: false,
      error: { code: "busy", message: "later" },
    });
  },

  async binary() {
    for (const transport of ["polling", "websocket"]) {
      const socket = await connected("/", { transports: [transport] });
      const bytes = Uint8Array.from({ length: 70_000 }, (_, n) => n % 256);
      socket.emit("blob", bytes);
      const [back] = await event(socket, "blob");
      assert.deepEqual(new Uint8Array(back), bytes);
      const ack = await socket.timeout(5000).emitWithAck("keep", bytes);
      assert.equal(ack.ok, true);
      assert.deepEqual(new Uint8Array(ack.data), bytes);
      const answered = event(socket, "compared");
      socket.once("bytesPlease", (answer) => answer({ ok: true, data: bytes }));
      socket.emit("compare", bytes);
      assert.deepEqual(await answered, [true]);
    }
  },

  async rooms() {
    const [a, b, c] = await Promise.all([connected("/"), connected("/"), connected("/")]);
    for (const socket of [a, b, c]) {
      socket.heard = [];
      socket.on("said", (text) => socket.heard.push(text));
    }
    await a.timeout(5000).emitWithAck("join", "red");
    await b.timeout(5000).emitWithAck("join", "red");
    await b.timeout(5000).emitWithAck("join", "blue");
    await c.timeout(5000).emitWithAck("join", "blue");
    await a.timeout(5000).emitWithAck("say", { to: ["red"], text: "to red" });
    await a.timeout(5000).emitWithAck("say", { to: ["red", "blue"], text: "to both" });
    await a.timeout(5000).emitWithAck("say", { to: ["blue"], except: ["red"], text: "only blue" });
    await b.timeout(5000).emitWithAck("leave", "blue");
    await a.timeout(5000).emitWithAck("say", { to: ["blue"], text: "after" });
    await a.timeout(5000).emitWithAck("say", { to: [b.id], text: "private" });
    await Promise.all([a, b, c].map((socket) => socket.timeout(5000).emitWithAck("ask", 1)));
    assert.deepEqual(a.heard, []);
    assert.deepEqual(b.heard, ["to red", "to both", "private"]);
    assert.deepEqual(c.heard, ["to both", "only blue", "after"]);
  },

  async kicked() {
    for (const transport of ["polling", "websocket"]) {
      const socket = await connected("/", { transports: [transport] });
      socket.emit("kick", false);
      assert.equal((await event(socket, "disconnect"))[0], "io server disconnect");
      assert.equal(socket.active, false);
      const whole = await connected("/", { transports: [transport] });
      whole.emit("kick", true);
      assert.equal((await event(whole, "disconnect"))[0], "io server disconnect");
    }
  },

  // The Go test reads the reasons that the server sees.
  async leaving() {
    const polite = await connected("/");
    polite.disconnect();
    const abrupt = await connected("/other", { reconnection: false });
    const gone = event(abrupt, "disconnect");
    abrupt.io.engine.close();
    assert.equal((await gone)[0], "forced close");
  },

  async restart() {
    const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    const options = { reconnectionDelay: 50, reconnectionDelayMax: 100 };
    const clients = [["polling"], ["websocket"]].map(async (transports) => {
      const socket = await connected("/", { ...options, transports });
      return { socket, id: socket.id, lost: event(socket, "disconnect") };
    });
    const crowd = await Promise.all(clients);
    console.log("connected");
    const returns = crowd.map(async ({ socket, id, lost }) => {
      assert.equal((await lost)[0], "transport close");
      assert.equal(socket.active, true);
      await event(socket, "connect");
      assert.notEqual(socket.id, id);
      await exchange(socket);
    });
    await Promise.all(returns);
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
for (const socket of sockets) socket.disconnect();
