// Drives the official Engine.IO client against the server under test.
//
// usage: node client.mjs <url> <version> <transports> <scenario>
//
// The version is that of the protocol; 3 is spoken by the client within that of
// Socket.IO 2.
//
// The server echoes every text, and every binary message behind the text
// "attached". Exit code 0 means the scenario went as it
// should; otherwise the reason is on stderr.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const [url, version, transports, scenario] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const { Socket } =
  version === "3"
    ? createRequire(require.resolve("socket.io-client-2"))("engine.io-client")
    : require("engine.io-client");
const upgrades = transports === "polling,websocket";

function open() {
  const socket = new Socket(url, {
    path: "/engine.io/",
    transports: transports.split(","),
    forceBase64: scenario === "base64",
  });
  socket.binaryType = "nodebuffer";
  return socket;
}

function once(socket, event) {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    if (event !== "close") {
      socket.once("close", (reason) => reject(new Error(`closed: ${reason}`)));
    }
  });
}

// echo sends messages and waits until all have come back in order.
async function echo(socket, messages) {
  const want = messages.flatMap((m) => (typeof m === "string" ? [m] : ["attached", m]));
  const got = [];
  const all = new Promise((resolve, reject) => {
    socket.on("message", function listener(m) {
      got.push(m);
      if (got.length < want.length) return;
      socket.off("message", listener);
      resolve();
    });
    socket.once("close", (reason, d) =>
      reject(new Error(`closed: ${reason} ${d?.message ?? ""}, after ${got.length} echoes`)),
    );
  });
  for (const m of messages) socket.send(m);
  await all;
  assert.deepEqual(got, want);
}

function onWebSocket(socket) {
  return once(socket, upgrades ? "upgrade" : "open");
}

const scenarios = {
  async text(socket) {
    await once(socket, "open");
    await echo(socket, ["hello", "utf-8: € ☺ 𝄞", "a".repeat(1000)]);
  },
  async binary(socket) {
    await once(socket, "open");
    await echo(socket, [Buffer.from([1, 2, 3]), "text", Buffer.alloc(0), Buffer.alloc(70000, 7)]);
  },
  async big(socket) {
    await once(socket, "open");
    const messages = ["x".repeat(700_000), Buffer.alloc(500_000, 9), "y".repeat(999_000)];
    // Version 3 knows no limit and puts into one request what is sent at a time.
    const batches = version === "3" ? messages.map((m) => [m]) : [messages];
    for (const batch of batches) await echo(socket, batch);
  },
  async order(socket) {
    // Across the upgrade: some before, some during, some after.
    const messages = Array.from({ length: 500 }, (_, i) => `message ${i}`);
    const done = echo(socket, messages);
    await Promise.all([done, upgrades ? once(socket, "upgrade") : undefined]);
  },
  async upgrade(socket) {
    await onWebSocket(socket);
    assert.equal(socket.transport.name, "websocket");
    await echo(socket, ["after", Buffer.from([1])]);
  },
  async deflate(socket) {
    await onWebSocket(socket);
    assert.match(socket.transport.ws.extensions, /permessage-deflate/);
    await echo(socket, ["x".repeat(100_000), "short", Buffer.alloc(50_000, 7), "y".repeat(1023)]);
  },
  async base64(socket) {
    await onWebSocket(socket);
    await echo(socket, [Buffer.from([1, 2, 3]), "text", Buffer.alloc(0), Buffer.alloc(5000, 7)]);
  },
  async heartbeat(socket) {
    await once(socket, "open");
    for (let i = 0; i < 3; i++) await once(socket, version === "3" ? "pong" : "ping");
    await echo(socket, ["alive"]);
  },
  async serverClose(socket) {
    await once(socket, "open");
    socket.send("close me");
    const reason = await once(socket, "close");
    assert.equal(reason, "transport close");
    return "closed";
  },
};

const socket = open();
const timer = setTimeout(() => {
  console.error("timed out");
  process.exit(2);
}, 20_000);
try {
  if ((await scenarios[scenario](socket)) !== "closed") {
    const closed = once(socket, "close");
    socket.close();
    await closed;
  }
} catch (err) {
  console.error(err);
  process.exit(1);
}
clearTimeout(timer);
