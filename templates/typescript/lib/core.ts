/** Puts a transport, calls, events and rooms together. */

import { createLine, type Line, makeCall, perform } from "./calls.js";
import {
  createListeners,
  createSource,
  createStore,
  type Listeners,
} from "./events.js";
import { createRooms } from "./rooms.js";
import type {
  CallFailure,
  Check,
  ClientEvent,
  Coded,
  ConnectionState,
  IdempotentCallOptions,
  Issue,
  Namespace,
  Problem,
  Refusal,
  Result,
  Runtime,
  RuntimeOptions,
  ServerEvent,
  Shape,
  Transport,
  Unsubscribe,
} from "./runtime.js";
import { convert, readRefusal } from "./wire.js";

const defaultTimeoutMs = 10_000;
const defaultMaxWaiting = 1000;

/** What is registered for one event of the server. */
interface Inbox {
  readonly shape: Shape | undefined;
  readonly empty: boolean;
  readonly listeners: Listeners<unknown>;
  handler?: ((payload: unknown) => unknown) | undefined;
}

function createInboxes(
  checks: ReadonlyMap<string, Check>,
  report: (problem: Problem) => void,
): {
  readonly of: (event: ServerEvent<unknown, unknown>) => Inbox;
  readonly receive: (
    name: string,
    payload: unknown,
    ack?: (data: unknown) => void,
  ) => void;
} {
  const inboxes = new Map<string, Inbox>();

  const of = (event: ServerEvent<unknown, unknown>): Inbox => {
    let inbox = inboxes.get(event.name);
    if (inbox === undefined) {
      const { name, shape, empty = false } = event;
      const listeners = createListeners((error) => {
        report({ kind: "listener", event: name, error });
      });
      inbox = { shape, empty, listeners };
      inboxes.set(name, inbox);
    }
    return inbox;
  };

  const answer = async (
    name: string,
    handler: (payload: unknown) => unknown,
    value: unknown,
  ): Promise<unknown> => {
    try {
      return { ok: true, data: await handler(value) };
    } catch (error) {
      report({ kind: "listener", event: name, error });
      return refuse({ code: "internal", message: "handler failed" });
    }
  };

  return {
    of,
    receive(name, payload, ack) {
      const inbox = inboxes.get(name);
      if (inbox === undefined) {
        ack?.(refuse({ code: "unknownEvent" }));
        return;
      }
      const value = inbox.empty ? undefined : convert(payload, inbox.shape);
      const issues = checks.get(name)?.(value) ?? [];
      if (issues.length > 0) {
        report({ kind: "invalidPayload", event: name, issues });
        ack?.(refuse({ code: "invalidPayload", issues }));
      } else if (ack === undefined) inbox.listeners.tell(value);
      else if (inbox.handler === undefined) {
        ack(refuse({ code: "unknownEvent" }));
      } else void answer(name, inbox.handler, value).then(ack);
    },
  };
}

function refuse(error: CallFailure): unknown {
  return { ok: false, error };
}

/** Checks and sends, calls and messages alike. */
function createOutbox(
  line: Line,
  options: RuntimeOptions,
  report: (problem: Problem) => void,
): {
  readonly call: (
    event: ClientEvent<unknown, unknown, Coded>,
    payload: unknown,
    given: IdempotentCallOptions,
  ) => Promise<Result<unknown, CallFailure>>;
  readonly send: (name: string, payload: unknown, volatile: boolean) => void;
} {
  const checks = new Map(options.validate?.sent);
  /** What is wrong with a payload before it is sent. */
  const faults = (name: string, payload: unknown): readonly Issue[] =>
    checks.get(name)?.(payload) ?? [];

  const call = async (
    event: ClientEvent<unknown, unknown, Coded>,
    payload: unknown,
    given: IdempotentCallOptions,
  ): Promise<Result<unknown, CallFailure>> => {
    const issues = faults(event.name, payload);
    if (issues.length > 0) {
      return { ok: false, error: { code: "invalidPayload", issues } };
    }
    const { timeoutMs = event.timeoutMs ?? options.timeoutMs } = given;
    return perform(line, {
      name: event.name,
      payload,
      expected: event,
      timeoutMs: timeoutMs ?? defaultTimeoutMs,
      retries: event.idempotent ? (given.retries ?? 0) : 0,
      signal: given.signal,
      failWhenOffline: given.failWhenOffline,
    });
  };

  const send = (name: string, payload: unknown, volatile: boolean): void => {
    const issues = faults(name, payload);
    if (issues.length > 0) {
      report({ kind: "invalidPayload", event: name, issues });
      return;
    }
    line.wake();
    if (line.status() === "online") {
      line.transport.emit(name, payload, volatile);
    } else if (!volatile) {
      void line.wait({}).then((failure) => {
        if (failure === undefined) line.transport.emit(name, payload, false);
        else report({ kind: "notSent", event: name });
      });
    }
  };
  return { call, send };
}

export function createRuntime<Refused extends Coded = Coded>(
  namespace: Namespace,
  transport: Transport,
  options: RuntimeOptions = {},
): Runtime<Refused | Refusal> {
  const report =
    options.onError ??
    ((problem: Problem): void => {
      console.error("rtgen", problem);
    });
  const connection = createStore<ConnectionState<Refused | Refusal>>(
    { status: "idle" },
    (error) => {
      report({ kind: "listener", event: "connection", error });
    },
  );
  // Ahead of the state: when that says "connected", rooms are being joined.
  let online = false;

  const connect = (): void => {
    const { status } = connection.get();
    if (status !== "idle" && status !== "offline") return;
    connection.set({ status: "connecting", attempt: 1 });
    transport.connect();
  };
  const line: Line = createLine(
    transport,
    () => {
      if (online) return "online";
      return connection.get().status === "offline" ? "offline" : "waiting";
    },
    () => {
      if (connection.get().status === "idle") connect();
    },
    options.maxWaiting ?? defaultMaxWaiting,
  );
  const inboxes = createInboxes(new Map(options.validate?.received), report);
  const outbox = createOutbox(line, options, report);

  const listen = (
    event: ServerEvent<unknown>,
    listener: (payload: unknown) => void,
  ): Unsubscribe => {
    const stop = inboxes.of(event).listeners.add(listener);
    line.wake();
    return stop;
  };
  const rooms = createRooms(line, connection, listen, report);

  const stop = (state: ConnectionState<Refused | Refusal>): void => {
    online = false;
    connection.set(state);
    rooms.stopped();
    line.flush();
  };

  transport.start({
    attempt(count) {
      const state = connection.get();
      if (state.status === "connecting" || state.status === "reconnecting") {
        connection.set({ ...state, attempt: count });
      }
    },
    connected(name, recovered) {
      online = true;
      // Rooms first, so that calls that waited find the socket in its rooms.
      rooms.connected(recovered);
      line.flush();
      connection.set({ status: "connected", transport: name, recovered });
    },
    upgraded(name) {
      const state = connection.get();
      if (state.status === "connected") {
        connection.set({ ...state, transport: name });
      }
    },
    lost(reason) {
      online = false;
      connection.set({
        status: "reconnecting",
        attempt: 1,
        reason,
        since: Date.now(),
      });
    },
    stopped(reason, error) {
      if (reason === "authFailed") report({ kind: "auth", error });
      stop({ status: "offline", reason });
    },
    refused(data, message) {
      const codes = namespace.connectErrors;
      const error = readRefusal<Refused>(data, message, codes);
      stop({ status: "offline", reason: "refused", error });
    },
    event: inboxes.receive,
  });

  return {
    connection,
    connect,
    disconnect: () => {
      transport.disconnect();
    },
    call: (event) => (payload, given) =>
      makeCall(event.name, outbox.call(event, payload, given ?? {})),
    ask: (event) => (given) =>
      makeCall(event.name, outbox.call(event, undefined, given ?? {})),
    send: (event) => (payload) => {
      outbox.send(event.name, payload, event.volatile ?? false);
    },
    // The wire is untyped: here the contract is trusted, or was checked.
    source: <Payload>(event: ServerEvent<Payload>) =>
      createSource<Payload>(event.name, (listener) =>
        listen(event, listener as (payload: unknown) => void),
      ),
    handler: (event) => (handler) => {
      const inbox = inboxes.of(event);
      const entry = handler as (payload: unknown) => unknown;
      inbox.handler = entry;
      line.wake();
      return () => {
        if (inbox.handler === entry) inbox.handler = undefined;
      };
    },
    room: rooms.open,
  };
}
