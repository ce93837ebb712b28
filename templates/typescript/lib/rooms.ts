/** Rooms: joined while someone holds a handle, again after each connection. */

import { delay, type Line, makeCall, perform } from "./calls.js";
import { createSource, createStore, type Store } from "./events.js";
import type {
  CallFailure,
  CallOptions,
  Coded,
  ConnectionState,
  Problem,
  Result,
  RoomSource,
  RoomState,
  RoomType,
  Runtime,
  ServerEvent,
  Unsubscribe,
  Watchable,
} from "./runtime.js";
import { field } from "./wire.js";

/** Time for the server to answer a join. */
const joinTimeoutMs = 30_000;
/** Longest time a server can make a join wait by `rateLimited`. */
const maxRetryMs = 60_000;

type Listen = (
  event: ServerEvent<unknown>,
  listener: (payload: unknown) => void,
) => Unsubscribe;

/** What joining needs to know of a `RoomType`. */
type AnyRoom = Pick<
  RoomType<object, unknown, Coded>,
  "name" | "errors" | "shape" | "errorShapes"
>;

/** One room this client is in, however many handles ask for it. */
interface Membership {
  handles: number;
  readonly state: Store<RoomState<unknown, Coded>>;
  readonly connected: (recovered: boolean) => void;
  readonly stopped: () => void;
  /** Stops asking; tells whether the server may think we are in. */
  readonly end: () => boolean;
}

function createMembership(
  line: Line,
  type: AnyRoom,
  wire: object,
  report: (problem: Problem) => void,
): Membership {
  const state = createStore<RoomState<unknown, Coded>>(
    { status: "joining" },
    (error) => {
      report({ kind: "listener", event: `room ${type.name}`, error });
    },
  );
  let asking: AbortController | undefined;
  let stopTimer = (): void => {};
  let wasIn = false;

  const join = async (): Promise<void> => {
    asking?.abort();
    stopTimer();
    const mine = new AbortController();
    asking = mine;
    const result = await perform(line, {
      name: "rt:join",
      payload: wire,
      expected: type,
      timeoutMs: joinTimeoutMs,
      retries: 0,
      signal: mine.signal,
      failWhenOffline: true,
    });
    if (mine.signal.aborted) return;
    if ("value" in result) {
      state.set({ status: "joined", value: result.value, missed: wasIn });
      wasIn = true;
    } else onFailure(result.error);
  };
  // Only an answer denies: a loss or a silent server makes us ask again.
  const onFailure = (error: CallFailure): void => {
    if (error.code === "timeout") void join();
    else if (error.code === "rateLimited") {
      const ms = Math.min(error.retryAfterMs, maxRetryMs);
      stopTimer = delay(() => void join(), ms);
    } else if (error.code !== "disconnected") {
      state.set({ status: "denied", error });
    }
  };

  if (line.status() === "online") void join();
  else line.wake();
  return {
    handles: 0,
    state,
    connected: (recovered) => {
      if (recovered && state.get().status === "joined") return;
      state.set({ status: wasIn ? "rejoining" : "joining" });
      void join();
    },
    stopped: () => {
      stopTimer();
      if (state.get().status === "joined") state.set({ status: "rejoining" });
    },
    end: () => {
      const told = asking !== undefined && state.get().status !== "denied";
      asking?.abort();
      stopTimer();
      state.set({ status: "left" });
      return told;
    },
  };
}

/** Waits for an answer to the join, or for the end of trying. */
function settled(
  state: Watchable<RoomState<unknown, Coded>>,
  connection: Watchable<ConnectionState>,
  options: CallOptions,
): Promise<Result<unknown, CallFailure>> {
  const gone: CallFailure = { code: "disconnected", sent: false };
  return new Promise((resolve) => {
    const { signal, timeoutMs = joinTimeoutMs } = options;
    const fail = (error: CallFailure): void => {
      finish({ ok: false, error });
    };
    const finish = (result: Result<unknown, CallFailure>): void => {
      resolve(result);
      // Later: it may be called while still subscribing.
      queueMicrotask(() => {
        for (const stop of stops) stop();
        signal?.removeEventListener("abort", abort);
      });
    };
    const abort = (): void => {
      fail({ code: "aborted", reason: signal?.reason });
    };
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort);
    const stops = [
      state.subscribe((now) => {
        if (now.status === "joined") finish({ ok: true, value: now.value });
        // A declared error, as the contract promises, or one of ours.
        else if (now.status === "denied") fail(now.error as CallFailure);
        else if (now.status === "left") fail(gone);
      }),
      connection.subscribe((now) => {
        if (now.status === "offline") fail(gone);
      }),
      delay(() => {
        fail({ code: "timeout", sent: false });
      }, timeoutMs),
    ];
  });
}

/** The events of one room: those of its kind that carry its key. */
function createEvents(
  keys: readonly string[],
  key: object,
  listen: Listen,
): { readonly source: RoomSource; readonly end: () => void } {
  const ends = new Set<() => void>();
  let over = false;
  const source: RoomSource = <Payload>(event: ServerEvent<Payload>) =>
    createSource<Payload>(event.name, (listener, ended) => {
      if (over) {
        queueMicrotask(ended);
        return () => {};
      }
      const stop = listen(event, (payload) => {
        const ours = keys.every(
          (name) => field(payload, name) === field(key, name),
        );
        // The wire is untyped, see createRuntime.
        if (ours) listener(payload as Payload);
      });
      const end = (): void => {
        stop();
        ended();
      };
      ends.add(end);
      return () => {
        ends.delete(end);
        stop();
      };
    });
  const end = (): void => {
    over = true;
    for (const stop of [...ends]) stop();
  };
  return { source, end };
}

export interface Rooms {
  readonly connected: (recovered: boolean) => void;
  readonly stopped: () => void;
  readonly open: Runtime["room"];
}

export function createRooms(
  line: Line,
  connection: Watchable<ConnectionState>,
  listen: Listen,
  report: (problem: Problem) => void,
): Rooms {
  const members = new Map<string, Membership>();

  /** Later, so that a component that remounts does not leave and rejoin. */
  const drop = (id: string, member: Membership, wire: object): void => {
    delay(() => {
      if (member.handles > 0 || member.state.get().status === "left") return;
      const told = member.end();
      // A denied room may have been asked for again: that one stays.
      if (members.get(id) !== member) return;
      members.delete(id);
      if (told && line.status() === "online") {
        line.transport.emit("rt:leave", wire, false);
      }
    }, 0);
  };

  const open: Runtime["room"] = (type, on) => (given) => {
    const values = type.keys.map((name) => [name, field(given, name)] as const);
    // Made of the declared keys, which are all there are.
    const key = Object.fromEntries(values) as typeof given;
    const wire = { room: type.name, key };
    const id = JSON.stringify([type.name, ...values]);
    let found = members.get(id);
    if (found === undefined || found.state.get().status === "denied") {
      found = createMembership(line, type, wire, report);
      members.set(id, found);
    }
    const member = found;
    member.handles++;
    const events = createEvents(type.keys, key, listen);
    let left = false;
    return {
      key,
      // The membership was made for this type of room.
      state: member.state as Watchable<RoomState<never, never>>,
      on: on(events.source),
      joined: (options = {}) =>
        makeCall(
          `join ${type.name}`,
          settled(member.state, connection, options),
        ),
      leave: () => {
        if (left) return;
        left = true;
        events.end();
        member.handles--;
        drop(id, member, wire);
      },
    };
  };

  return {
    open,
    connected: (recovered) => {
      for (const member of members.values()) member.connected(recovered);
    },
    stopped: () => {
      for (const member of members.values()) member.stopped();
    },
  };
}
