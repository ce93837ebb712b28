// What the types accept. It has to compile, and the lines marked as errors
// must not.

import {
  type Aliased,
  type Composed,
  createTypesClient,
  type Defaults,
  isKnownPriority,
  type Level,
  type OwnerID,
  type Presence,
  Priority,
  priorityValues,
  type Scalars,
  type Shape,
  type Sku,
  type UserID,
} from "./want/ts/types.client.js";

const types = createTypesClient({ auth: { token: "t" } });

export const scalars: Scalars = {
  bool: true,
  string: "",
  int32: 1,
  uint32: 1,
  int53: 1,
  int64: "1",
  uint64: "1",
  float32: 1,
  float64: 1,
  decimal: "1.5",
  timestamp: "2026-01-02T03:04:05.006Z",
  date: "2026-01-02",
  duration: 1500,
  uuid: "123e4567-e89b-12d3-a456-426614174000",
  url: "https://example.org",
  email: "a@example.org",
  bytes: new Uint8Array(1),
  base64: "AA==",
  json: { any: ["thing"] },
};

// @ts-expect-error: 64-bit integers are strings
scalars.int64 = 1;
// @ts-expect-error: binary data is no array of numbers
scalars.bytes = [1];

declare const presence: Presence;
presence.optional = undefined;
presence.nullable = null;
presence.both = null;
// @ts-expect-error: it may be absent, but not null
presence.optional = null;
// @ts-expect-error: it may be null, but not absent
delete presence.nullable;

declare const aliased: Aliased;
const owner: OwnerID = aliased.user; // an alias of an alias is the same type
const sku: Sku = "AB-1";
console.log(owner.length, aliased.stock[sku]?.toFixed());
// @ts-expect-error: ids of different kinds
const user: UserID = sku;
console.log(user);

declare const composed: Composed;
export const counts: readonly number[] = composed.lists.map((l) => l.length);
composed.patterns = { a: ["b"] };
composed.file_name = "as on the wire";
// @ts-expect-error: the field is called otherwise on the wire
composed.file = "x";

export function area(shape: Shape): number {
  switch (shape.kind) {
    case "circle":
      return shape.radius;
    case "square":
      return shape.side;
    case "group":
      return shape.shapes.map(area).reduce((sum, a) => sum + a, 0);
    case "$unknown":
      return 0;
  }
}

export const high: 9 = Priority.high;
export const all: readonly (1 | 5 | 9)[] = priorityValues;
export function narrow(priority: Priority): 1 | 5 | 9 | undefined {
  return isKnownPriority(priority) ? priority : undefined;
}
const level: Level = "first";
// @ts-expect-error: a closed enum has these values and no others
const third: Level = "third";
// @ts-expect-error: a number that is none of the values
const two: Priority = 2;
console.log(level, third, two);

const nothing: Defaults = {}; // the server fills in what is missing
types.defaults(nothing);
// @ts-expect-error: of another type than its default
types.defaults({ bool: "yes" });

export async function echo(): Promise<number> {
  const result = await types
    .echo({ scalars, bounded: {} as never, presence, aliased, composed })
    .result();
  if (result.ok) return result.value.age ?? 0;
  if (result.error.code === "withMuch") return result.error.e;
  if (result.error.code === "with-type") return result.error.name.length;
  return 0;
}
