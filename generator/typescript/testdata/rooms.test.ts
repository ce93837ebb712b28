// Rooms of generated clients: who joins when, and who leaves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bindChat } from "../chat/want/ts/chat.bind.js";
import { chatNamespace } from "../chat/want/ts/chat.events.js";
import type { ChatConnectError } from "../chat/want/ts/chat.types.js";
import { createRuntime } from "../chat/want/ts/core.js";
import { createMockServer } from "../chat/want/ts/mock.js";
import { createChatMock, fail } from "../chat/want/ts/chat.mock.js";
import type { Transport } from "../chat/want/ts/runtime.js";

const key = { conversationId: "general" };
const typing = { ...key, userId: "u", typing: true };

/** A macrotask later: answers of the mock have come. */
/** Lets what was begun run on, a few timers deep, however busy the machine. */
const tick = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((done) => setTimeout(done, 2));
  }
};

/** A client with a record of the joins and leaves on its wire. */
function recorded(): {
  readonly client: ReturnType<typeof bindChat>;
  readonly server: ReturnType<typeof createMockServer>;
  readonly wire: string[];
} {
  const server = createMockServer();
  const wire: string[] = [];
  const note = (event: string, payload: unknown): void => {
    if (event.startsWith("rt:")) {
      wire.push(`${event} ${JSON.stringify(payload)}`);
    }
  };
  const transport: Transport = {
    ...server.transport,
    emit: (event, payload, volatile) => {
      note(event, payload);
      server.transport.emit(event, payload, volatile);
    },
    request: (event, payload, timeoutMs, done) => {
      note(event, payload);
      server.transport.request(event, payload, timeoutMs, done);
    },
  };
  const runtime = createRuntime<ChatConnectError>(chatNamespace, transport);
  return { client: bindChat(runtime), server, wire };
}

const join =
  'rt:join {"room":"conversation","key":{"conversationId":"general"}}';
const leave = join.replace("join", "leave");

test("joins on first use, with its declared key only", async () => {
  const { client, wire } = recorded();
  const extra = { ...key, more: true };
  const room = client.rooms.conversation(extra);
  assert.deepEqual(room.key, key);
  assert.deepEqual(wire, []);
  await room.joined();
  assert.deepEqual(wire, [join]);
});

test("the answer of the join is the room's value", async () => {
  const { client, server } = createChatMock();
  server.rooms.conversation(({ conversationId }) => ({
    members: conversationId.length,
    last: null,
  }));
  const room = client.rooms.conversation(key);
  assert.deepEqual(await room.joined(), { members: 7, last: null });
  assert.deepEqual(room.state.get(), {
    status: "joined",
    value: { members: 7, last: null },
    missed: false,
  });
});

test("handles share one membership, which ends with the last", async () => {
  const { client, wire } = recorded();
  const one = client.rooms.conversation(key);
  const two = client.rooms.conversation({ ...key });
  await one.joined();
  one.leave();
  one.leave();
  await tick();
  assert.deepEqual(wire, [join]);
  two.leave();
  await tick();
  assert.deepEqual(wire, [join, leave]);
  assert.equal(two.state.get().status, "left");
});

test("leaving and coming back at once sends nothing", async () => {
  const { client, wire } = recorded();
  const first = client.rooms.conversation(key);
  await first.joined();
  first.leave();
  const again = client.rooms.conversation(key);
  await tick();
  assert.deepEqual(wire, [join]);
  assert.equal(again.state.get().status, "joined");
});

test("a room left before it was asked for sends nothing", async () => {
  const { client, wire } = recorded();
  client.rooms.conversation(key).leave();
  client.disconnect();
  await tick();
  assert.deepEqual(wire, []);
});

test("joins again after a loss, with missed, before what waited", async () => {
  const { client, server, wire } = recorded();
  const room = client.rooms.conversation(key);
  await room.joined();
  const seen: unknown[] = [];
  room.state.subscribe((state) =>
    seen.push("missed" in state ? state.missed : state.status),
  );
  server.lose();
  server.restore();
  await tick();
  assert.deepEqual(seen, [false, "rejoining", true]);
  assert.deepEqual(wire, [join, join]);
});

test("a recovered connection is still in its rooms", async () => {
  const { client, server, wire } = recorded();
  const room = client.rooms.conversation(key);
  await room.joined();
  server.lose();
  server.restore({ recovered: true });
  await tick();
  assert.deepEqual(wire, [join]);
  assert.equal(room.state.get().status, "joined");
});

test("a loss while joining denies nothing", async () => {
  const { client, server, wire } = recorded();
  client.connect();
  await tick();
  const room = client.rooms.conversation(key);
  server.lose();
  server.restore();
  assert.equal((await room.joined().result()).ok, true);
  assert.deepEqual(wire, [join, join]);
});

test("a kick ends waiting for the room, connect() joins again", async () => {
  const { client, server, wire } = recorded();
  const room = client.rooms.conversation(key);
  await room.joined();
  server.kick();
  assert.equal(room.state.get().status, "rejoining");
  assert.deepEqual(await room.joined().result(), {
    ok: false,
    error: { code: "disconnected", sent: false },
  });
  client.connect();
  await room.joined();
  assert.deepEqual(wire, [join, join]);
});

test("a denied room is asked for again by a new handle only", async () => {
  const { client, server } = createChatMock();
  server.rooms.conversation(() => fail({ code: "notMember" }));
  const denied = client.rooms.conversation(key);
  assert.deepEqual(await denied.joined().result(), {
    ok: false,
    error: { code: "notMember" },
  });
  server.rooms.conversation(() => ({ members: 1, last: null }));
  const again = client.rooms.conversation(key);
  assert.deepEqual(await again.joined(), { members: 1, last: null });
  assert.equal(denied.state.get().status, "denied");
  denied.leave();
  await tick();
  assert.equal(again.state.get().status, "joined");
});

test("a denied room sends no leave", async () => {
  const { client, server, wire } = recorded();
  const conversation = { name: "conversation", keys: [] };
  server.admit(conversation)(() => fail({ code: "internal", message: "no" }));
  const room = client.rooms.conversation(key);
  await room.joined().result();
  room.leave();
  await tick();
  assert.deepEqual(wire, [join]);
});

test("a join that is rate limited is asked for again", async () => {
  const { client, server } = createChatMock();
  let asked = 0;
  server.rooms.conversation(() => {
    asked++;
    return asked === 1
      ? fail({ code: "rateLimited", retryAfterMs: 10 })
      : { members: asked, last: null };
  });
  const room = client.rooms.conversation(key);
  assert.deepEqual(await room.joined(), { members: 2, last: null });
});

test("joined() has a deadline and can be aborted", async () => {
  const { client, server } = createChatMock();
  server.rooms.conversation(() => new Promise(() => {}));
  const room = client.rooms.conversation(key);
  assert.deepEqual(await room.joined({ timeoutMs: 10 }).result(), {
    ok: false,
    error: { code: "timeout", sent: false },
  });
  const reason = new Error("gone");
  const signal = AbortSignal.abort(reason);
  await assert.rejects(room.joined({ signal }), reason);
  room.leave();
  client.disconnect();
  await tick();
});

test("events are those of the room, until it is left", async () => {
  const { client, server } = createChatMock();
  const room = client.rooms.conversation(key);
  await room.joined();
  const seen: string[] = [];
  room.on.typingChanged(({ conversationId }) => seen.push(conversationId));
  server.emit.typingChanged(typing);
  server.emit.typingChanged({ ...typing, conversationId: "other" });
  room.leave();
  server.emit.typingChanged(typing);
  assert.deepEqual(seen, ["general"]);
});

test("leaving ends streams and whoever waits for an event", async () => {
  const { client } = createChatMock();
  const room = client.rooms.conversation(key);
  await room.joined();
  const stream = room.on.typingChanged.stream();
  const next = stream.next();
  const once = room.on.typingChanged.once();
  room.leave();
  assert.equal((await next).done, true);
  await assert.rejects(once, /typingChanged: aborted/);
  await assert.rejects(room.on.typingChanged.once(), /aborted/);
});
