// The contract "edge": odd names, events without payload, bytes in unions.

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createInClient, type InSocketClient } from "./gen/edge.in.client.js";
import {
  createOutClient,
  type OutSocketClient,
} from "./gen/edge.out.client.js";
import { createEmptyClient } from "./gen/edge.empty.client.js";
import { control, quick, reached, seen, until, url } from "./world.js";

interface Pair {
  readonly into: InSocketClient;
  readonly out: OutSocketClient;
}

/** Connected clients that are gone when the test is over. */
async function open(t: TestContext, transport = "websocket"): Promise<Pair> {
  const socket = { ...quick, transports: [transport] };
  const into = createInClient({ url, socket });
  const out = createOutClient({ url, socket });
  for (const client of [into, out]) {
    t.after(client.disconnect);
    client.connect();
    await reached<{ readonly status: string }>(client.connection, "connected");
  }
  return { into, out };
}

const tree = {
  value: "-9223372036854775808",
  values: ["9223372036854775807", "0"],
  index: JSON.parse(
    '{"__proto__": "18446744073709551615", "constructor": "1"}',
  ) as { [key: string]: string },
  left: { value: "1", values: [], index: {}, children: [] },
  right: null,
  children: [{ value: "2", values: [], index: {}, children: [] }],
};

test("events without payload", async (t) => {
  const { into } = await open(t);
  into.ping();
  await into.poke();
  assert.equal((await seen("pings")).length, 1);
  assert.equal((await seen("pokes")).length, 1);
  assert.deepEqual((await into.ask()).answer, tree);
});

test("names that are odd on the wire", async (t) => {
  const { into } = await open(t);
  const words = Object.fromEntries(
    ["class", "default", "then", "func", "type", "range", "validate", "await"]
      .concat("new", 'a,b"c', "-", "constructor", "naïve·名")
      .map((name) => [name, `the ${name}`]),
  );
  const own = JSON.parse('{"__proto__": "the proto"}') as object;
  const payload = Object.defineProperties(
    words,
    Object.getOwnPropertyDescriptors(own),
  );
  into.say(payload as unknown as Parameters<typeof into.say>[0]);
  await until("words", async () => (await seen("words")).length === 1);
  assert.deepEqual(await seen("words"), [payload]);
});

test("a room with two keys, which answers nothing", async (t) => {
  const { into } = await open(t);
  const cell = into.rooms.cell({ ctx: "a:b%", rt: -7 });
  assert.equal(await cell.joined(), undefined);
  assert.deepEqual(await seen("cells"), [{ ctx: "a:b%", rt: -7 }]);
  const args = { namespace: "/in", room: "cell:a%3Ab%25:-7" };
  assert.equal(await control("members", args), 1);
  cell.leave();
  await until("left", async () => (await control("members", args)) === 0);
});

test("every event of the server", async (t) => {
  const { out } = await open(t);
  const got: unknown[] = [];
  const keep = (payload: unknown): void => void got.push(payload);
  out.on.join(keep);
  out.on.roomsEvent(keep);
  out.on.onEvent(keep);
  out.on.local(keep);
  out.on.treeChanged(keep);
  await control("out");
  await until("all", () => got.length === 6);
  assert.deepEqual(got, [
    undefined,
    { names: ["a", "b"] },
    {
      answer: { message: "m" },
      promise: { then: "t" },
      map: { size: 1 },
      event: { name: "n" },
    },
    { boardId: "b1", at: "2026-01-02T03:04:05.006Z" },
    { boardId: "b1", ...tree },
    { teamId: "t1", ...tree },
  ]);
});

for (const transport of ["websocket", "polling"]) {
  test(`bytes in a union over ${transport}`, async (t) => {
    const { into, out } = await open(t, transport);
    const file = {
      type: "file" as const,
      data: Uint8Array.of(0, 255, 10, 13),
      parts: [Uint8Array.of(), Uint8Array.of(1, 2)],
      named: { a: Uint8Array.of(3), b: Uint8Array.of(4, 5) },
    };
    const added = out.on.fileAdded.once();
    await into.tell(file);
    assert.deepEqual(await added, { boardId: "b1", ...file });
    const failed = await into.tell({ type: "none" }).result();
    assert.ok(!failed.ok && failed.error.code === "default");
    const long = { ...file, parts: [new Uint8Array(9)] };
    const invalid = await into.tell(long).result();
    assert.ok(!invalid.ok && invalid.error.code === "invalidPayload");
    assert.deepEqual(invalid.error.issues[0]?.path, ["parts", 0]);
  });
}

test("a namespace in which nothing happens", async (t) => {
  const empty = createEmptyClient({ url, socket: quick });
  t.after(empty.disconnect);
  empty.connect();
  await reached(empty.connection, "connected");
});
