// The runtime of generated clients, driven through the chat client and its
// mock. Bundled by esbuild and run by Node's test runner.

import assert from "node:assert/strict";
import { test } from "node:test";
import { chatNamespace } from "../chat/want/ts/chat.events.js";
import { createChatMock, fail } from "../chat/want/ts/chat.mock.js";
import type { SendMessage } from "../chat/want/ts/chat.types.js";
import { createRuntime } from "../chat/want/ts/core.js";
import { createMockServer } from "../chat/want/ts/mock.js";
import {
  type ClientEvent,
  isRtError,
  type Problem,
} from "../chat/want/ts/runtime.js";

const message: SendMessage = {
  conversationId: "general",
  clientId: "b8f7a8a0-25b9-4b8f-8f0e-0a4f6f0a6e11",
  body: { kind: "text", text: "hello" },
};
const ack = { id: "1", sentAt: "2026-01-02T03:04:05.000Z" };
const received = {
  id: "1",
  conversationId: "general",
  author: { id: "u", name: "Ann", avatar: null },
  body: { kind: "text" as const, text: "hello" },
  sentAt: "2026-01-02T03:04:05.000Z",
};

/** A macrotask later: answers of the mock have come. */
/** Lets what was begun run on, a few timers deep, however busy the machine. */
const tick = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((done) => setTimeout(done, 2));
  }
};

async function connected(
  ...options: Parameters<typeof createChatMock>
): Promise<ReturnType<typeof createChatMock>> {
  const mock = createChatMock(...options);
  mock.client.connect();
  await tick();
  assert.equal(mock.client.connection.get().status, "connected");
  return mock;
}

/* --- connection --- */

test("connects on first use and tells its states", async () => {
  const { client, server } = createChatMock();
  const seen: string[] = [];
  client.connection.subscribe((state) => seen.push(state.status));
  assert.deepEqual(seen, ["idle"]);
  client.on.messageSent(() => {});
  assert.deepEqual(seen, ["idle", "connecting"]);
  await tick();
  server.lose("pingTimeout");
  const lost = client.connection.get();
  assert.equal(lost.status === "reconnecting" && lost.reason, "pingTimeout");
  server.restore({ recovered: true });
  const back = client.connection.get();
  assert.equal(back.status === "connected" && back.recovered, true);
  client.disconnect();
  assert.deepEqual(client.connection.get(), {
    status: "offline",
    reason: "closed",
  });
});

test("what was closed on purpose stays closed until connect()", async () => {
  const { client } = await connected();
  client.disconnect();
  client.on.messageSent(() => {});
  const result = await client.sendMessage(message).result();
  assert.deepEqual(result, {
    ok: false,
    error: { code: "disconnected", sent: false },
  });
  assert.equal(client.connection.get().status, "offline");
  client.connect();
  await tick();
  assert.equal(client.connection.get().status, "connected");
});

test("a kick and a refusal are states with reasons", async () => {
  const { client, server } = await connected();
  server.kick();
  assert.deepEqual(client.connection.get(), {
    status: "offline",
    reason: "kicked",
  });
  client.connect();
  server.refuse({ code: "badToken", message: "expired" });
  assert.deepEqual(client.connection.get(), {
    status: "offline",
    reason: "refused",
    error: { code: "badToken", message: "expired" },
  });
});

test("a refusal outside the contract is unknown", async () => {
  const { client, server } = await connected();
  server.refuse({ code: "fromTheFuture" } as never);
  const state = client.connection.get();
  assert.ok(state.status === "offline" && state.reason === "refused");
  assert.deepEqual(state.error, {
    code: "unknown",
    wireCode: "fromTheFuture",
    data: { code: "fromTheFuture" },
  });
});

test("a watcher that throws stops nobody", async () => {
  const problems: Problem[] = [];
  const { client, server } = await connected({
    onError: (problem) => problems.push(problem),
  });
  const seen: string[] = [];
  let armed = false;
  client.connection.subscribe(() => {
    if (armed) throw new Error("watcher");
  });
  client.connection.subscribe((state) => seen.push(state.status));
  armed = true;
  server.lose();
  assert.deepEqual(seen, ["connected", "reconnecting"]);
  assert.equal(problems[0]?.kind, "listener");
});

/* --- calls --- */

test("a call resolves, and fails in both ways", async () => {
  const { client, server } = await connected();
  server.on.sendMessage(() => ack);
  assert.deepEqual(await client.sendMessage(message), ack);
  assert.deepEqual(server.sent, [{ event: "sendMessage", payload: message }]);

  server.on.sendMessage(() => fail({ code: "slowMode", retryAfter: 100 }));
  const result = await client.sendMessage(message).result();
  assert.deepEqual(result, {
    ok: false,
    error: { code: "slowMode", retryAfter: 100 },
  });
  await assert.rejects(client.sendMessage(message), (error: unknown) => {
    assert.ok(isRtError(error));
    assert.equal(error.error.code, "slowMode");
    assert.equal(error.message, "sendMessage: slowMode");
    return true;
  });
});

test("a code outside the contract is unknown, a built-in one is not", async () => {
  const { client, server } = await connected();
  server.on.sendMessage(() => fail({ code: "newer" } as never));
  assert.deepEqual(await client.sendMessage(message).result(), {
    ok: false,
    error: { code: "unknown", wireCode: "newer", data: { code: "newer" } },
  });
  server.on.sendMessage(() => fail({ code: "rateLimited", retryAfterMs: 7 }));
  assert.deepEqual(await client.sendMessage(message).result(), {
    ok: false,
    error: { code: "rateLimited", retryAfterMs: 7 },
  });
});

test("a call out of time says whether it was sent", async () => {
  const { client, server } = await connected();
  server.on.sendMessage(() => new Promise(() => {}));
  const options = { timeoutMs: 20 };
  const sent = await client.sendMessage(message, options).result();
  assert.deepEqual(sent, { ok: false, error: { code: "timeout", sent: true } });
  server.lose();
  const waited = await client.sendMessage(message, options).result();
  assert.deepEqual(waited, {
    ok: false,
    error: { code: "timeout", sent: false },
  });
});

test("a call waits for the connection, in order, and is sent once", async () => {
  const { client, server } = await connected();
  server.on.sendMessage(() => ack);
  server.lose();
  const call = client.sendMessage(message);
  client.setTyping({ conversationId: "general", typing: true });
  const late = client.sendMessage({ ...message, clientId: "2" });
  await tick();
  assert.equal(server.sent.length, 0);
  server.restore();
  await Promise.all([call, late]);
  assert.deepEqual(
    server.sent.map((sent) => sent.event),
    ["sendMessage", "setTyping", "sendMessage"],
  );
});

test("failWhenOffline does not wait, nor connect", async () => {
  const { client } = createChatMock();
  const call = client.sendMessage(message, { failWhenOffline: true });
  assert.deepEqual(await call.result(), {
    ok: false,
    error: { code: "disconnected", sent: false },
  });
  assert.equal(client.connection.get().status, "idle");
});

test("a loss while an answer is awaited fails the call", async () => {
  const { client, server } = await connected();
  server.on.sendMessage(() => new Promise(() => {}));
  const call = client.sendMessage(message).result();
  await tick();
  server.lose();
  assert.deepEqual(await call, {
    ok: false,
    error: { code: "disconnected", sent: true },
  });
});

test("retries resend after a loss and after silence", async () => {
  const { client, server } = await connected();
  let asked = 0;
  server.on.sendMessage(() => {
    asked++;
    return asked < 3 ? new Promise<typeof ack>(() => {}) : ack;
  });
  const call = client.sendMessage(message, { retries: 2, timeoutMs: 3000 });
  await tick();
  server.lose();
  server.restore();
  assert.deepEqual(await call, ack);
  assert.equal(asked, 3);
});

test("only idempotent events are retried, whatever JavaScript asks", async () => {
  const { client, server } = await connected();
  let asked = 0;
  server.on.setAvailability(() => {
    asked++;
    return new Promise<void>(() => {});
  });
  const options = { retries: 5, timeoutMs: 60 };
  await client.setAvailability({ availability: "away" }, options).result();
  assert.equal(asked, 1);
});

test("an abort ends a call before, while waiting, and when sent", async () => {
  const { client, server } = await connected();
  server.on.sendMessage(() => new Promise(() => {}));
  const reason = new Error("gone");
  const aborted = { ok: false, error: { code: "aborted", reason } };

  const before = { signal: AbortSignal.abort(reason) };
  assert.deepEqual(await client.sendMessage(message, before).result(), aborted);
  assert.equal(server.sent.length, 0);

  const sent = new AbortController();
  const call = client.sendMessage(message, { signal: sent.signal });
  await tick();
  sent.abort(reason);
  await assert.rejects(call, reason);

  server.lose();
  const waits = new AbortController();
  const result = client.sendMessage(message, { signal: waits.signal }).result();
  waits.abort(reason);
  assert.deepEqual(await result, aborted);
  server.restore();
  await tick();
  assert.equal(server.sent.length, 1);
});

test("what waits is bounded", async () => {
  const problems: Problem[] = [];
  const { client, server } = await connected({
    maxWaiting: 1,
    onError: (problem) => problems.push(problem),
  });
  server.lose();
  void client.sendMessage(message).result();
  const result = await client.sendMessage(message).result();
  assert.deepEqual(result, {
    ok: false,
    error: { code: "disconnected", sent: false },
  });
  client.setTyping({ conversationId: "general", typing: true });
  await tick();
  assert.deepEqual(problems, [{ kind: "notSent", event: "setTyping" }]);
  client.disconnect();
});

/* --- events --- */

test("listeners: each once, until it stops, whoever throws", async () => {
  const problems: Problem[] = [];
  const { client, server } = await connected({
    onError: (problem) => problems.push(problem),
  });
  const seen: string[] = [];
  const listener = (): unknown => seen.push("twice");
  client.on.messageSent(listener);
  const stop = client.on.messageSent(listener);
  client.on.messageSent(() => {
    throw new Error("listener");
  });
  const abort = new AbortController();
  client.on.messageSent(() => seen.push("last"), { signal: abort.signal });
  server.emit.messageSent(received);
  assert.deepEqual(seen, ["twice", "twice", "last"]);
  assert.equal(problems.length, 1);
  stop();
  stop();
  abort.abort();
  server.emit.messageSent(received);
  assert.deepEqual(seen, ["twice", "twice", "last", "twice"]);
});

test("a listener stopped by another one is not called any more", async () => {
  const { client, server } = await connected();
  let called = 0;
  client.on.messageSent(() => {
    stop();
  });
  const stop = client.on.messageSent(() => called++);
  server.emit.messageSent(received);
  assert.equal(called, 0);
});

test("once takes one event or an abort", async () => {
  const { client, server } = await connected();
  const one = client.on.messageSent.once();
  server.emit.messageSent(received);
  server.emit.messageSent({ ...received, id: "2" });
  assert.equal((await one).id, "1");
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await assert.rejects(client.on.messageSent.once({ signal }), reason);
});

test("a stream yields in order, and ends by abort", async () => {
  const { client, server } = await connected();
  const abort = new AbortController();
  const stream = client.on.messageSent.stream({ signal: abort.signal });
  server.emit.messageSent(received);
  server.emit.messageSent({ ...received, id: "2" });
  const ids: string[] = [];
  for await (const { id } of stream) {
    ids.push(id);
    if (ids.length === 2) abort.abort();
  }
  assert.deepEqual(ids, ["1", "2"]);
});

test("a stream gives waiting readers one event each", async () => {
  const { client, server } = await connected();
  const stream = client.on.messageSent.stream();
  const both = Promise.all([stream.next(), stream.next()]);
  server.emit.messageSent(received);
  server.emit.messageSent({ ...received, id: "2" });
  const ids = (await both).map((result) => {
    assert.ok(result.done !== true);
    return result.value.id;
  });
  assert.deepEqual(ids, ["1", "2"]);
});

test("a stream that is too slow throws after what it has", async () => {
  const { client, server } = await connected();
  const stream = client.on.messageSent.stream({ buffer: 1 });
  server.emit.messageSent(received);
  server.emit.messageSent(received);
  assert.equal((await stream.next()).done, false);
  await assert.rejects(stream.next(), /more than 1 events waited/);
});

test("bytes and unknown variants are made ready", async () => {
  const { client, server } = await connected();
  const bodies: unknown[] = [];
  client.on.messageSent(({ body }) => bodies.push(body));
  const data = new Uint8Array([1, 2]);
  const wire = { kind: "image", data: Buffer.from(data) } as never;
  server.emit.messageSent({ ...received, body: wire });
  const video = { kind: "video", url: "x" } as never;
  server.emit.messageSent({ ...received, body: video });
  assert.deepEqual(bodies, [
    { kind: "image", data },
    { kind: "$unknown", raw: { kind: "video", url: "x" } },
  ]);
  const [image] = bodies as { data: object }[];
  assert.equal(image?.data.constructor, Uint8Array);
});

test("errors are made ready, too", async () => {
  type Failure = { code: "broken"; data: Uint8Array };
  const event: ClientEvent<void, void, Failure> = {
    name: "check",
    errors: ["broken"],
    errorShapes: [["broken", { fields: [["data", "bytes"]] }]],
  };
  const server = createMockServer();
  const runtime = createRuntime(chatNamespace, server.transport);
  const data = Buffer.from([1]);
  server.handle(event)(() => fail({ code: "broken", data }));
  const result = await runtime.ask(event)().result();
  assert.ok(!result.ok && result.error.code === "broken");
  assert.equal(result.error.data.constructor, Uint8Array);
});

test("a field is never read off a prototype, nor written to one", async () => {
  const shape = { fields: [["constructor", "bytes"]] } as const;
  const mock = createMockServer();
  const runtime = createRuntime(chatNamespace, mock.transport);
  const seen: unknown[] = [];
  runtime.source<unknown>({ name: "x", shape })((value) => seen.push(value));
  await tick();
  const pollution = JSON.parse('{"__proto__": {"polluted": true}}') as unknown;
  mock.emit({ name: "x" })(pollution as never);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  assert.deepEqual(seen.length, 1);
  assert.ok(Object.hasOwn(seen[0] as object, "__proto__"));
});
