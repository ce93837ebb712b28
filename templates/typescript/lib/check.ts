/** Checks payloads against the rules of a contract. No code is evaluated. */

import type { Check, Checks, Issue } from "./runtime.js";

type Path = readonly (string | number)[];
type Range = { readonly min?: number; readonly max?: number };

/** Forms of strings. */
type Form = "uuid" | "url" | "email" | "timestamp" | "date";

/** Rules of values that have no parts. */
type ScalarRule =
  | { readonly is: "any" | "boolean" | Form }
  | (Range & { readonly is: "string"; readonly format?: Form })
  | (Range & { readonly is: "number" | "integer" | "bytes" | "base64" })
  /** 64-bit integers are text, and so are their bounds. */
  | {
      readonly is: "int64" | "uint64";
      readonly min?: string;
      readonly max?: string;
    }
  /** Digits before and after the point. */
  | { readonly is: "decimal"; readonly whole: number; readonly scale: number }
  | {
      readonly is: "enum";
      readonly values: readonly (string | number)[];
      readonly closed?: boolean;
    };

type PartsRule =
  | (Range & { readonly is: "list"; readonly of: Rule })
  | (Range & { readonly is: "map"; readonly of: Rule; readonly key?: Rule })
  | { readonly is: "object"; readonly fields: readonly FieldRule[] }
  | {
      readonly is: "union";
      readonly tag: string;
      readonly variants: readonly (readonly [tag: string, rule: Rule])[];
      readonly fields?: readonly FieldRule[];
      readonly closed?: boolean;
    }
  | { readonly is: "both"; readonly rule: Rule; readonly pattern: RegExp };

/**
 * What a value has to be: the name of a rule, a rule with its limits, or, for
 * types that contain themselves, a way to the rule. Rules are plain data, so
 * that bundlers drop unused ones.
 */
export type Rule =
  | Exclude<ScalarRule["is"], "enum" | "decimal">
  | ScalarRule
  | PartsRule
  | (() => Rule);

/** `?` may be absent, `0` may be null, `?0` both. */
export type FieldRule = readonly [
  name: string,
  rule: Rule,
  mark?: "?" | "0" | "?0",
];

/** More would not help anyone, and a list can be long. */
const maxIssues = 16;
const maxDepth = 64;

/** Issues so far, and whether values newer than this client are faults. */
type Report = { readonly issues: Issue[]; readonly strict: boolean };

/** What is wrong, in words; nothing when all is well. */
type Fault = string | undefined;

const forms: { readonly [form in Form]: RegExp } = {
  uuid: /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
  url: /^https?:\/\/[^\s/?#]+([/?#]\S*)?$/i,
  email: /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d-]{1,63}(\.[a-z\d-]{1,63})*$/i,
  timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
};

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own field: what a peer named "constructor" is not read off a prototype. */
function own(value: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

/** Unicode code points, as the server counts them. */
function codePoints(text: string): number {
  return text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, "_").length;
}

function rangeFault(size: number, range: Range, what: string): Fault {
  const { min = -Infinity, max = Infinity } = range;
  if (size >= min && size <= max) return undefined;
  if (max === Infinity) return `${what} must be at least ${String(min)}`;
  if (min === -Infinity) return `${what} must be at most ${String(max)}`;
  return `${what} must be between ${String(min)} and ${String(max)}`;
}

/** No 30th of February: its text is not what its time is written as. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function formFault(value: unknown, form: Form): Fault {
  let fits = typeof value === "string" && forms[form].test(value);
  if (fits && (form === "date" || form === "timestamp")) {
    const text = String(value);
    fits = isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));
  }
  return fits ? undefined : `must be of the form ${form}`;
}

function stringFault(value: unknown, range: Range, form?: Form): Fault {
  if (typeof value !== "string") return "must be a string";
  const fault = form === undefined ? undefined : formFault(value, form);
  return fault ?? rangeFault(codePoints(value), range, "length");
}

function numberFault(value: unknown, whole: boolean, range: Range): Fault {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return "must be a number";
  }
  if (whole && !Number.isSafeInteger(value)) return "must be an integer";
  return rangeFault(value, range, "value");
}

function integer64Fault(value: unknown, min: string, max: string): Fault {
  if (typeof value !== "string" || !/^-?(0|[1-9]\d{0,19})$/.test(value)) {
    return "must be an integer as a string";
  }
  const number = BigInt(value);
  return number < BigInt(min) || number > BigInt(max)
    ? `must be between ${min} and ${max}`
    : undefined;
}

function decimalFault(value: unknown, whole: number, scale: number): Fault {
  if (typeof value !== "string") return "must be a decimal as a string";
  const match = /^-?(0|[1-9]\d*)(?:\.(\d+))?$/.exec(value);
  if (match === null) return "must be a decimal number";
  const [, before = "", after = ""] = match;
  const digits = before === "0" ? 0 : before.length;
  return digits <= whole && after.length <= scale
    ? undefined
    : `must have at most ${String(whole)} digits before and ${String(scale)} after the point`;
}

function base64Fault(value: unknown, range: Range): Fault {
  if (
    typeof value !== "string" ||
    value.length % 4 !== 0 ||
    !/^[A-Za-z\d+/]*={0,2}$/.test(value)
  ) {
    return "must be base64";
  }
  const padding = value.length - value.replace(/=+$/, "").length;
  return rangeFault((value.length / 4) * 3 - padding, range, "size");
}

/** Values newer than this client pass unless they are to be sent. */
function enumFault(
  value: unknown,
  values: readonly (string | number)[],
  strict: boolean,
): Fault {
  const known = values.some((one) => one === value);
  const newer = !strict && typeof value === typeof values[0];
  return known || newer ? undefined : `must be ${values.join(" or ")}`;
}

function scalarFault(value: unknown, rule: ScalarRule, strict: boolean): Fault {
  switch (rule.is) {
    case "any":
      return undefined;
    case "boolean":
      return typeof value === "boolean" ? undefined : "must be a boolean";
    case "string":
      return stringFault(value, rule, rule.format);
    case "number":
      return numberFault(value, false, rule);
    case "integer":
      return numberFault(value, true, rule);
    case "int64": {
      const { min = "-9223372036854775808", max = "9223372036854775807" } =
        rule;
      return integer64Fault(value, min, max);
    }
    case "uint64": {
      const { min = "0", max = "18446744073709551615" } = rule;
      return integer64Fault(value, min, max);
    }
    case "decimal":
      return decimalFault(value, rule.whole, rule.scale);
    case "bytes":
      if (!(value instanceof Uint8Array)) return "must be binary data";
      return rangeFault(value.byteLength, rule, "size");
    case "base64":
      return base64Fault(value, rule);
    case "enum":
      return enumFault(value, rule.values, strict || rule.closed === true);
    default:
      return formFault(value, rule.is);
  }
}

function checkFields(
  value: object,
  fields: readonly FieldRule[],
  path: Path,
  report: Report,
): void {
  for (const [name, rule, mark = ""] of fields) {
    const found = own(value, name);
    const at = [...path, name];
    if (found === null && mark.includes("0")) continue;
    if (found !== undefined) check(found, rule, at, report);
    else if (!mark.includes("?")) {
      report.issues.push({ path: at, message: "is missing" });
    }
  }
}

function checkList(
  value: unknown,
  rule: Rule,
  path: Path,
  report: Report,
): void {
  if (!Array.isArray(value)) return;
  for (const [index, item] of value.entries()) {
    if (report.issues.length >= maxIssues) return;
    check(item, rule, [...path, index], report);
  }
}

function checkMap(
  value: object,
  rule: PartsRule & { readonly is: "map" },
  path: Path,
  report: Report,
): void {
  for (const name of Object.keys(value)) {
    if (report.issues.length >= maxIssues) return;
    const at = [...path, name];
    if (rule.key !== undefined) check(name, rule.key, at, report);
    check(own(value, name), rule.of, at, report);
  }
}

/** Checks the parts of a value, or says why it has none. */
function partsFault(
  value: unknown,
  rule: PartsRule,
  path: Path,
  report: Report,
): Fault {
  if (rule.is === "both") {
    check(value, rule.rule, path, report);
    const fits = typeof value !== "string" || rule.pattern.test(value);
    return fits ? undefined : `must match ${rule.pattern.source}`;
  }
  if (rule.is === "list") {
    checkList(value, rule.of, path, report);
    return Array.isArray(value)
      ? rangeFault(value.length, rule, "length")
      : "must be an array";
  }
  if (!isObject(value)) return "must be an object";
  if (rule.is === "map") {
    checkMap(value, rule, path, report);
    return rangeFault(Object.keys(value).length, rule, "size");
  }
  checkFields(value, rule.fields ?? [], path, report);
  if (rule.is === "object") return undefined;
  const tag = own(value, rule.tag);
  const variant = rule.variants.find(([name]) => name === tag);
  if (variant !== undefined) check(value, variant[1], path, report);
  else if (report.strict || rule.closed || tag !== "$unknown") {
    const names = rule.variants.map(([name]) => name);
    return `${rule.tag} must be ${names.join(" or ")}`;
  }
  return undefined;
}

function isParts(rule: ScalarRule | PartsRule): rule is PartsRule {
  return ["list", "map", "object", "union", "both"].includes(rule.is);
}

function check(value: unknown, rule: Rule, path: Path, report: Report): void {
  if (report.issues.length >= maxIssues) return;
  if (typeof rule === "function") {
    check(value, rule(), path, report);
    return;
  }
  const whole = typeof rule === "string" ? { is: rule } : rule;
  let message: Fault;
  if (path.length > maxDepth) message = "is nested too deeply";
  else if (isParts(whole)) message = partsFault(value, whole, path, report);
  else message = scalarFault(value, whole, report.strict);
  if (message !== undefined) report.issues.push({ path, message });
}

function run(value: unknown, rule: Rule, strict: boolean): readonly Issue[] {
  const report: Report = { issues: [], strict };
  check(value, rule, [], report);
  return report.issues.slice(0, maxIssues);
}

type Table = readonly (readonly [event: string, rule: Rule])[];

/**
 * Makes checks of rules. What is received may be newer than this client; what
 * is sent may not, for a server takes no values it does not know.
 */
export function checks(rules: {
  readonly received?: Table;
  readonly sent?: Table;
}): Checks {
  const made = (
    table: Table = [],
    strict: boolean,
  ): readonly (readonly [string, Check])[] =>
    table.map(([event, rule]) => [event, (value) => run(value, rule, strict)]);
  return {
    received: made(rules.received, false),
    sent: made(rules.sent, true),
  };
}

/** The shape of the Standard Schema specification, version 1. */
export interface StandardSchema<Value> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "rtgen";
    readonly validate: (
      value: unknown,
    ) => { readonly value: Value } | { readonly issues: readonly Issue[] };
    readonly types?:
      { readonly input: Value; readonly output: Value } | undefined;
  };
}

/** Usable wherever a Zod, Valibot or ArkType schema is. */
export function schema<Value>(rule: Rule): StandardSchema<Value> {
  return {
    "~standard": {
      version: 1,
      vendor: "rtgen",
      validate: (value) => {
        const issues = run(value, rule, true);
        return issues.length > 0 ? { issues } : { value: value as Value };
      },
    },
  };
}
