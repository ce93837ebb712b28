import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message, User } from "../src/gen/chat.types.js";
import {
  emptyTimeline,
  linesOf,
  type Timeline,
  withHistory,
  withMessage,
} from "../src/logic/timeline.js";

const ada: User = { id: "7c1f1a52-0000-8000-8000-000000000001", name: "Ada" };
const bob: User = { id: "7c1f1a52-0000-8000-8000-000000000002", name: "Bob" };

/** A message sent some minutes into a certain day, local time. */
function message(minute: number, author = ada): Message {
  const name = `${author.name} ${String(minute)}`;
  return {
    id: name,
    channelId: "general",
    clientId: name,
    author,
    body: { kind: "text", text: name },
    sentAt: new Date(2030, 0, 1, 12, minute).toISOString(),
  };
}

function of(...messages: readonly Message[]): Timeline {
  return withHistory(emptyTimeline, messages);
}

function ids({ messages }: Timeline): readonly string[] {
  return messages.map(({ id }) => id);
}

test("sorts by time, whatever the order of arrival", () => {
  const timeline = withMessage(of(message(1), message(3)), message(2));
  assert.deepEqual(ids(timeline), ["Ada 1", "Ada 2", "Ada 3"]);
});

test("keeps a message once that comes by event and by history", () => {
  const timeline = withHistory(of(message(1)), [message(1), message(2)]);
  assert.deepEqual(ids(timeline), ["Ada 1", "Ada 2"]);
  assert.equal(timeline.gaps.size, 0);
});

test("keeps a message once that the server took again after its restart", () => {
  const again = { ...message(5), clientId: "Ada 1" };
  assert.deepEqual(ids(withMessage(of(message(1)), again)), ["Ada 1"]);
});

test("marks a gap when the history does not reach back", () => {
  const timeline = withHistory(of(message(1)), [message(9)]);
  assert.deepEqual(ids(timeline), ["Ada 1", "Ada 9"]);
  assert.deepEqual(
    linesOf(timeline).map(({ kind }) => kind),
    ["day", "group", "gap", "group"],
  );
});

test("marks a gap when the server remembers nothing", () => {
  const timeline = withHistory(of(message(1)), []);
  assert.deepEqual([...timeline.gaps], ["Ada 1"]);
});

test("has no gap at the beginning", () => {
  assert.equal(of(message(1)).gaps.size, 0);
});

test("forgets the oldest of very many messages", () => {
  const many = Array.from({ length: 510 }, (_, minute) => message(minute));
  assert.equal(of(...many).messages.length, 500);
  assert.equal(of(...many).messages[0]?.id, "Ada 10");
});

test("groups what one person says in one go", () => {
  const tests: readonly {
    readonly name: string;
    readonly messages: readonly Message[];
    readonly want: readonly number[];
  }[] = [
    { name: "one go", messages: [message(0), message(1)], want: [2] },
    { name: "a pause", messages: [message(0), message(6)], want: [1, 1] },
    {
      name: "someone in between",
      messages: [message(0), message(1, bob), message(2)],
      want: [1, 1, 1],
    },
  ];
  for (const { name, messages, want } of tests) {
    const sizes = linesOf(of(...messages)).flatMap((line) =>
      line.kind === "group" ? [line.messages.length] : [],
    );
    assert.deepEqual(sizes, want, name);
  }
});

test("has a line where a day begins", () => {
  const late = message(0);
  const next = {
    ...message(1),
    sentAt: new Date(2030, 0, 2, 0, 1).toISOString(),
  };
  const kinds = linesOf(of(late, next)).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["day", "group", "day", "group"]);
});
