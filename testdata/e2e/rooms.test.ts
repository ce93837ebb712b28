// Rooms of the contract "chat": who is in, what comes, and what a loss does.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChatConversationRoom, Message } from "./gen/chat.client.js";
import { closed, general, open, random, say } from "./people.js";
import { control, reached, until } from "./world.js";

const joined = { members: 7, last: "2026-01-02T03:04:05.006Z" };

/** How many sockets are in a conversation. */
async function members(id: string): Promise<unknown> {
  const room = `conversation:${id}`;
  return control("members", { namespace: "/chat", room });
}

/** What a room gets, as texts. */
function listen(room: ChatConversationRoom): string[] {
  const texts: string[] = [];
  room.on.messageSent(({ body }: Message) => {
    if (body.kind === "text") texts.push(body.text);
  });
  return texts;
}

test("a join is answered, or denied", async (t) => {
  const chat = open(t);
  const room = chat.rooms.conversation({ conversationId: general });
  assert.deepEqual(await room.joined(), joined);
  assert.deepEqual(room.state.get(), {
    status: "joined",
    value: joined,
    missed: false,
  });
  const denied = chat.rooms.conversation({ conversationId: closed });
  const result = await denied.joined().result();
  assert.ok(!result.ok && result.error.code === "notMember");
  assert.equal(denied.state.get().status, "denied");
  const wrong = chat.rooms.conversation({ conversationId: "no uuid" });
  const invalid = await wrong.joined().result();
  assert.ok(!invalid.ok && invalid.error.code === "invalidPayload");
  assert.deepEqual(invalid.error.issues[0]?.path, ["key", "conversationId"]);
});

test("a room gets its own events until it is left", async (t) => {
  const chat = open(t);
  const one = chat.rooms.conversation({ conversationId: general });
  const two = chat.rooms.conversation({ conversationId: random });
  await Promise.all([one.joined(), two.joined()]);
  const first = listen(one);
  const second = listen(two);
  const typing = one.on.typingChanged.once();
  await chat.sendMessage(say("to one"));
  await chat.sendMessage(say("to two", random));
  chat.setTyping({ conversationId: general, typing: true });
  assert.deepEqual(await typing, {
    conversationId: general,
    userId: "00000000-0000-4000-8000-000000000001",
    typing: true,
  });
  assert.deepEqual([first, second], [["to one"], ["to two"]]);
  const handle = chat.rooms.conversation({ conversationId: general });
  one.leave();
  await chat.sendMessage(say("one handle left"));
  assert.equal(await members(general), 1);
  handle.leave();
  await until("left", async () => (await members(general)) === 0);
  await chat.sendMessage(say("nobody there"));
  await chat.sendMessage(say("last", random));
  assert.deepEqual([first, second], [["to one"], ["to two", "last"]]);
});

for (const how of ["cut", "restart"]) {
  for (const transport of ["websocket", "polling"]) {
    test(`joins again after a ${how} of ${transport}`, async (t) => {
      const chat = open(t, { socket: { transports: [transport] } });
      const room = chat.rooms.conversation({ conversationId: general });
      await room.joined();
      const texts = listen(room);
      const left = chat.rooms.conversation({ conversationId: random });
      await left.joined();
      // A poll that was on its way is not cut: the next one will be.
      await until("lost", async () => {
        await control(how);
        return chat.connection.get().status !== "connected";
      });
      await reached(room.state, "joined", (s) => "missed" in s && s.missed);
      left.leave();
      assert.deepEqual(await room.joined(), joined);
      await chat.sendMessage(say("after"));
      assert.deepEqual(texts, ["after"]);
      assert.deepEqual(chat.connection.get(), {
        status: "connected",
        transport,
        recovered: false,
      });
    });
  }
}

test("a stream gets what is sent", async (t) => {
  const chat = open(t);
  const room = chat.rooms.conversation({ conversationId: general });
  await room.joined();
  const stream = room.on.messageSent.stream();
  for (const text of ["a", "b", "c"]) await chat.sendMessage(say(text));
  const texts: string[] = [];
  for await (const { body } of stream) {
    if (body.kind === "text") texts.push(body.text);
    if (texts.length === 3) room.leave();
  }
  assert.deepEqual(texts, ["a", "b", "c"]);
});

test("a picture comes as it went", async (t) => {
  const chat = open(t);
  const room = chat.rooms.conversation({ conversationId: general });
  await room.joined();
  const data = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
  const next = room.on.messageSent.once();
  const body = { kind: "image" as const, alt: "noise", data };
  await chat.sendMessage({ ...say(""), body });
  assert.deepEqual(await next, {
    id: "m1",
    conversationId: general,
    author: {
      id: "00000000-0000-4000-8000-000000000001",
      name: "Ada",
      avatar: null,
    },
    body,
    sentAt: "2026-01-02T03:04:05.006Z",
  });
});
