// Scenarios of the official client on bad networks. Run as
//
//	node client.mjs <url of the server> <url of the proxy> <scenario> [argument...]
//
// A scenario gives orders to the Go test that has started it: each is a line on
// stdout, and its answer a line on stdin. One that fails ends with status 1 and
// says why.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { io } from "socket.io-client";
import { recovery } from "./recovery.mjs";

const [direct, through, scenario, ...args] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const sockets = [];

/** Gives the Go test an order and returns its report. */
async function order(what = {}) {
  console.log(JSON.stringify(what));
  return JSON.parse((await lines.next()).value);
}

const ms = (n) => n * 1e6; // Go counts nanoseconds
const opening = { reset: 1, hang: 2, 400: 3 };
const pause = (n) => new Promise((resolve) => setTimeout(resolve, n));
const range = (n) => Array.from({ length: n }, (_, i) => i);
const increasing = (list) => list.every((n, i) => i === 0 || n > list[i - 1]);

function client(url, options = {}) {
  const socket = io(url, { forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 100, ...options });
  sockets.push(socket);
  return socket;
}

async function connected(url, options) {
  const socket = client(url, options);
  await event(socket, "connect");
  return socket;
}

/** The arguments of the next event. */
function event(socket, name) {
  return new Promise((resolve) => socket.once(name, (...args) => resolve(args)));
}

async function until(condition) {
  while (!(await condition())) await pause(10);
}

const answer = async (socket, name, ...args) => (await socket.timeout(20_000).emitWithAck(name, ...args)).data;

async function exchange(socket, size = 1000) {
  const message = { text: "grüße 😀", filler: "x".repeat(size) };
  assert.deepEqual(await answer(socket, "ask", message), message);
}

/** What a socket was told by everybody, as it came. */
function listen(socket) {
  const told = [];
  socket.on("tell", (n) => told.push(n));
  return told;
}

/** Ends when the server knows of n sockets. */
const members = (witness, n) => until(async () => (await answer(witness, "members")) === n);

/**
 * Breaks the connection of a socket and returns the reason that it gives. A
 * client that polls may be between two connections, so more than one try may be
 * needed.
 */
async function lose(socket, what, patience = 1000) {
  const lost = event(socket, "disconnect");
  let reason;
  while (!reason) {
    await order({ do: what });
    [reason] = await Promise.race([lost, pause(patience).then(() => [])]);
  }
  return reason;
}

const scenarios = {
  // Numbered events go both ways, each in its turn, while the transport changes.
  async order(delay) {
    const fault = { Delay: ms(delay), Jitter: ms(delay) };
    await order({ set: fault });
    await order({ websocket: { ...fault, Delay: ms(delay) + ms(50) } }); // polling is at work first
    const socket = client(through);
    const seen = [];
    const carriers = new Set();
    socket.on("echo", (n) => {
      seen.push(n);
      carriers.add(socket.io.engine.transport.name);
    });
    await event(socket.io, "open");
    let upgraded = false;
    socket.io.engine.once("upgrade", () => (upgraded = true));
    await event(socket, "connect");
    let n = 0;
    while (!upgraded || n < 300) {
      socket.emit("echo", n++);
      if (n % 10 === 0) await pause(1);
    }
    for (let i = 0; i < 50; i++) socket.emit("echo", n++);
    await until(() => seen.length >= n);
    await exchange(socket); // whatever came twice is here now
    assert.deepEqual(seen, range(n));
    assert.deepEqual([...carriers].sort(), ["polling", "websocket"]);
  },

  async noUpgrade() {
    for (const kind of ["reset", "hang", "400"]) await staysOnPolling({ Opening: opening[kind] });
    for (const bytes of [1, 8, 20, 131]) await staysOnPolling({ CutAfter: bytes });
  },

  async loss(transport) {
    const witness = await connected(direct);
    const socket = await connected(through, { transports: [transport] });
    const told = listen(socket);
    for (const fault of ["reset", "finish", "finishUp", "finishDown"]) {
      const { id } = socket;
      const back = event(socket, "connect");
      await lose(socket, fault);
      await back;
      assert.notEqual(socket.id, id);
      await members(witness, 2);
      witness.emit("tell", fault);
      await until(() => told.includes(fault));
      await exchange(socket);
    }
    assert.deepEqual(told, ["reset", "finish", "finishUp", "finishDown"]);
  },

  async silence(transport) {
    const witness = await connected(direct);
    const socket = await connected(through, { transports: [transport] });
    const told = listen(socket);
    const back = event(socket, "connect");
    const lost = event(socket, "disconnect");
    await order({ set: { Silent: true } });
    assert.equal((await lost)[0], "ping timeout");
    await until(async () => ((await order()).reasons ?? []).includes("ping timeout"));
    await members(witness, 1);
    await order({ set: {} });
    await back;
    await members(witness, 2);
    witness.emit("tell", 1);
    await until(() => told.length > 0);
    await exchange(socket);
    assert.deepEqual(told, [1]);
  },

  // The client goes over to a new connection while the server holds the old one.
  async early() {
    const witness = await connected(direct);
    const socket = await connected(through, { transports: ["websocket"] });
    const told = listen(socket);
    await order({ do: "strand" });
    const back = event(socket, "connect");
    socket.io.engine.close();
    await back;
    assert.equal(await answer(witness, "members"), 3); // the server has not noticed
    witness.emit("tell", 1);
    await members(witness, 2);
    witness.emit("tell", 2);
    await until(() => told.length > 1);
    await exchange(socket);
    assert.deepEqual(told, [1, 2]);
  },

  async cuts(transport) {
    const witness = await connected(direct);
    const socket = await connected(through, { transports: [transport] });
    const told = listen(socket);
    let n = 0;
    const sending = setInterval(() => {
      socket.emit("note", n);
      witness.emit("tell", n++);
    }, 2);
    for (let i = 0; i < 6; i++) {
      const before = told.length;
      await until(() => told.length > before + 10); // the line works
      const back = event(socket, "connect");
      await lose(socket, "reset", 100);
      await back;
    }
    clearInterval(sending);
    await exchange(socket);
    socket.emit("note", n);
    witness.emit("tell", n);
    await until(async () => told.at(-1) === n && (await order()).notes.at(-1) === n);
    const { notes } = await order();
    assert.ok(increasing(notes), `the server got ${notes}`);
    assert.ok(increasing(told), `the client got ${told}`);
  },

  async retries(transport) {
    const socket = await connected(through, { transports: [transport], retries: 1000, ackTimeout: 300 });
    const acked = new Set();
    const send = (n) => socket.emit("note", n, (error) => !error && acked.add(n));
    for (let round = 0; round < 4; round++) {
      for (let n = 0; n < 20; n++) send(round * 20 + n);
      if (round === 1) {
        await order({ set: { Silent: true } });
        await pause(700);
        await order({ set: {} });
      } else {
        await lose(socket, "reset", 100);
      }
      const { notes } = await order();
      for (const n of acked) assert.ok(notes.includes(n), `${n} was acknowledged and not handled`);
    }
    await until(() => acked.size === 80);
    const { notes } = await order();
    assert.deepEqual([...new Set(notes)], range(80)); // a Set keeps the order of first arrivals
  },

  async storm() {
    const witness = await connected(direct);
    const crowd = await Promise.all(range(80).map(() => connected(through, { transports: ["websocket"] })));
    const attempts = crowd.map(() => 0);
    crowd.forEach((socket, i) => socket.io.on("reconnect_error", () => attempts[i]++));
    const back = crowd.map((socket) => event(socket, "connect"));
    await order({ set: { Opening: opening.reset } });
    await order({ do: "reset" });
    await until(() => attempts.every((n) => n >= 2));
    await members(witness, 1);
    await order({ set: {} });
    await Promise.all(back);
    await members(witness, 81);
    await Promise.all(crowd.map((socket) => exchange(socket)));
  },

  async killed() {
    const crowd = await Promise.all(range(20).map((i) => connected(direct, { transports: [i % 2 ? "polling" : "websocket"] })));
    const lost = crowd.map((socket) => event(socket, "disconnect"));
    await order({ do: "kill" });
    await Promise.all(lost);
    const back = crowd.map((socket) => event(socket, "connect"));
    await order({ do: "start" });
    await Promise.all(back);
    await Promise.all(crowd.map((socket) => exchange(socket)));
  },

  async lines() {
    const witness = await connected(direct);
    for (const fault of [
      { Delay: ms(150), Jitter: ms(20) },
      { SegmentSize: 1 },
      { BytesPerSecond: 20_000 },
    ]) await badLine(witness, fault);
    await flips(witness);
  },

  // The stuck one reads nothing of what everyone gets.
  async stuck(transport) {
    const others = await Promise.all([connected(direct, { transports: [transport] }), connected(direct)]);
    await connected(through, { transports: [transport] });
    await order({ set: { Silent: true } });
    const heard = others.map(listen);
    const filler = "x".repeat(200_000);
    let n = 0;
    while (!((await order()).reasons ?? []).includes("slow consumer")) {
      others[0].emit("tell", { n: n++, filler });
      await until(() => heard.every((told) => told.length >= n));
    }
    for (const told of heard) assert.deepEqual(told.map(({ n }) => n), range(n));
    await members(others[0], 2);
  },
};

/** WebSockets of a client fail by a fault, and it is served nevertheless. */
async function staysOnPolling(fault) {
  await order({ websocket: fault });
  const { websockets } = await order();
  const socket = client(through);
  await event(socket.io, "open");
  let failed = false;
  socket.io.engine.once("upgradeError", () => (failed = true));
  await event(socket, "connect");
  const { id } = socket;
  await until(async () => {
    await exchange(socket);
    return fault.Opening === opening.hang ? (await order()).websockets > websockets : failed;
  });
  for (let i = 0; i < 5; i++) await exchange(socket);
  assert.equal(socket.io.engine.transport.name, "polling");
  assert.equal(socket.id, id);
  socket.disconnect();
}

/** Everything arrives as it was sent, and a witness is much faster. */
async function badLine(witness, fault) {
  await order({ set: {} });
  const socket = await connected(through);
  await order({ set: fault });
  let ended = false;
  const bad = (async () => {
    for (let i = 0; i < 5; i++) await exchange(socket, 2000);
    const bytes = Uint8Array.from({ length: 5000 }, (_, n) => n % 256);
    assert.deepEqual(new Uint8Array(await answer(socket, "keep", bytes)), bytes);
    ended = true;
  })();
  if (!fault.SegmentSize) {
    for (let i = 0; i < 20; i++) await exchange(witness);
    assert.equal(ended, false, "the witness was as slow as the bad line");
  }
  await bad;
  socket.disconnect();
}

/** Nobody can tell what becomes of the one whose bits are flipped. */
async function flips(witness) {
  await order({ set: {} });
  const socket = await connected(through);
  await order({ set: { FlipEvery: 300 } });
  for (let i = 0; i < 100; i++) {
    socket.emit("echo", "x".repeat(200));
    if (i % 10 === 0) await exchange(witness);
  }
  await order({ set: {} });
  await exchange(await connected(through));
  await exchange(witness);
}

const helpers = { args, client, connected, direct, event, exchange, listen, lose, members, opening, order, pause, range, through, until };
Object.assign(scenarios, recovery(helpers));

const limit = setTimeout(() => {
  console.error("no end within a minute");
  process.exit(1);
}, 60_000);

try {
  await scenarios[scenario](...args);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
clearTimeout(limit);
for (const socket of sockets) socket.disconnect();
process.exit();
