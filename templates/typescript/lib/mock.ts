/** A server in memory, for unit tests and stories. */

import type {
  CallFailure,
  ClientEvent,
  Coded,
  LossReason,
  Reply,
  RoomType,
  ServerEvent,
  Transport,
  TransportEvents,
  TransportName,
  Unsubscribe,
} from "./runtime.js";

/** A handler's way to answer with an error: `return fail({ code: "..." })`. */
export class Failed<Failure> {
  readonly error: Failure;
  constructor(error: Failure) {
    this.error = error;
  }
}

export function fail<const Failure extends Coded>(
  error: Failure,
): Failed<Failure> {
  return new Failed(error);
}

export type MockHandler<Payload, Ack, Failure> = (
  payload: Payload,
) =>
  | Ack
  | Failed<Failure | CallFailure>
  | Promise<Ack | Failed<Failure | CallFailure>>;

/** Registers what answers an event; the last one wins. */
export type MockOn<Payload, Ack, Failure> = (
  handler: MockHandler<Payload, Ack, Failure>,
) => Unsubscribe;

/** Something the client sent, oldest first. */
export type Sent = { readonly event: string; readonly payload: unknown };

export interface MockOptions {
  /** Delay of every answer. Default 0: the next macrotask. */
  readonly latencyMs?: number | undefined;
}

/** What a test does to the connection. */
export interface MockControls {
  /** Drops the connection; `restore` brings it back. */
  readonly lose: (reason?: LossReason) => void;
  readonly restore: (options?: {
    recovered?: boolean;
    transport?: TransportName;
  }) => void;
  /** Ends the connection as a server does that wants none. */
  readonly kick: () => void;
}

/** What generated mocks are built on: each function makes one member. */
export interface MockServer extends MockControls {
  readonly transport: Transport;
  readonly sent: readonly Sent[];
  handle<Payload, Ack, Failure extends Coded>(
    event: ClientEvent<Payload, Ack, Failure>,
  ): MockOn<Payload, Ack, Failure>;
  admit<Key extends object, Ack, Failure extends Coded>(
    type: RoomType<Key, Ack, Failure>,
  ): MockOn<Key, Ack, Failure>;
  emit<Payload>(event: ServerEvent<Payload>): (payload: Payload) => void;
  ask<Payload, Ack>(
    event: ServerEvent<Payload, Ack>,
  ): (payload: Payload) => Promise<Ack>;
  readonly refuse: (error: Coded) => void;
}

const join = "rt:join";
const leave = "rt:leave";

export function createMockServer(options: MockOptions = {}): MockServer {
  const handlers = new Map<string, (payload: unknown) => unknown>();
  const rooms = new Map<string, (key: unknown) => unknown>();
  const sent: Sent[] = [];
  const pending = new Set<(reply: Reply) => void>();
  let events: TransportEvents | undefined;
  let wanted = false;
  let connected = false;

  const later = (run: () => void): void => {
    setTimeout(run, options.latencyMs ?? 0);
  };
  const drop = (): void => {
    wanted = false;
    connected = false;
    for (const done of [...pending]) done({ kind: "disconnected" });
  };
  const restore: MockServer["restore"] = (how = {}) => {
    wanted = true;
    connected = true;
    events?.connected(how.transport ?? "websocket", how.recovered ?? false);
  };
  const register = (
    to: Map<string, (payload: unknown) => unknown>,
    name: string,
    handler: (payload: never) => unknown,
  ): Unsubscribe => {
    // Only payloads of the event's type reach its handler.
    const entry = handler as (payload: unknown) => unknown;
    to.set(name, entry);
    return () => {
      if (to.get(name) === entry) to.delete(name);
    };
  };

  const handle = (event: string, payload: unknown): unknown => {
    if (event === join) {
      const { room, key } = payload as { room: string; key: unknown };
      // A test that does not care about a room need not admit to it.
      return rooms.get(room)?.(key);
    }
    const handler = handlers.get(event);
    if (handler === undefined) throw new Error(`mock: no handler for ${event}`);
    return handler(payload);
  };
  const answer = async (event: string, payload: unknown): Promise<unknown> => {
    try {
      const result = await handle(event, payload);
      if (!(result instanceof Failed)) return { ok: true, data: result };
      return { ok: false, error: result.error as unknown };
    } catch (error) {
      const message = String(error);
      return { ok: false, error: { code: "internal", message } };
    }
  };

  const transport: Transport = {
    start: (sink) => {
      events = sink;
    },
    connect: () => {
      wanted = true;
      later(() => {
        if (wanted && !connected) restore();
      });
    },
    disconnect: () => {
      drop();
      events?.stopped("closed");
    },
    emit: (event, payload) => {
      if (event === leave) return;
      sent.push({ event, payload });
      handlers.get(event)?.(payload);
    },
    request: (event, payload, timeoutMs, done) => {
      if (event !== join) sent.push({ event, payload });
      const timer = setTimeout(() => {
        finish({ kind: "timeout" });
      }, timeoutMs);
      const finish = (reply: Reply): void => {
        if (!pending.delete(finish)) return;
        clearTimeout(timer);
        done(reply);
      };
      pending.add(finish);
      later(() => {
        if (!pending.has(finish)) return;
        void answer(event, payload).then((data) => {
          finish({ kind: "ack", data });
        });
      });
    },
  };

  return {
    transport,
    sent,
    handle: (event) => (handler) => register(handlers, event.name, handler),
    admit: (type) => (handler) => register(rooms, type.name, handler),
    emit: (event) => (payload) => {
      if (connected) events?.event(event.name, structuredClone(payload));
    },
    ask: (event) => (payload) =>
      new Promise((resolve, reject) => {
        const { name } = event;
        if (!connected) {
          reject(new Error(`mock: ${name}: the client is not connected`));
          return;
        }
        events?.event(name, structuredClone(payload), (data) => {
          const reply = data as { data?: unknown; error?: unknown };
          // The mock trusts the handler's type, as the runtime does.
          if (reply.error === undefined) resolve(reply.data as never);
          else reject(new Error(`mock: ${name}: ${JSON.stringify(reply)}`));
        });
      }),
    lose: (reason = "transportClosed") => {
      drop();
      events?.lost(reason);
    },
    restore,
    refuse: (error) => {
      drop();
      events?.refused(error, error.code);
    },
    kick: () => {
      drop();
      events?.stopped("kicked");
    },
  };
}
