/** React hooks that know nothing of a contract. */

import {
  type Context,
  useCallback,
  useContext,
  useEffect,
  useInsertionEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type {
  Call,
  CallFailure,
  Coded,
  Result,
  Room,
  RoomState,
  Subscribable,
  Watchable,
} from "./runtime.js";

/** What the provider of a context was given; throws when there is none. */
export function useProvided<Value>(
  context: Context<Value | null>,
  provider: string,
): Value {
  const value = useContext(context);
  if (value === null) throw new Error(`<${provider}> is missing`);
  return value;
}

/** Current value of an observable; `server` is used while rendering on a server. */
export function useWatchable<Value>(
  source: Watchable<Value>,
  server: Value,
): Value {
  return useSyncExternalStore(source.subscribe, source.get, () => server);
}

/** Calls the latest `listener` for each event; `null` listens to nothing. */
export function useEvent<Payload>(
  source: Subscribable<Payload> | null,
  listener: (payload: Payload) => void,
): void {
  const latest = useRef(listener);
  useInsertionEffect(() => {
    latest.current = listener;
  });
  useEffect(
    () =>
      source?.((payload) => {
        latest.current(payload);
      }),
    [source],
  );
}

export type RoomView<Handle, Ack, Failure extends Coded> = {
  /** Null while the key is null and before the first effect has run. */
  readonly room: Handle | null;
  readonly state: RoomState<Ack, Failure> | { readonly status: "none" };
};

const nothing = { room: null, state: { status: "none" } } as const;

/** Joined from the first subscription to the end of the last one. */
function roomStore<Key extends object, Ack, Failure extends Coded, Handle>(
  join: (key: Key) => Handle & Room<Key, Ack, Failure>,
  key: Key | null,
): {
  readonly get: () => RoomView<Handle, Ack, Failure>;
  readonly subscribe: (changed: () => void) => () => void;
} {
  let view: RoomView<Handle, Ack, Failure> = nothing;
  return {
    get: () => view,
    subscribe: (changed) => {
      if (key === null) return () => undefined;
      const room = join(key);
      const stop = room.state.subscribe((state) => {
        view = { room, state };
        changed();
      });
      return () => {
        stop();
        room.leave();
        view = nothing;
      };
    },
  };
}

/** Joins while mounted; leaves on unmount or when the key changes. */
export function useRoom<Key extends object, Ack, Failure extends Coded, Handle>(
  join: (key: Key) => Handle & Room<Key, Ack, Failure>,
  key: Key | null,
): RoomView<Handle, Ack, Failure> {
  // By value: a new object with equal fields is no change.
  const text = JSON.stringify(key);
  const store = useMemo(
    () => roomStore(join, JSON.parse(text) as Key | null),
    [join, text],
  );
  return useSyncExternalStore(store.subscribe, store.get, () => nothing);
}

export type CallView<Payload, Ack, Failure extends Coded> = {
  readonly run: (
    payload: Payload,
  ) => Promise<Result<Ack, Failure | CallFailure>>;
  readonly pending: boolean;
  readonly last: Result<Ack, Failure | CallFailure> | undefined;
};

/** A call with its state, for a form. Use TanStack Query for anything more. */
export function useCall<Payload, Ack, Failure extends Coded>(
  call: (
    payload: Payload,
    options?: { signal?: AbortSignal },
  ) => Call<Ack, Failure>,
): CallView<Payload, Ack, Failure> {
  const [last, setLast] = useState<Result<Ack, Failure | CallFailure>>();
  const [count, setCount] = useState(0);
  const run = useCallback(
    async (payload: Payload) => {
      setCount((value) => value + 1);
      const result = await call(payload).result();
      setCount((value) => value - 1);
      setLast(result);
      return result;
    },
    [call],
  );
  return { run, pending: count > 0, last };
}
