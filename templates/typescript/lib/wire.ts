/** What goes over the wire besides payloads, and what is done to received values. */

import type {
  CallFailure,
  Coded,
  ErrorShapes,
  Issue,
  Refusal,
  Result,
  Shape,
  UnionShape,
} from "./runtime.js";

type Fields = { [name: string]: unknown };

/** Any object, for reading fields that may or may not be there. */
function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

/** An own field: what a peer named "constructor" is not read off a prototype. */
export function field(value: unknown, name: string): unknown {
  return isObject(value)
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}

/** Browsers deliver `ArrayBuffer`, Node delivers `Buffer`. */
function toBytes(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value) && value.constructor !== Uint8Array) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  return value;
}

/** Makes one field ready, in place. An own field, so no setter can be hit. */
function convertField(value: Fields, name: string, shape: Shape): void {
  const found = field(value, name);
  if (found !== undefined) value[name] = convert(found, shape);
}

function convertUnion(value: Fields, shape: UnionShape): unknown {
  const tag = field(value, shape.tag);
  const variant = shape.variants.find(([name]) => name === tag);
  if (variant !== undefined) {
    return variant[1] === undefined ? value : convert(value, variant[1]);
  }
  if (shape.closed || typeof tag !== "string") return value;
  const kept = (shape.keep ?? []).map((name) => [name, field(value, name)]);
  return {
    ...Object.fromEntries(kept),
    [shape.tag]: "$unknown",
    [shape.tag === "raw" ? "raw_" : "raw"]: value,
  };
}

/**
 * Makes a received value ready: bytes become `Uint8Array`, unknown variants
 * `{tag: "$unknown", raw}`. It changes `value`, which belongs to the caller;
 * what does not fit the shape is left for the checks to find.
 */
export function convert(value: unknown, shape: Shape | undefined): unknown {
  if (shape === undefined) return value;
  if (shape === "bytes") return toBytes(value);
  if (typeof shape === "function") return convert(value, shape());
  if (!isObject(value)) return value;
  if ("list" in shape) {
    return Array.isArray(value)
      ? value.map((item) => convert(item, shape.list))
      : value;
  }
  if ("tag" in shape) return convertUnion(value, shape);
  if ("map" in shape) {
    for (const name of Object.keys(value)) convertField(value, name, shape.map);
    return value;
  }
  for (const [name, inner] of shape.fields) convertField(value, name, inner);
  return value;
}

function readIssues(error: unknown): readonly Issue[] {
  const issues = field(error, "issues");
  return Array.isArray(issues) ? (issues as readonly Issue[]) : [];
}

function readMessage(error: unknown): string {
  const message = field(error, "message");
  return typeof message === "string" ? message : "";
}

/** What a contract says about an answer. */
export interface Expected {
  /** Declared codes. */
  readonly errors?: readonly string[] | undefined;
  readonly shape?: Shape | undefined;
  readonly errorShapes?: ErrorShapes | undefined;
}

function readFailure(error: unknown, expected: Expected): CallFailure {
  const code = field(error, "code");
  switch (code) {
    case "invalidPayload":
      return { code, issues: readIssues(error) };
    case "rateLimited":
      return { code, retryAfterMs: Number(field(error, "retryAfterMs")) || 0 };
    case "unknownEvent":
      return { code };
    case "internal":
      return { code, message: readMessage(error) };
  }
  // The contract promises this shape for a declared code.
  if (typeof code === "string" && expected.errors?.includes(code)) {
    const found = expected.errorShapes?.find(([name]) => name === code);
    return convert(error, found?.[1]) as CallFailure;
  }
  return { code: "unknown", wireCode: String(code), data: error };
}

/** Reads `{ ok: true, data }` or `{ ok: false, error: { code, ... } }`. */
export function readAnswer(
  answer: unknown,
  expected: Expected,
): Result<unknown, CallFailure> {
  const ok = field(answer, "ok");
  if (ok === true) {
    return { ok: true, value: convert(field(answer, "data"), expected.shape) };
  }
  if (ok === false) {
    return { ok: false, error: readFailure(field(answer, "error"), expected) };
  }
  const message = "malformed answer";
  return { ok: false, error: { code: "internal", message } };
}

/** Reads the data of a refused connection; `codes` are the declared ones. */
export function readRefusal<Refused extends Coded>(
  data: unknown,
  message: string,
  codes: readonly string[],
): Refused | Refusal {
  const code = field(data, "code");
  if (code === "invalidPayload") return { code, issues: readIssues(data) };
  // The contract promises this shape for a declared code.
  if (typeof code === "string" && codes.includes(code)) return data as Refused;
  // What the contract does not know keeps at least its message.
  const wireCode = typeof code === "string" ? code : message;
  return { code: "unknown", wireCode, data };
}
