// The official client under ours, against a server that is nothing but the
// packets it has to send.

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { type Socket, WebSocketServer } from "ws";
import {
  type ChatClientOptions,
  type ChatSocketClient,
  createChatClient,
} from "../chat/want/ts/chat.client.js";
import type { ConnectionState, Problem } from "../chat/want/ts/runtime.js";

interface Peer {
  readonly url: string;
  /** What came from the client, auth and events. */
  readonly wire: string[];
  /** Answers a CONNECT; by default it accepts. */
  greet: string;
  readonly send: (packet: string) => void;
  readonly drop: () => void;
  readonly close: () => void;
}

const accept = '40/chat,{"sid":"s"}';

/** Listens until the test is over. */
async function listen(t: TestContext): Promise<Peer> {
  const server = new WebSocketServer({ port: 0 });
  await new Promise<void>((done) => server.once("listening", done));
  const sockets: Socket[] = [];
  const peer: Peer = {
    url: `http://localhost:${String(server.address().port)}/`,
    wire: [],
    greet: accept,
    send: (packet) => {
      sockets.at(-1)?.send(packet);
    },
    drop: () => {
      sockets.at(-1)?.terminate();
    },
    close: () => {
      for (const socket of sockets) socket.terminate();
      server.close();
    },
  };
  t.after(peer.close);
  server.on("connection", (socket) => {
    sockets.push(socket);
    const handshake = { sid: "e", upgrades: [], pingInterval: 25e3 };
    socket.send(`0${JSON.stringify({ ...handshake, pingTimeout: 2e4 })}`);
    socket.on("message", (data) => {
      const packet = data.toString();
      peer.wire.push(packet);
      if (packet.startsWith("40")) socket.send(peer.greet);
      const [, id] = /^42\/chat,(\d+)/.exec(packet) ?? [];
      if (id !== undefined) socket.send(`43/chat,${id}[{"ok":true}]`);
    });
  });
  return peer;
}

/** A client that is closed when the test is over. */
function open(
  t: TestContext,
  peer: Peer,
  more: Partial<ChatClientOptions>,
): ChatSocketClient {
  const client = createChatClient({
    url: peer.url,
    auth: { token: "secret" },
    socket: {
      transports: ["websocket"],
      reconnectionDelay: 5,
      randomizationFactor: 0,
      forceNew: true,
    },
    ...more,
  });
  t.after(client.disconnect);
  return client;
}

/** Resolves when the connection is in a state. */
function reached(
  client: ChatSocketClient,
  status: ConnectionState["status"],
): Promise<void> {
  return new Promise((done) => {
    client.connection.subscribe((state) => {
      if (state.status === status) done();
    });
  });
}

test("sends auth and contract, and events as they are on the wire", async (t) => {
  const peer = await listen(t);
  const client = open(t, peer, {});
  assert.equal(peer.wire.length, 0);
  await client.setAvailability({ availability: "away" });
  client.setTyping({ conversationId: "general", typing: true });
  await client.rooms.conversation({ conversationId: "general" }).joined();
  const [connect, ...events] = peer.wire;
  const auth = JSON.parse(connect?.replace("40/chat,", "") ?? "") as object;
  assert.deepEqual(Object.keys(auth), ["token", "rt:contract"]);
  assert.match(JSON.stringify(auth), /"chat@1\.4\.0#[0-9a-f]{12}"/);
  assert.deepEqual(events, [
    '42/chat,0["setAvailability",{"availability":"away"}]',
    '42/chat,["setTyping",{"conversationId":"general","typing":true}]',
    '42/chat,1["rt:join",{"room":"conversation","key":{"conversationId":"general"}}]',
  ]);
});

test("ignores what recovery appends", async (t) => {
  const peer = await listen(t);
  const client = open(t, peer, {});
  const once = client.on.maintenance.once();
  await reached(client, "connected");
  const payload = { startsAt: "2026-01-02T03:04:05.000Z", text: "x" };
  peer.send(`42/chat,["maintenance",${JSON.stringify(payload)},"offset"]`);
  assert.deepEqual(await once, payload);
});

test("forgets what came before an answer that never came", async (t) => {
  const peer = await listen(t);
  const client = open(t, peer, {});
  const texts: string[] = [];
  client.on.maintenance(({ text }) => texts.push(text));
  await reached(client, "connected");
  const missed = `42/chat,["maintenance",{"startsAt":"2026-01-02T03:04:05.000Z","text":"missed"},"offset"]`;
  const connects = (): number =>
    peer.wire.filter((packet) => packet.startsWith("40")).length;
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) await new Promise((next) => setTimeout(next, 5));
  };
  peer.greet = missed; // a server that recovers sends it before its answer
  peer.drop();
  await until(() => connects() === 2);
  await new Promise((next) => setTimeout(next, 50)); // it is there
  peer.drop();
  await until(() => connects() === 3);
  peer.send(accept);
  await until(() => texts.length > 0);
  assert.deepEqual(texts, ["missed"]);
});

test("asks for auth before each attempt, and joins again", async (t) => {
  const peer = await listen(t);
  let asked = 0;
  const auth = async (): Promise<{ token: string }> => {
    asked++;
    return Promise.resolve({ token: `token ${String(asked)}` });
  };
  const client = open(t, peer, { auth });
  const room = client.rooms.conversation({ conversationId: "general" });
  await room.joined();
  const lost = reached(client, "reconnecting");
  peer.drop();
  await lost;
  await reached(client, "connected");
  await new Promise<void>((done) => {
    room.state.subscribe((state) => {
      if (state.status === "joined" && state.missed) done();
    });
  });
  const joins = peer.wire.filter((packet) => packet.includes("rt:join"));
  assert.deepEqual([asked, joins.length], [2, 2]);
  assert.ok(peer.wire.some((packet) => packet.includes("token 2")));
});

test("a refusal is final and typed", async (t) => {
  const peer = await listen(t);
  peer.greet = '44/chat,{"message":"no","data":{"code":"badToken"}}';
  const client = open(t, peer, {});
  client.connect();
  await reached(client, "offline");
  assert.deepEqual(client.connection.get(), {
    status: "offline",
    reason: "refused",
    error: { code: "badToken" },
  });
  peer.greet = '44/chat,{"message":"Invalid namespace"}';
  client.connect();
  await reached(client, "offline");
  const state = client.connection.get();
  assert.ok(state.status === "offline" && state.reason === "refused");
  assert.equal(state.error.code, "unknown");
});

test("a failing auth function is a state and a report", async (t) => {
  const peer = await listen(t);
  const problems: Problem[] = [];
  const client = open(t, peer, {
    auth: () => Promise.reject(new Error("no session")),
    onError: (problem) => problems.push(problem),
  });
  const result = await client.setAvailability({ availability: "dnd" }).result();
  assert.deepEqual(result, {
    ok: false,
    error: { code: "disconnected", sent: false },
  });
  assert.deepEqual(client.connection.get(), {
    status: "offline",
    reason: "authFailed",
  });
  assert.equal(problems[0]?.kind, "auth");
});

test("a kick stays away, and so does closing while connecting", async (t) => {
  const peer = await listen(t);
  const client = open(t, peer, {});
  client.connect();
  await reached(client, "connected");
  peer.send("41/chat,");
  await reached(client, "offline");
  assert.deepEqual(client.connection.get(), {
    status: "offline",
    reason: "kicked",
  });
  client.connect();
  client.disconnect();
  assert.deepEqual(client.connection.get(), {
    status: "offline",
    reason: "closed",
  });
});

test("gives up when told to", async (t) => {
  const peer = await listen(t);
  peer.close();
  const socket = { transports: ["websocket"], reconnectionDelay: 5 };
  const client = open(t, peer, {
    socket: { ...socket, reconnectionAttempts: 2 },
  });
  const attempts: number[] = [];
  client.connection.subscribe((state) => {
    if (state.status === "connecting") attempts.push(state.attempt);
  });
  client.connect();
  await reached(client, "offline");
  assert.deepEqual(client.connection.get(), {
    status: "offline",
    reason: "gaveUp",
  });
  assert.deepEqual(attempts, [1, 2, 3, 4].slice(0, attempts.length));
  assert.ok(attempts.length >= 3);
});
