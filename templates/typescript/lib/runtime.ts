/**
 * What every generated client shares: descriptors of events and rooms, errors,
 * the state of the connection. One copy per output folder; nothing happens on
 * import.
 */

/** Keeps ids of different kinds apart while plain literals stay assignable. */
export type Flavor<Base, Name extends string> = Base & {
  readonly "~flavor"?: Name | undefined;
};

/**
 * A value of an enum that is newer than this client. It only comes from the
 * server: a literal is never one, so that a typo does not compile.
 */
export type Unrecognized<Base = string> = Base & {
  readonly "~unrecognized": true;
};

/** The values of an enum that this client knows. */
export type Known<Value> = Exclude<Value, Unrecognized | Unrecognized<number>>;

/** RFC 3339 instant in UTC, as it is on the wire. Use `new Date(value)`. */
export type Timestamp = Flavor<string, "Timestamp">;

/** 64-bit integer as a decimal string. Use `BigInt(value)` to compute. */
export type Int64 = Flavor<string, "Int64">;

/** Decimal number as a string, exact to its last digit. */
export type Decimal = Flavor<string, "Decimal">;

/** Binary field: always a `Uint8Array`, in browsers and in Node. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Ends what the function that returned it has begun; may be called again. */
export type Unsubscribe = () => void;

/* ------------------------------------------------------------ descriptors */

/** Which contract a client was generated from; the server is told. */
export interface Contract {
  readonly name: string;
  readonly version: string;
  readonly fingerprint: string;
}

/** A Socket.IO namespace of a contract. */
export interface Namespace {
  readonly contract: Contract;
  readonly path: string;
  /** Codes with which the server may refuse a connection. */
  readonly connectErrors: readonly string[];
}

/**
 * Where a received value holds binary data or unions that may have grown: what
 * a client has to make ready before anyone sees the value.
 */
export type Shape =
  | "bytes"
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly fields: readonly (readonly [name: string, shape: Shape])[] }
  | UnionShape
  /** For types that contain themselves. */
  | (() => Shape);

export type UnionShape = {
  readonly tag: string;
  /** Every known tag; with a shape where its variant needs one. */
  readonly variants: readonly (readonly [tag: string, shape?: Shape])[];
  /** Fields that an unknown variant keeps beside the tag. */
  readonly keep?: readonly string[] | undefined;
  /** No variant will be added: unknown tags are left alone. */
  readonly closed?: boolean | undefined;
};

/** Shapes of declared errors, by code; those that need none are left out. */
export type ErrorShapes = readonly (readonly [code: string, shape: Shape])[];

/** An event the server sends. `"~payload"` and `"~ack"` only carry types. */
export interface ServerEvent<Payload, Ack = void> {
  readonly name: string;
  /** There is no payload: whatever a server appends is not one. */
  readonly empty?: boolean | undefined;
  readonly shape?: Shape | undefined;
  readonly "~payload"?: Payload | undefined;
  readonly "~ack"?: Ack | undefined;
}

/** An event the client sends, with the answer and the errors it declares. */
export interface ClientEvent<Payload, Ack, Failure extends Coded> {
  readonly name: string;
  readonly errors?: readonly Failure["code"][] | undefined;
  /** Time for the answer when a call does not say. */
  readonly timeoutMs?: number | undefined;
  /** The server answers a repeated call like the first: it may be retried. */
  readonly idempotent?: boolean | undefined;
  /** May be dropped while there is no connection. */
  readonly volatile?: boolean | undefined;
  /** Of the answer. */
  readonly shape?: Shape | undefined;
  readonly errorShapes?: ErrorShapes | undefined;
  readonly "~payload"?: Payload | undefined;
  readonly "~ack"?: Ack | undefined;
}

/** A kind of room: one room for each `Key`, whose fields its events carry. */
export interface RoomType<Key extends object, Ack, Failure extends Coded> {
  readonly name: string;
  readonly keys: readonly (keyof Key & string)[];
  readonly errors?: readonly Failure["code"][] | undefined;
  /** Of the answer to a join. */
  readonly shape?: Shape | undefined;
  readonly errorShapes?: ErrorShapes | undefined;
  readonly "~ack"?: Ack | undefined;
}

/* ----------------------------------------------------------------- errors */

export type Coded = { readonly code: string };

/** One problem found in a payload. `path` is empty for the payload itself. */
export type Issue = {
  readonly path: readonly (string | number)[];
  readonly message: string;
};

/** The server is newer than this client: its code is not in the contract. */
export type UnknownFailure = {
  readonly code: "unknown";
  readonly wireCode: string;
  readonly data: unknown;
};

/** Failures any call can end with, on top of those its event declares. */
export type CallFailure =
  /** `sent` tells "perhaps it was done" from "it was not". */
  | { readonly code: "timeout"; readonly sent: boolean }
  | { readonly code: "disconnected"; readonly sent: boolean }
  | { readonly code: "aborted"; readonly reason: unknown }
  | { readonly code: "invalidPayload"; readonly issues: readonly Issue[] }
  | { readonly code: "rateLimited"; readonly retryAfterMs: number }
  /** The server is older than this client, or does not handle the event. */
  | { readonly code: "unknownEvent" }
  | { readonly code: "internal"; readonly message: string }
  | UnknownFailure;

/** Refusals any connection can meet, on top of those the contract declares. */
export type Refusal =
  | { readonly code: "invalidPayload"; readonly issues: readonly Issue[] }
  | UnknownFailure;

export type Result<Value, Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure };

/** An ack as it is on the wire; for a plain typed `Socket`. */
export type Answer<Ack, Failure extends Coded> =
  { ok: true; data: Ack } | { ok: false; error: Failure | Coded };

/** The map of a plain typed `Socket` on which nothing comes or goes. */
export type NoEvents = { readonly [event: string]: never };

const brand = Symbol.for("rtgen.error");

/** What an awaited call throws. Narrow it with `isRtError` or `.result()`. */
export class RtError<Failure extends Coded = Coded> extends Error {
  override readonly name: string = "RtError";
  readonly event: string;
  readonly error: Failure;

  constructor(event: string, error: Failure) {
    super(`${event}: ${error.code}`);
    this.event = event;
    this.error = error;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Works across bundles that each carry a copy of this file. */
export function isRtError(value: unknown): value is RtError {
  return value instanceof Error && brand in value;
}

/** Put it in `default:` and a forgotten case becomes a compile error. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}

/**
 * A pending call. `await call` yields the value or throws `RtError`;
 * `await call.result()` never throws and has every failure in its type. An
 * abort makes `await` throw the signal's reason, as it does for `fetch`.
 */
export interface Call<Value, Failure extends Coded> extends Promise<Value> {
  result(): Promise<Result<Value, Failure | CallFailure>>;
}

/* ------------------------------------------------------------- connection */

export type TransportName = "polling" | "websocket" | "webtransport";

export type LossReason =
  "pingTimeout" | "transportClosed" | "transportError" | "parseError";

/**
 * `closed`: by this client; `kicked`: by the server; `gaveUp`: no attempts
 * left; `authFailed`: the `auth` function threw.
 */
export type StopReason = "closed" | "kicked" | "gaveUp" | "authFailed";

/** Discriminated by `status`; made for a fallback UI. */
export type ConnectionState<Refused extends Coded = Coded> =
  /** Nothing has been asked for yet. */
  | { readonly status: "idle" }
  /** First connection; `attempt` counts from 1. */
  | { readonly status: "connecting"; readonly attempt: number }
  | {
      readonly status: "connected";
      readonly transport: TransportName;
      /** False when events may have been missed since the last connection. */
      readonly recovered: boolean;
    }
  /** Lost and being re-established. Wait a few seconds before alarming anyone. */
  | {
      readonly status: "reconnecting";
      readonly attempt: number;
      readonly reason: LossReason;
      /** `Date.now()` when the connection was lost. */
      readonly since: number;
    }
  /** Nothing will happen until `connect()` is called. */
  | { readonly status: "offline"; readonly reason: StopReason }
  | {
      readonly status: "offline";
      readonly reason: "refused";
      readonly error: Refused;
    };

/**
 * A value that changes. The shape fits React's `useSyncExternalStore` and is
 * a Svelte store; `subscribe` calls back at once with the current value.
 */
export interface Watchable<Value> {
  readonly get: () => Value;
  readonly subscribe: (listener: (value: Value) => void) => Unsubscribe;
}

/**
 * The only thing the runtime asks of a Socket.IO client. `socketio.ts`
 * implements it on `socket.io-client`; the mock implements it in memory. A
 * payload that is `undefined` is sent as no argument at all.
 */
export interface Transport {
  start(events: TransportEvents): void;
  connect(): void;
  disconnect(): void;
  emit(event: string, payload: unknown, volatile: boolean): void;
  /** Calls `done` once: with the answer, after the time, or on a loss. */
  request(
    event: string,
    payload: unknown,
    timeoutMs: number,
    done: (reply: Reply) => void,
  ): void;
}

export type Reply =
  | { readonly kind: "ack"; readonly data: unknown }
  | { readonly kind: "timeout" | "disconnected" };

/** What a `Transport` reports. */
export interface TransportEvents {
  attempt(count: number): void;
  connected(transport: TransportName, recovered: boolean): void;
  upgraded(transport: TransportName): void;
  lost(reason: LossReason): void;
  stopped(reason: StopReason, error?: unknown): void;
  refused(data: unknown, message: string): void;
  event(name: string, payload: unknown, ack?: (data: unknown) => void): void;
}

/* ---------------------------------------------------------------- options */

export interface CallOptions {
  /**
   * Whole time allowed, waiting for a connection included. Default: what the
   * contract says for the event, else what the client was created with, else
   * 10 000.
   */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Fail at once instead of waiting when there is no connection. */
  readonly failWhenOffline?: boolean | undefined;
}

export interface IdempotentCallOptions extends CallOptions {
  /** Resend after a lost connection or a missing answer. Default 0. */
  readonly retries?: number | undefined;
}

export interface ListenOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface StreamOptions extends ListenOptions {
  /** Events kept while the loop is busy. Default 1 000; then it throws. */
  readonly buffer?: number | undefined;
}

/** `listen(callback)` returns the function that stops it. */
export interface Subscribable<Payload> {
  (listener: (payload: Payload) => void, options?: ListenOptions): Unsubscribe;
  /** The next event. Rejects when aborted or when its room is left. */
  once(options?: ListenOptions): Promise<Payload>;
  /** For `for await`. Ends when aborted or when its room is left. */
  stream(options?: StreamOptions): AsyncIterableIterator<Payload>;
}

/** Answers a question the server asks. One handler at a time. */
export type EventHandler<Payload, Ack> = (
  handler: (payload: Payload) => Ack | Promise<Ack>,
) => Unsubscribe;

/** Returns the problems of a payload; an empty list means it is valid. */
export type Check = (value: unknown) => readonly Issue[];

/** Checks by the name of the event on the wire. */
export interface Checks {
  readonly received: readonly (readonly [event: string, check: Check])[];
  readonly sent: readonly (readonly [event: string, check: Check])[];
}

export interface RuntimeOptions {
  /** Time for the answer of a call that does not say. Default 10 000. */
  readonly timeoutMs?: number | undefined;
  /**
   * Calls and messages that may wait for a connection. Default 1 000; one
   * more fails with `disconnected`.
   */
  readonly maxWaiting?: number | undefined;
  /** The generated checks; payloads are taken as they are when absent. */
  readonly validate?: Checks | undefined;
  /** What has no caller to tell it to. Default: `console.error`. */
  readonly onError?: ((problem: Problem) => void) | undefined;
}

export type Problem =
  | { readonly kind: "auth"; readonly error: unknown }
  | {
      readonly kind: "invalidPayload";
      readonly event: string;
      readonly issues: readonly Issue[];
    }
  /** A message without an answer that was given up: see `maxWaiting`. */
  | { readonly kind: "notSent"; readonly event: string }
  | {
      readonly kind: "listener";
      readonly event: string;
      readonly error: unknown;
    };

/* ------------------------------------------------------------------ rooms */

export type RoomState<Ack, Failure extends Coded> =
  | { readonly status: "joining" | "rejoining" | "left" }
  | {
      readonly status: "joined";
      readonly value: Ack;
      /** Joined again after a loss: events in between did not come. */
      readonly missed: boolean;
    }
  | { readonly status: "denied"; readonly error: Failure | CallFailure };

/** A handle on a room, which is joined again after each new connection. */
export interface Room<Key, Ack, Failure extends Coded> {
  readonly key: Key;
  readonly state: Watchable<RoomState<Ack, Failure>>;
  /** Settles when the server has answered, or no connection is tried. */
  readonly joined: (options?: CallOptions) => Call<Ack, Failure>;
  /** Gives up this handle; the room is left with its last handle. */
  readonly leave: Unsubscribe;
}

/** Makes what listens to the events of one room. */
export type RoomSource = <Payload>(
  event: ServerEvent<Payload>,
) => Subscribable<Payload>;

/** What generated clients are built on: each function makes one member. */
export interface Runtime<Refused extends Coded = Coded> {
  readonly connection: Watchable<ConnectionState<Refused>>;
  readonly connect: () => void;
  readonly disconnect: () => void;
  call<Payload, Ack, Failure extends Coded>(
    event: ClientEvent<Payload, Ack, Failure>,
  ): (payload: Payload, options?: IdempotentCallOptions) => Call<Ack, Failure>;
  /** A call whose event carries no payload. */
  ask<Ack, Failure extends Coded>(
    event: ClientEvent<void, Ack, Failure>,
  ): (options?: IdempotentCallOptions) => Call<Ack, Failure>;
  /** An event without an answer. */
  send<Payload>(
    event: ClientEvent<Payload, void, never>,
  ): (payload: Payload) => void;
  source<Payload>(event: ServerEvent<Payload>): Subscribable<Payload>;
  handler<Payload, Ack>(
    event: ServerEvent<Payload, Ack>,
  ): EventHandler<Payload, Ack>;
  /** Opens rooms of a kind; `on` makes the listeners of one. */
  room<Key extends object, Ack, Failure extends Coded, On>(
    type: RoomType<Key, Ack, Failure>,
    on: (source: RoomSource) => On,
  ): (key: Key) => Room<Key, Ack, Failure> & { readonly on: On };
}
