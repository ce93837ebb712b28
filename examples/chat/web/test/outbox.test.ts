import assert from "node:assert/strict";
import { test } from "node:test";
import { createChatMock, fail } from "../src/gen/chat.mock.js";
import type { Message, SendMessage, User } from "../src/gen/chat.types.js";
import { Outbox } from "../src/logic/outbox.js";

const ada: User = { id: "7c1f1a52-0000-8000-8000-000000000001", name: "Ada" };

/** A person in a channel of a server that takes every message. */
async function open() {
  const { client, server } = createChatMock();
  server.rooms.channel(() => ({
    messages: [],
    online: { edition: 1, users: [ada] },
  }));
  let count = 0;
  server.on.sendMessage(() => ({
    id: `m${String(++count)}`,
    sentAt: `2030-01-01T00:00:0${String(count)}.000Z`,
  }));
  const delivered: Message[] = [];
  const outbox = new Outbox(client, ada, "general", (message) => {
    delivered.push(message);
  });
  const room = client.rooms.channel({ channelId: "general" });
  await room.joined();
  const close = (): void => {
    room.leave();
    client.disconnect();
  };
  return { client, server, outbox, delivered, close };
}

/** What the server was asked to take, in order. */
function received(server: {
  readonly sent: readonly {
    readonly event: string;
    readonly payload: unknown;
  }[];
}): readonly SendMessage[] {
  return server.sent
    .filter(({ event }) => event === "sendMessage")
    .map(({ payload }) => payload as SendMessage);
}

function textOf({ body }: { readonly body: Message["body"] }): string {
  return body.kind === "text" ? body.text : body.kind;
}

/** Resolves as soon as `done` holds after a change of the outbox. */
function until(outbox: Outbox, done: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = outbox.subscribe(() => {
      if (!done()) return;
      stop();
      resolve();
    });
    if (done()) {
      stop();
      resolve();
    }
  });
}

const empty = (outbox: Outbox) => () => outbox.entries().length === 0;

test("sends in the order of writing and delivers what the server made of it", async () => {
  const { server, outbox, delivered, close } = await open();
  for (const text of ["one", "two", "three"])
    outbox.add({ kind: "text", text });
  await until(outbox, empty(outbox));
  assert.deepEqual(received(server).map(textOf), ["one", "two", "three"]);
  assert.deepEqual(
    delivered.map(({ id }) => id),
    ["m1", "m2", "m3"],
  );
  assert.deepEqual(delivered[0]?.author, ada);
  assert.equal(delivered[0]?.channelId, "general");
  close();
});

test("keeps what is written while offline and sends it once, in order", async () => {
  const { server, outbox, delivered, close } = await open();
  server.lose();
  outbox.add({ kind: "text", text: "one" });
  outbox.add({ kind: "text", text: "two" });
  assert.deepEqual(received(server), []);
  assert.deepEqual(outbox.entries().map(textOf), ["one", "two"]);
  server.restore();
  await until(outbox, empty(outbox));
  assert.deepEqual(received(server).map(textOf), ["one", "two"]);
  assert.deepEqual(delivered.map(textOf), ["one", "two"]);
  close();
});

test("repeats a message whose answer was lost under the same clientId", async () => {
  const { server, outbox, delivered, close } = await open();
  let tries = 0;
  server.on.sendMessage(() => {
    if (++tries === 1) {
      server.lose();
      setTimeout(server.restore, 0);
    }
    return { id: "m1", sentAt: "2030-01-01T00:00:00.000Z" };
  });
  outbox.add({ kind: "text", text: "one" });
  await until(outbox, empty(outbox));
  const ids = received(server).map(({ clientId }) => clientId);
  assert.equal(ids.length, 2);
  assert.equal(ids[0], ids[1]);
  assert.equal(delivered.length, 1);
  close();
});

test("waits after a disconnect on purpose until the channel is joined again", async () => {
  const { client, server, outbox, close } = await open();
  client.disconnect();
  outbox.add({ kind: "text", text: "one" });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(outbox.entries()[0]?.failure, undefined);
  const room = client.rooms.channel({ channelId: "general" });
  const joined = new Promise<void>((resolve) => {
    let first = true;
    room.state.subscribe(({ status }) => {
      if (status === "joined" && !first) resolve();
      first = false;
    });
  });
  client.connect();
  await joined;
  outbox.resume();
  await until(outbox, empty(outbox));
  assert.deepEqual(received(server).map(textOf), ["one"]);
  room.leave();
  close();
});

for (const error of [
  { code: "slowMode", retryAfter: 9000 },
  { code: "notMember" },
  { code: "badImage" },
] as const) {
  test(`a message refused with ${error.code} stays, and can be tried again`, async () => {
    const { server, outbox, close } = await open();
    const accept = server.on.sendMessage(() => fail(error));
    outbox.add({ kind: "text", text: "one" });
    await until(outbox, () => outbox.entries()[0]?.failure !== undefined);
    const [entry] = outbox.entries();
    assert.ok(entry);
    assert.deepEqual(entry.failure?.error, error);

    accept();
    server.on.sendMessage(() => ({
      id: "m",
      sentAt: "2030-01-01T00:00:00.000Z",
    }));
    outbox.retry(entry.clientId);
    await until(outbox, empty(outbox));
    const ids = received(server).map(({ clientId }) => clientId);
    assert.deepEqual(ids, [entry.clientId, entry.clientId]);
    close();
  });
}

test("a refused message does not hold up the next one, and can be discarded", async () => {
  const { server, outbox, close } = await open();
  server.on.sendMessage(({ body }) =>
    body.kind === "image"
      ? fail({ code: "badImage" })
      : { id: "m", sentAt: "2030-01-01T00:00:00.000Z" },
  );
  outbox.add({ kind: "image", data: new Uint8Array(3) });
  outbox.add({ kind: "text", text: "two" });
  await until(outbox, () => outbox.entries().length === 1);
  assert.deepEqual(received(server).map(textOf), ["image", "two"]);
  outbox.discard(outbox.entries()[0]?.clientId ?? "");
  assert.deepEqual(outbox.entries(), []);
  close();
});

test("waits as long as the server says when it is too fast", async () => {
  const { server, outbox, close } = await open();
  let tries = 0;
  server.on.sendMessage(() =>
    ++tries === 1
      ? fail({ code: "rateLimited", retryAfterMs: 5 })
      : { id: "m", sentAt: "2030-01-01T00:00:00.000Z" },
  );
  outbox.add({ kind: "text", text: "one" });
  await until(outbox, empty(outbox));
  assert.equal(tries, 2);
  close();
});
