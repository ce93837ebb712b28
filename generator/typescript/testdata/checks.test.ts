// Checks of payloads: the rules themselves, and where the runtime asks them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { chatChecks, messageSchema } from "../chat/want/ts/chat.checks.js";
import { createChatMock } from "../chat/want/ts/chat.mock.js";
import { checks, type Rule, schema } from "../chat/want/ts/check.js";
import type { Issue, Problem } from "../chat/want/ts/runtime.js";

/** The faults of a value as "path: message", when it is received. */
function faults(rule: Rule, value: unknown): readonly string[] {
  return told(checks({ received: [["x", rule]] }).received[0]?.[1](value));
}

function told(issues: readonly Issue[] | undefined): readonly string[] {
  assert.ok(issues !== undefined);
  return issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

const cases: readonly (readonly [
  rule: Rule,
  good: readonly unknown[],
  bad: readonly unknown[],
])[] = [
  ["any", [null, 1, {}], []],
  ["boolean", [true, false], [0, "true", null]],
  ["string", ["", "x"], [1, null, {}]],
  [{ is: "string", min: 2, max: 2 }, ["ab", "😀😀"], ["a", "abc", "😀"]],
  ["number", [0.5, -1], ["1", Number.NaN, Number.POSITIVE_INFINITY]],
  ["integer", [1, -1, 2 ** 53 - 1], [0.5, 2 ** 53]],
  [{ is: "integer", min: 0, max: 9 }, [0, 9], [-1, 10]],
  ["int64", ["0", "-9223372036854775808"], ["9223372036854775808", 1, "01"]],
  ["uint64", ["18446744073709551615"], ["-1", "18446744073709551616", "1.0"]],
  [{ is: "int64", min: "5" }, ["5"], ["4"]],
  [
    { is: "decimal", whole: 2, scale: 1 },
    ["12.3", "-0.5", "0"],
    ["123", "1.23", "01", "1.", 1],
  ],
  ["uuid", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567", 1]],
  ["url", ["https://a.example/x?y#z"], ["javascript:alert(1)", "https://"]],
  ["email", ["a@example.org"], ["a", "a@", "a b@example.org"]],
  [{ is: "string", format: "email", max: 5 }, ["a@b.c"], ["aa@b.c", "x"]],
  ["timestamp", ["2026-01-02T03:04:05.006Z"], ["2026-01-02", 1]],
  ["date", ["2026-01-02"], ["2026-13-02", "2026-1-2", "2026-02-29"]],
  ["bytes", [new Uint8Array(1)], [[1], "AA=="]],
  [{ is: "bytes", max: 1 }, [new Uint8Array(1)], [new Uint8Array(2)]],
  ["base64", ["", "AA==", "AAAA"], ["A", "AA=A", "$$$$"]],
  [{ is: "base64", max: 1 }, ["AA=="], ["AAA="]],
  [{ is: "list", of: "number", max: 2 }, [[], [1, 2]], [[1, 2, 3], ["1"], {}]],
  [
    { is: "map", of: "number", key: { is: "string", max: 1 }, min: 1 },
    [{ a: 1 }],
    [{}, { ab: 1 }, { a: "1" }, []],
  ],
  [{ is: "enum", values: ["a"] }, ["a", "newer"], [1]],
  [{ is: "enum", values: ["a"], closed: true }, ["a"], ["newer"]],
  [{ is: "both", rule: "string", pattern: /^a+$/u }, ["aa"], ["ab", 1]],
  [
    {
      is: "object",
      fields: [
        ["a", "number"],
        ["b", "number", "?"],
        ["c", "number", "0"],
        ["d", "number", "?0"],
      ],
    },
    [
      { a: 1, c: null },
      { a: 1, b: 1, c: 1, d: null, more: true },
    ],
    [{}, { a: 1 }, { a: 1, b: null, c: 1 }, [], null, "x"],
  ],
  [
    { is: "object", fields: [["constructor", "any"]] },
    [{ constructor: 1 }, JSON.parse('{"constructor": 1, "__proto__": 2}')],
    [{}],
  ],
];

test("rules accept and refuse", () => {
  for (const [rule, good, bad] of cases) {
    const name = JSON.stringify(rule);
    for (const value of good) {
      assert.deepEqual(faults(rule, value), [], `${name} of ${String(value)}`);
    }
    for (const value of bad) {
      const found = faults(rule, value).length;
      assert.ok(found > 0, `${name} accepts ${JSON.stringify(value)}`);
    }
  }
});

test("faults have paths, and no more than 16 are told", () => {
  const rule: Rule = {
    is: "object",
    fields: [["list", { is: "list", of: { is: "map", of: "number" } }]],
  };
  assert.deepEqual(faults(rule, { list: [{}, { a: "x" }] }), [
    "list.1.a: must be a number",
  ]);
  const many = { list: new Array<unknown>(1000).fill(1) };
  assert.equal(faults(rule, many).length, 16);
});

test("values that contain themselves end", () => {
  const node: Rule = { is: "object", fields: [["next", () => node, "?"]] };
  const ring: { next?: unknown } = {};
  ring.next = ring;
  assert.equal(faults(node, { next: { next: {} } }).length, 0);
  assert.match(String(faults(node, ring)), /nested too deeply/);
});

test("newer values pass when received and not when sent", () => {
  const union: Rule = { is: "union", tag: "kind", variants: [["a", "any"]] };
  const table = checks({ received: [["x", union]], sent: [["x", union]] });
  const newer = { kind: "$unknown", raw: {} };
  assert.deepEqual(told(table.received[0]?.[1](newer)), []);
  assert.deepEqual(told(table.sent[0]?.[1](newer)), [": kind must be a"]);
  assert.deepEqual(told(table.received[0]?.[1]({ kind: "b" })), [
    ": kind must be a",
  ]);
});

test("a schema has the shape that forms expect", () => {
  const { validate, vendor, version } = schema<number>("number")["~standard"];
  assert.deepEqual([vendor, version], ["rtgen", 1]);
  assert.deepEqual(validate(1), { value: 1 });
  assert.deepEqual(validate("1"), {
    issues: [{ path: [], message: "must be a number" }],
  });
  assert.ok("issues" in messageSchema["~standard"].validate({}));
});

test("the runtime drops and reports what is invalid", async () => {
  const problems: Problem[] = [];
  const { client, server } = createChatMock({
    validate: chatChecks,
    onError: (problem) => problems.push(problem),
  });
  let called = 0;
  client.on.maintenance(() => called++);
  await new Promise((done) => setTimeout(done, 5));
  server.emit.maintenance({ startsAt: "soon", text: "x" });
  assert.equal(called, 0);
  assert.deepEqual(problems, [
    {
      kind: "invalidPayload",
      event: "maintenance",
      issues: [
        { path: ["startsAt"], message: "must be of the form timestamp" },
      ],
    },
  ]);
  const result = await client
    .setAvailability({ availability: "gone" as never })
    .result();
  assert.ok(!result.ok && result.error.code === "invalidPayload");
  assert.equal(server.sent.length, 0);
});
