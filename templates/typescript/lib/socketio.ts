/** The transport of real clients: the official `socket.io-client`. */

import {
  io,
  type ManagerOptions,
  type Socket,
  type SocketOptions,
} from "socket.io-client";
import type {
  LossReason,
  Namespace,
  Transport,
  TransportEvents,
  TransportName,
} from "./runtime.js";

/** Everything of `socket.io-client` but what the generated client decides. */
export type SocketIoOptions = Omit<
  Partial<ManagerOptions & SocketOptions>,
  "auth" | "autoConnect" | "retries" | "ackTimeout"
>;

export interface SocketIoSetup {
  /**
   * Origin of the server, such as `https://example.org`. In a browser the
   * page's own origin when absent.
   */
  readonly url?: string | undefined;
  /** Passed on to `socket.io-client`: path, transports, backoff, ... */
  readonly socket?: SocketIoOptions | undefined;
}

/** What a client sends to be let in. */
export interface SocketIoAuth<Auth extends object> {
  /** A function is asked again before every attempt: return a fresh token. */
  readonly auth: Auth | (() => Auth | Promise<Auth>);
}

const lossReasons: ReadonlyMap<string, LossReason> = new Map([
  ["ping timeout", "pingTimeout"],
  ["transport close", "transportClosed"],
  ["transport error", "transportError"],
  ["parse error", "parseError"],
]);

/** What stands between the name of an event and its ack. */
function args(payload: unknown): unknown[] {
  return payload === undefined ? [] : [payload];
}

/** Runs a `Transport` on the official client. */
export function openSocketIo<Auth extends object>(
  namespace: Namespace,
  setup: SocketIoSetup & Partial<SocketIoAuth<Auth>>,
): { readonly socket: Socket; readonly transport: Transport } {
  const { url = "", auth } = setup;
  const { name, version, fingerprint } = namespace.contract;
  let events: TransportEvents | undefined;
  let attempt = 1;
  let asked = 0;

  const sendAuth = async (send: (data: object) => void): Promise<void> => {
    const mine = ++asked;
    // The function may take long: meanwhile the socket may be closed, or
    // closed and opened again.
    const stale = (): boolean => mine !== asked || !socket.active;
    try {
      const data = typeof auth === "function" ? await auth() : auth;
      // Not in the query: namespaces on one connection share that.
      const contract = `${name}@${version}#${fingerprint}`;
      if (!stale()) send({ ...data, "rt:contract": contract });
    } catch (error) {
      if (stale()) return;
      socket.disconnect();
      events?.stopped("authFailed", error);
    }
  };
  const socket: Socket = io(url.replace(/\/+$/, "") + namespace.path, {
    ...setup.socket,
    autoConnect: false,
    auth: (send) => void sendAuth(send),
  });
  const manager = socket.io;
  const transportName = (): TransportName =>
    manager.engine.transport.name as TransportName;

  socket.on("connect", () => {
    attempt = 1;
    // Undefined, whatever its type says, when the server never recovers.
    const recovered = socket.recovered as boolean | undefined;
    events?.connected(transportName(), recovered ?? false);
  });
  // Each connection has a new engine; the upgrade comes once in its life.
  manager.on("open", () => {
    manager.engine.once("upgrade", () => events?.upgraded(transportName()));
  });
  socket.on("disconnect", (reason) => {
    // Events that came before the answer to a CONNECT. When that has not come,
    // the server sends them again.
    socket.receiveBuffer = [];
    // `active` says whether a retry follows; the reason alone does not.
    if (socket.active) {
      events?.lost(lossReasons.get(reason) ?? "transportClosed");
    } else {
      events?.stopped(reason === "io server disconnect" ? "kicked" : "closed");
    }
  });
  socket.on("connect_error", (error) => {
    // An inactive socket was refused by the server: no retry will follow.
    if (socket.active) events?.attempt(++attempt);
    else {
      events?.refused("data" in error ? error.data : undefined, error.message);
    }
  });
  manager.on("reconnect_failed", () => {
    if (!socket.active) return;
    socket.disconnect();
    events?.stopped("gaveUp");
  });
  socket.onAny((event: string, ...args: unknown[]) => {
    const last = args[args.length - 1];
    if (typeof last !== "function") {
      events?.event(event, args[0]);
      return;
    }
    const ack = last as (data: unknown) => void;
    events?.event(event, args.length > 1 ? args[0] : undefined, ack);
  });

  const transport: Transport = {
    start: (sink) => {
      events = sink;
    },
    connect: () => {
      attempt = 1;
      socket.connect();
    },
    disconnect: () => {
      const told = socket.connected;
      socket.disconnect();
      // Without a connection the socket reports nothing.
      if (!told) events?.stopped("closed");
    },
    emit: (event, payload, volatile) => {
      const to = volatile ? socket.volatile : socket;
      to.emit(event, ...args(payload));
    },
    request: (event, payload, timeoutMs, done) => {
      const to = socket.timeout(timeoutMs);
      const answer = (error: Error | null, data: unknown): void => {
        if (error === null) done({ kind: "ack", data });
        else done({ kind: socket.connected ? "timeout" : "disconnected" });
      };
      to.emit(event, ...args(payload), answer);
    },
  };
  return { socket, transport };
}
