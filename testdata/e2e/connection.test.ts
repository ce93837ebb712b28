// The connection: who is let in, how it ends, and servers of other versions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isKnownAvailability } from "./gen/chat.client.js";
import { createAdminUserListClient } from "./gen/twonamespaces.admin-user-list.client.js";
import { createRootClient } from "./gen/twonamespaces.root.client.js";
import { createTypesClient } from "./gen/types.client.js";
import { general, open, say, steady } from "./people.js";
import {
  control,
  quick,
  reached,
  seen,
  strangeUrl,
  until,
  url,
} from "./world.js";

test("auth is asked before each attempt", async (t) => {
  let asked = 0;
  const token = (n: number): string => `token of attempt number ${String(n)}`;
  const chat = open(t, {
    ...steady,
    auth: () => Promise.resolve({ token: token(++asked) }),
  });
  await chat.sendMessage(say("one"));
  await control("cut");
  await reached(chat.connection, "reconnecting");
  await chat.sendMessage(say("two"));
  assert.deepEqual((await seen("tokens")).slice(-2), [token(1), token(2)]);
});

test("a refusal is typed and final until connect()", async (t) => {
  let good = false;
  const auth = () => ({
    token: good ? "a token that is good now" : "bad, bad, bad, bad token",
  });
  const chat = open(t, { auth });
  const result = await chat.sendMessage(say("no")).result();
  assert.ok(!result.ok && result.error.code === "disconnected");
  const state = chat.connection.get();
  assert.ok(state.status === "offline" && state.reason === "refused");
  assert.deepEqual(state.error, {
    code: "badToken",
    message: "The token is missing, expired or forged.",
  });
  good = true;
  chat.connect();
  await chat.sendMessage(say("yes"));
});

test("an auth that breaks the contract is refused with paths", async (t) => {
  const chat = open(t, { auth: { token: "short", device: "" } });
  chat.connect();
  await reached(chat.connection, "offline");
  const state = chat.connection.get();
  assert.ok(state.status === "offline" && state.reason === "refused");
  assert.ok(state.error.code === "invalidPayload");
  assert.deepEqual(state.error.issues[0]?.path, ["token"]);
});

test("who is kicked stays away until connect()", async (t) => {
  const chat = open(t);
  await chat.sendMessage(say("before"));
  await control("kick", { namespace: "/chat" });
  const state = await reached(chat.connection, "offline");
  assert.deepEqual(state, { status: "offline", reason: "kicked" });
  chat.connect();
  await chat.sendMessage(say("after"));
});

test("the server is told of a disconnect", async (t) => {
  const chat = open(t);
  await chat.sendMessage(say("before"));
  const before = (await seen("reasons")).length;
  chat.disconnect();
  await until("reason", async () => (await seen("reasons")).length > before);
  const [reason] = (await seen("reasons")).slice(before);
  assert.equal(reason, "client namespace disconnect");
});

test("contracts share a connection and nothing else", async (t) => {
  const before = Number(await control("connections"));
  const auth = { token: "a token that is good enough" };
  const socket = { forceNew: false };
  const chat = open(t, { socket });
  const types = createTypesClient({ url, auth, socket });
  const root = createRootClient({ url, socket });
  const admin = createAdminUserListClient({ url, auth, socket });
  t.after(() => {
    for (const client of [types, root, admin]) client.disconnect();
  });
  types.connect();
  const rootItem = root.rooms.item({ itemId: "1" });
  const adminItem = admin.rooms.item({ itemId: 1, part: 2 });
  await Promise.all([chat.sendMessage(say("hello")), rootItem.joined()]);
  assert.deepEqual(await adminItem.joined(), { open: true });
  assert.equal(await control("connections"), before + 1);

  const rootSaved = rootItem.on.save.once();
  const adminSaved = adminItem.on.save.once();
  assert.deepEqual(await root.save({ text: "a" }), { id: "root" });
  assert.deepEqual(await admin.save({ text: "b", force: true }), {
    id: "admin",
  });
  assert.deepEqual(await rootSaved, { itemId: "1", text: "a" });
  assert.deepEqual(await adminSaved, { itemId: 1, part: 2, by: "b" });

  chat.disconnect();
  assert.deepEqual(await root.save({ text: "c" }), { id: "root" });
  assert.equal(types.connection.get().status, "connected");
});

test("what the server does not handle is an unknown event", async (t) => {
  const root = createRootClient({ url: strangeUrl, socket: quick });
  t.after(root.disconnect);
  const unknown = { ok: false, error: { code: "unknownEvent" } };
  assert.deepEqual(await root.save({ text: "a" }).result(), unknown);
  const item = root.rooms.item({ itemId: "1" });
  assert.deepEqual(await item.joined().result(), unknown);
});

test("a newer server does not break an older client", async (t) => {
  const chat = open(t, { url: strangeUrl });
  const failed = await chat.setAvailability({ availability: "away" }).result();
  assert.deepEqual(failed, {
    ok: false,
    error: {
      code: "unknown",
      wireCode: "brandNew",
      data: { code: "brandNew", message: "new", more: 1 },
    },
  });
  const sent: object = await chat.sendMessage(say("hello"));
  assert.deepEqual(sent, {
    id: "m1",
    sentAt: "2026-01-02T03:04:05.006Z",
    more: [1],
  });
  const auth = { token: "refuse me, refuse me" };
  const refused = open(t, { url: strangeUrl, auth });
  refused.connect();
  assert.deepEqual(await reached(refused.connection, "offline"), {
    status: "offline",
    reason: "refused",
    error: {
      code: "unknown",
      wireCode: "brandNew",
      data: { code: "brandNew", more: 1 },
    },
  });
});

test("new values, fields and variants of a newer server arrive", async (t) => {
  const chat = open(t);
  await chat.sendMessage(say("connected"));
  const changed = chat.on.availabilityChanged.once();
  const unknown = chat.on.messageSent.once();
  const namespace = "/chat";
  await control("raw", {
    namespace,
    name: "availabilityChanged",
    payload: { who: general, availability: "asleep", more: true },
  });
  const { availability, ...rest } = await changed;
  assert.equal(availability, "asleep");
  assert.equal(isKnownAvailability(availability), false);
  assert.deepEqual(rest, { who: general, more: true });
  const body = { kind: "poll", options: [1, 2] };
  await control("raw", { namespace, name: "messageSent", payload: { body } });
  assert.deepEqual((await unknown).body, { kind: "$unknown", raw: body });
  await control("raw", { namespace, name: "neverHeardOf", payload: {} });
  const once = chat.on.maintenance.once();
  await control("maintenance");
  assert.deepEqual(await once, {
    startsAt: "2026-01-02T03:04:05.006Z",
    text: "soon",
  });
});
