// What the server asks its clients, in the contract "edge".

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import {
  createOutClient,
  type OutClientOptions,
  type OutSocketClient,
} from "./gen/edge.out.client.js";
import type { Problem } from "./gen/runtime.js";
import { control, quick, reached, url } from "./world.js";

/** A connected client that is gone when the test is over. */
async function open(
  t: TestContext,
  more: OutClientOptions = {},
): Promise<OutSocketClient> {
  const out = createOutClient({ url, socket: quick, ...more });
  t.after(async () => {
    out.disconnect();
    await control("kick", { namespace: "/out" });
  });
  out.connect();
  await reached(out.connection, "connected");
  return out;
}

test("a question is answered by its handler", async (t) => {
  const out = await open(t);
  assert.equal(await control("confirm", { name: "sure?" }), "unknownEvent");
  const stop = out.answer.confirm(({ text }) =>
    Promise.resolve({ yes: text === "sure?" }),
  );
  assert.deepEqual(await control("confirm", { name: "sure?" }), { yes: true });
  assert.deepEqual(await control("confirm", { name: "no?" }), { yes: false });
  stop();
  assert.equal(await control("confirm", { name: "sure?" }), "unknownEvent");
});

test("a handler that fails is told to both sides", async (t) => {
  const problems: Problem[] = [];
  const out = await open(t, { onError: (problem) => problems.push(problem) });
  out.answer.confirm(() => {
    throw new Error("not today");
  });
  assert.equal(await control("confirm", { name: "sure?" }), "internal");
  assert.deepEqual(
    problems.map(({ kind }) => kind),
    ["listener"],
  );
});

test("an answer that breaks the contract is no answer", async (t) => {
  const out = await open(t);
  out.answer.confirm(() => ({}) as { yes: boolean });
  assert.match(String(await control("confirm", { name: "sure?" })), /yes/);
});

test("all sockets are asked, and those of a room", async (t) => {
  const one = await open(t);
  const two = await open(t);
  await open(t);
  one.answer.census(() => ({ free: 1 }));
  two.answer.census(() => ({ free: 2 }));
  const all = ["unknownEvent", '{"free":1}', '{"free":2}'];
  assert.deepEqual(await control("census"), all);
  const asked: string[] = [];
  for (const out of [one, two]) {
    out.answer.vote(({ boardId, question }) => {
      asked.push(`${boardId} ${question}`);
    });
  }
  const votes = ["unknownEvent", "{}", "{}"];
  assert.deepEqual(await control("vote", { name: "why?" }), votes);
  assert.deepEqual(asked, ["b1 why?", "b1 why?"]);
});
