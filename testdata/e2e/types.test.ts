// The contract "types": every type there and back.

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import {
  createTypesClient,
  type Echo,
  type Shape,
  type TypesSocketClient,
} from "./gen/types.client.js";
import { typesChecks } from "./gen/types.checks.js";
import { control, quick, reached, seen, until, url } from "./world.js";

/** A client that is gone when the test is over. */
function open(t: TestContext, transport = "websocket"): TypesSocketClient {
  const types = createTypesClient({
    url,
    auth: { token: "t" },
    validate: typesChecks,
    socket: { ...quick, transports: [transport] },
  });
  t.after(types.disconnect);
  return types;
}

const uuid = "123e4567-e89b-12d3-a456-426614174000";

const echo: Echo = {
  scalars: {
    bool: true,
    string: 'snow ☃ \u2028 😀 "quoted" \\ </script>',
    int32: -2147483648,
    uint32: 4294967295,
    int53: Number.MAX_SAFE_INTEGER,
    int64: "-9223372036854775808",
    uint64: "18446744073709551615",
    float32: 0.1,
    float64: -2.5e25,
    decimal: "-123.456",
    timestamp: "2026-01-02T03:04:05.006Z",
    date: "2024-02-29",
    duration: 1500,
    uuid,
    url: "https://example.com/a?b=c",
    email: "someone@example.com",
    bytes: Uint8Array.of(0, 128, 255),
    base64: "AQID",
    json: { any: [1, null, "x"], _placeholder: false },
  },
  bounded: {
    string: "abc",
    int32: 5,
    uint32: 9,
    int53: Number.MIN_SAFE_INTEGER,
    int64: "0",
    uint64: "1",
    float32: -0.5,
    float64: 1e6,
    duration: 10,
    url: "https://example.com",
    email: "a@example.com",
    bytes: Uint8Array.of(1),
    base64: "AQ==",
    list: [1, 2],
    map: { a: "x", b: "y" },
  },
  presence: {
    required: "r",
    optional: "o",
    nullable: "n",
    both: "b",
    requiredList: ["a"],
    optionalList: [],
    nullableList: ["b"],
    bothList: ["c"],
    optionalMap: {},
    nullableMap: { k: "v" },
    optionalBytes: Uint8Array.of(1),
    nullableBytes: Uint8Array.of(),
    optionalJson: 1,
    nullableJson: "j",
    bothJson: [true],
    optionalPerson: { name: "a" },
    nullablePerson: { name: "b", age: 3 },
    bothPerson: { name: "c" },
    optionalShape: { kind: "square", side: 2 },
    nullableColor: "red",
    bothNames: ["x", "y"],
  },
  aliased: {
    user: uuid,
    owner: uuid,
    name: "someone",
    sku: "AB-1",
    rank: 7,
    ratio: 0.25,
    flag: false,
    price: "1.50",
    instant: "1999-12-31T23:59:59.999Z",
    delay: 1000,
    blob: Uint8Array.of(9),
    extra: null,
    names: ["a", "b", "c"],
    stock: { "AB-1": 0, "CD-22": 5 },
    customer: { name: "c", age: 150 },
    mood: "#00f",
    both: 1,
  },
  composed: {
    lists: [["1", "9223372036854775807"], []],
    maps: { m: { red: 9, green: 1 } },
    people: { [uuid]: { name: "p" } },
    table: [{ row: [{ name: "q" }] }, {}],
    byColor: { "#00f": "sky" },
    mixed: [
      { kind: "circle", radius: 1.5 },
      {
        kind: "group",
        shapes: [{ kind: "square", side: 0 }],
        parent: { shapes: [] },
        other: null,
        named: { g: { shapes: [] } },
      },
    ],
    words: ["AB-12"],
    patterns: { p: ["q", "r"] },
    code: "abc",
    file_name: "f",
  },
};

/** Whatever can be absent is, whatever can be null is. */
const sparse: Echo = {
  ...echo,
  presence: {
    required: "",
    nullable: null,
    both: null,
    requiredList: [],
    nullableList: null,
    bothList: null,
    nullableMap: null,
    nullableBytes: null,
    nullableJson: null,
    bothJson: null,
    nullablePerson: null,
    bothPerson: null,
    nullableColor: null,
    bothNames: null,
  },
};

/** Nothing that can be absent is there, not even as null. */
const absent: Echo = {
  ...echo,
  presence: {
    required: "",
    nullable: "",
    requiredList: [],
    nullableList: [],
    nullableMap: {},
    nullableBytes: Uint8Array.of(),
    nullableJson: 0,
    nullablePerson: { name: "x" },
    nullableColor: "green",
  },
};

/** `Buffer`, as the plain socket has it in Node, compares as plain bytes. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([k, v]) => [k, plain(v)]));
}

for (const transport of ["websocket", "polling"]) {
  for (const [name, payload] of Object.entries({ echo, sparse, absent })) {
    test(`${name} comes back over ${transport}`, async (t) => {
      const types = open(t, transport);
      const back = new Promise((resolve) => {
        types.socket.once("echoed" as never, resolve as never);
      });
      assert.deepEqual(await types.echo(payload), { name: "Ada", age: 36 });
      assert.deepEqual(plain(await back), payload);
    });
  }
}

test("errors carry what they declare", async (t) => {
  const types = open(t);
  const fail = async (string: string): Promise<unknown> => {
    const bounded = { ...echo.bounded, string };
    const result = await types.echo({ ...echo, bounded }).result();
    return result.ok ? undefined : result.error;
  };
  assert.deepEqual(await fail("plain"), {
    code: "plain",
    message: "Something is wrong.",
  });
  assert.deepEqual(await fail("data"), {
    code: "withData",
    message: "Something is wrong, and this is known about it.",
    retryAfter: 1500,
    type: "kind",
  });
  assert.deepEqual(await fail("type"), {
    code: "with-type",
    message: "with-type",
    name: "Bob",
    age: 30,
  });
  assert.deepEqual(await fail("much"), {
    code: "withMuch",
    message: "More than a few things are known.",
    ...{ a: 1, b: 2, c: 3, d: 4, e: 5 },
  });
});

test("both sides find the same problems in the same places", async (t) => {
  const broken: Echo = {
    ...echo,
    scalars: {
      ...echo.scalars,
      int64: "9223372036854775808",
      date: "2023-02-29",
    },
    bounded: { ...echo.bounded, list: [], map: { a: "four" } },
    aliased: { ...echo.aliased, stock: { "AB-1": -1 } },
    composed: { ...echo.composed, words: ["AB-1", "x"] },
  };
  const paths = [
    ["scalars", "int64"],
    ["scalars", "date"],
    ["bounded", "list"],
    ["bounded", "map", "a"],
    ["aliased", "stock", "AB-1"],
    ["composed", "words", 1],
  ];
  const sorted = (list: readonly unknown[]): string[] => [
    ...new Set(list.map((path) => JSON.stringify(path)).sort()),
  ];
  const checked = open(t);
  const trusting = createTypesClient({
    url,
    auth: { token: "t" },
    socket: quick,
  });
  t.after(trusting.disconnect);
  for (const client of [checked, trusting]) {
    const result = await client.echo(broken).result();
    assert.ok(!result.ok && result.error.code === "invalidPayload");
    const found = result.error.issues.map(({ path }) => path);
    assert.deepEqual(sorted(found), sorted(paths));
  }
});

test("defaults are filled in, and fields too many refused", async (t) => {
  const types = open(t);
  types.defaults({});
  types.defaults({ more: 1 } as object);
  types.defaults({ nullable: null, bool: false });
  await until("defaults", async () => (await seen("defaults")).length === 2);
  const [first, second] = (await seen("defaults")) as Record<string, unknown>[];
  assert.deepEqual(first, {
    bool: true,
    string: 'a "quoted" word',
    int32: -3,
    int53: 9007199254740991,
    int64: "-9223372036854775808",
    uint64: "18446744073709551615",
    float64: 0.5,
    decimal: "1.50",
    timestamp: "2026-01-02T03:04:05.006Z",
    date: "2026-01-02",
    duration: 1500e6, // noted by Go, in its nanoseconds
    uuid,
    color: "#00f",
    priority: 9,
    nullable: "fallback",
    name: "someone",
  });
  assert.deepEqual([second?.["nullable"], second?.["bool"]], [null, false]);
  assert.equal((await seen("locale"))[0], "en");
});

test("shapes, also those of a newer server", async (t) => {
  const types = open(t);
  types.connect();
  await reached(types.connection, "connected");
  const got: Shape[] = [];
  types.on.shapeChanged((shape) => void got.push(shape));
  await control("shape");
  const newer = { kind: "star", points: 5 };
  const payload = { kind: "group", shapes: [newer], named: {} };
  await control("raw", { namespace: "/types", name: "shapeChanged", payload });
  await until("shapes", () => got.length === 2);
  assert.deepEqual(got, [
    {
      kind: "group",
      shapes: [
        { kind: "circle", radius: 1.5 },
        { kind: "square", side: 2 },
      ],
      parent: { shapes: [] },
      other: null,
      named: { a: { shapes: [] } },
    },
    {
      kind: "group",
      shapes: [{ kind: "$unknown", raw: newer }],
      named: {},
    },
  ]);
});
