/** Values that can be watched, and the three ways to listen to events. */

import {
  type ListenOptions,
  RtError,
  type StreamOptions,
  type Subscribable,
  type Unsubscribe,
  type Watchable,
} from "./runtime.js";

/** Those that listen to one thing. */
export interface Listeners<Value> {
  readonly add: (listener: (value: Value) => void) => Unsubscribe;
  readonly tell: (value: Value) => void;
}

/** A listener that throws is reported and stops nobody else. */
export function createListeners<Value>(
  report: (error: unknown) => void,
): Listeners<Value> {
  const listeners = new Set<(value: Value) => void>();
  return {
    add(listener) {
      // A new function each time: the same callback may listen twice.
      const entry = (value: Value): void => {
        listener(value);
      };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    tell(value) {
      for (const listener of [...listeners]) {
        try {
          if (listeners.has(listener)) listener(value);
        } catch (error) {
          report(error);
        }
      }
    },
  };
}

export interface Store<Value> extends Watchable<Value> {
  readonly set: (value: Value) => void;
}

export function createStore<Value>(
  initial: Value,
  report: (error: unknown) => void,
): Store<Value> {
  let current = initial;
  const { add, tell } = createListeners<Value>(report);
  return {
    get: () => current,
    set(value) {
      current = value;
      tell(value);
    },
    subscribe(listener) {
      const stop = add(listener);
      listener(current);
      return stop;
    },
  };
}

/**
 * Begins to deliver events and returns the way to stop. `ended` is called when
 * no more can come, because the room they belong to was left.
 */
export type Subscribe<Payload> = (
  listener: (payload: Payload) => void,
  ended: () => void,
) => Unsubscribe;

export function createSource<Payload>(
  name: string,
  subscribe: Subscribe<Payload>,
): Subscribable<Payload> {
  const listen = (
    listener: (payload: Payload) => void,
    options?: ListenOptions,
  ): Unsubscribe => {
    const signal = options?.signal;
    if (signal?.aborted) return () => {};
    const unlink = (): void => signal?.removeEventListener("abort", stop);
    const unsubscribe = subscribe(listener, unlink);
    const stop = (): void => {
      unlink();
      unsubscribe();
    };
    signal?.addEventListener("abort", stop);
    return stop;
  };
  return Object.assign(listen, {
    once: (options?: ListenOptions) => once(name, subscribe, options),
    stream: (options?: StreamOptions) => stream(name, subscribe, options),
  });
}

function once<Payload>(
  name: string,
  subscribe: Subscribe<Payload>,
  options: ListenOptions | undefined,
): Promise<Payload> {
  return new Promise((resolve, reject) => {
    const signal = options?.signal;
    const settle = (): void => {
      stop();
      signal?.removeEventListener("abort", abort);
    };
    const abort = (): void => {
      settle();
      reject(signal?.reason as Error);
    };
    const stop = subscribe(
      (payload) => {
        settle();
        resolve(payload);
      },
      () => {
        settle();
        reject(new RtError(name, { code: "aborted", reason: "left the room" }));
      },
    );
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
  });
}

function stream<Payload>(
  name: string,
  subscribe: Subscribe<Payload>,
  options: StreamOptions | undefined,
): AsyncIterableIterator<Payload> {
  const limit = options?.buffer ?? 1000;
  const signal = options?.signal;
  const queue: Payload[] = [];
  let waiting: (() => void)[] = [];
  let state: "open" | "ended" | "overflow" = "open";
  const wake = (): void => {
    const resume = waiting;
    waiting = [];
    for (const next of resume) next();
  };
  const end = (next: "ended" | "overflow"): void => {
    if (state === "open") state = next;
    stop();
    signal?.removeEventListener("abort", abort);
    wake();
  };
  const abort = (): void => {
    end("ended");
  };
  const stop = subscribe((payload) => {
    if (queue.length < limit) {
      queue.push(payload);
      wake();
    } else end("overflow");
  }, abort);
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort);
  return {
    async next() {
      for (;;) {
        if (queue.length > 0) {
          return { done: false, value: queue.shift() as Payload };
        }
        if (state === "overflow") {
          throw new Error(`${name}: more than ${String(limit)} events waited`);
        }
        if (state === "ended") return { done: true, value: undefined };
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    return() {
      queue.length = 0;
      end("ended");
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
