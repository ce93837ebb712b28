// Calls of the contract "chat": answers, errors, deadlines, repeats.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isRtError } from "./gen/chat.client.js";
import { closed, open, say, steady } from "./people.js";
import { control, reached, seen } from "./world.js";

const ack = { id: "m1", sentAt: "2026-01-02T03:04:05.006Z" };

for (const transports of [
  ["polling"],
  ["websocket"],
  ["polling", "websocket"],
]) {
  test(`answers over ${transports.join(" and ")}`, async (t) => {
    const chat = open(t, { socket: { transports } });
    assert.deepEqual(await chat.sendMessage(say("hello")), ack);
    assert.equal(
      await chat.setAvailability({ availability: "dnd" }),
      undefined,
    );
    const last = transports.at(-1);
    await reached(
      chat.connection,
      "connected",
      (state) => "transport" in state && state.transport === last,
    );
    assert.deepEqual(await chat.sendMessage(say("again")), ack);
  });
}

test("declared errors have their data", async (t) => {
  const chat = open(t);
  const slow = await chat.sendMessage(say("slow")).result();
  assert.ok(!slow.ok && slow.error.code === "slowMode");
  assert.equal(slow.error.retryAfter, 1500);
  const thrown = await chat
    .sendMessage(say("stranger"))
    .catch((e: unknown) => e);
  assert.ok(isRtError(thrown));
  assert.equal(thrown.event, "sendMessage");
  assert.deepEqual(thrown.error, {
    code: "notMember",
    message: "The caller is not in this conversation.",
  });
});

test("what is not declared is internal and says nothing", async (t) => {
  const chat = open(t);
  for (const text of ["undeclared", "fail", "panic"]) {
    const result = await chat.sendMessage(say(text)).result();
    assert.ok(!result.ok && result.error.code === "internal", text);
    assert.doesNotMatch(result.error.message, /secret/);
  }
});

test("an invalid payload is told with paths", async (t) => {
  const chat = open(t);
  const result = await chat
    .sendMessage({ ...say(""), clientId: "no uuid" })
    .result();
  assert.ok(!result.ok && result.error.code === "invalidPayload");
  assert.deepEqual(
    result.error.issues.map(({ path }) => path),
    [["clientId"], ["body", "text"]],
  );
  const typo = "onlien" as "online";
  const unknown = await chat.setAvailability({ availability: typo }).result();
  assert.ok(!unknown.ok && unknown.error.code === "invalidPayload");
  assert.deepEqual(unknown.error.issues[0]?.path, ["availability"]);
});

test("too many calls are limited", async (t) => {
  const chat = open(t);
  const results = await Promise.all(
    Array.from({ length: 25 }, () => chat.sendMessage(say("many")).result()),
  );
  const codes = results.map((result) => (result.ok ? "ok" : result.error.code));
  assert.deepEqual(codes.slice(0, 20), Array(20).fill("ok"));
  const last = results.at(-1);
  assert.ok(last?.ok === false && last.error.code === "rateLimited");
  assert.ok(last.error.retryAfterMs > 0 && last.error.retryAfterMs <= 1000);
});

test("a call ends with its deadline and its signal", async (t) => {
  const chat = open(t);
  await chat.sendMessage(say("first"));
  const late = await chat.sendMessage(say("wait"), { timeoutMs: 50 }).result();
  assert.deepEqual(late, { ok: false, error: { code: "timeout", sent: true } });
  await control("release");
  const controller = new AbortController();
  const call = chat.sendMessage(say("wait"), { signal: controller.signal });
  controller.abort(new Error("changed my mind"));
  await assert.rejects(call, /changed my mind/);
  await control("release");
  assert.deepEqual(await chat.sendMessage(say("last")), ack);
});

test("a call that is lost fails, or is repeated and done once", async (t) => {
  const chat = open(t, steady);
  const lost = await chat.sendMessage(say("cut")).result();
  const error = { code: "disconnected", sent: true };
  assert.deepEqual(lost, { ok: false, error });
  const before = (await seen("texts")).length;
  assert.deepEqual(await chat.sendMessage(say("cut"), { retries: 2 }), ack);
  assert.equal((await seen("texts")).length, before + 1);
});

test("a call waits for the server, unless told not to", async (t) => {
  const chat = open(t);
  await chat.sendMessage(say("before"));
  chat.disconnect();
  const gone = { ok: false, error: { code: "disconnected", sent: false } };
  assert.deepEqual(await chat.sendMessage(say("closed")).result(), gone);
  chat.connect();
  const options = { failWhenOffline: true };
  assert.deepEqual(await chat.sendMessage(say("no"), options).result(), gone);
  assert.deepEqual(await chat.sendMessage(say("yes")), ack);
});

test("messages keep their order and are sent once connected", async (t) => {
  const chat = open(t);
  const before = (await seen("typing")).length;
  chat.setTyping({ conversationId: closed, typing: true });
  chat.setTyping({ conversationId: closed, typing: false });
  await chat.setAvailability({ availability: "away" });
  assert.deepEqual((await seen("typing")).slice(before), [true, false]);
});
