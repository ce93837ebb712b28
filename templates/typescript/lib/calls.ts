/** Calls: deadlines, aborts, retries, and waiting for a connection. */

import {
  type Call,
  type CallFailure,
  type Coded,
  type Reply,
  type Result,
  RtError,
  type Transport,
} from "./runtime.js";
import { type Expected, readAnswer } from "./wire.js";

/** `waiting`: a connection may come; `offline`: none will without `connect()`. */
export type LineStatus = "online" | "waiting" | "offline";

/** The connection as calls and rooms see it. */
export interface Line {
  readonly transport: Transport;
  readonly status: () => LineStatus;
  /** First use connects; what was closed on purpose stays closed. */
  readonly wake: () => void;
  /** Resolves when packets can be sent, or says why they cannot. */
  readonly wait: (limits: Limits) => Promise<CallFailure | undefined>;
  /** Lets those that wait look at the status again, in their order. */
  readonly flush: () => void;
}

export interface Limits {
  /** How long; no limit when absent. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly failWhenOffline?: boolean | undefined;
}

/** Longest time a timer can be set to. */
const maxDelay = 2 ** 31 - 1;

export function delay(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, Math.min(Math.max(0, ms), maxDelay));
  return () => {
    clearTimeout(timer);
  };
}

const notSent: CallFailure = { code: "disconnected", sent: false };

export function createLine(
  transport: Transport,
  status: () => LineStatus,
  wake: () => void,
  maxWaiting: number,
): Line {
  const waiting = new Set<() => void>();

  const wait = (limits: Limits): Promise<CallFailure | undefined> =>
    new Promise((resolve) => {
      const { signal, timeoutMs } = limits;
      let stopTimer = (): void => {};
      const finish = (failure?: CallFailure): void => {
        waiting.delete(check);
        stopTimer();
        signal?.removeEventListener("abort", abort);
        resolve(failure);
      };
      const abort = (): void => {
        finish({ code: "aborted", reason: signal?.reason });
      };
      const check = (): void => {
        const now = status();
        if (now === "online") finish();
        else if (now === "offline" || limits.failWhenOffline) finish(notSent);
      };
      if (waiting.size >= maxWaiting) {
        resolve(notSent);
        return;
      }
      waiting.add(check);
      signal?.addEventListener("abort", abort);
      if (timeoutMs !== undefined) {
        stopTimer = delay(() => {
          finish({ code: "timeout", sent: false });
        }, timeoutMs);
      }
      check();
    });

  const flush = (): void => {
    for (const resume of [...waiting]) resume();
  };
  return { transport, status, wake, wait, flush };
}

export interface Request {
  readonly name: string;
  readonly payload: unknown;
  readonly expected: Expected;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly signal: AbortSignal | undefined;
  readonly failWhenOffline: boolean | undefined;
}

/** One request on the wire; `undefined` when it was aborted meanwhile. */
function ask(
  line: Line,
  request: Request,
  timeoutMs: number,
): Promise<Reply | undefined> {
  return new Promise((resolve) => {
    const { signal } = request;
    const abort = (): void => {
      resolve(undefined);
    };
    signal?.addEventListener("abort", abort);
    line.transport.request(
      request.name,
      request.payload,
      timeoutMs,
      (reply) => {
        signal?.removeEventListener("abort", abort);
        resolve(reply);
      },
    );
  });
}

/** Sends a request until it is answered, failed for good, or out of time. */
export async function perform(
  line: Line,
  request: Request,
): Promise<Result<unknown, CallFailure>> {
  const { signal } = request;
  const deadline = Date.now() + request.timeoutMs;
  const fail = (error: CallFailure): Result<unknown, CallFailure> => ({
    ok: false,
    error,
  });
  let sent = false;
  if (!request.failWhenOffline) line.wake();
  for (let left = request.retries; ; left--) {
    if (signal?.aborted) {
      return fail({ code: "aborted", reason: signal.reason });
    }
    // Not awaited when online: what is called in order is sent in order.
    if (line.status() !== "online") {
      const timeoutMs = deadline - Date.now();
      const failure = await line.wait({ ...request, timeoutMs });
      if (failure !== undefined) {
        return fail("sent" in failure ? { ...failure, sent } : failure);
      }
    }
    sent = true;
    // With retries left, one silent attempt must not use up all the time.
    const total = Math.max(1, deadline - Date.now());
    const reply = await ask(
      line,
      request,
      left > 0 ? total / (left + 1) : total,
    );
    if (reply === undefined) {
      return fail({ code: "aborted", reason: signal?.reason });
    }
    if (reply.kind === "ack") {
      return readAnswer(reply.data, request.expected);
    }
    if (left <= 0 || Date.now() >= deadline) {
      return fail({ code: reply.kind, sent });
    }
  }
}

/** Gives a running request its two faces: a promise and `result()`. */
export function makeCall<Value, Failure extends Coded>(
  name: string,
  running: Promise<Result<unknown, CallFailure>>,
): Call<Value, Failure> {
  // The contract promises the types of the answer and of declared errors.
  const run = running as Promise<Result<Value, Failure | CallFailure>>;
  const promise = run.then((result) => {
    if ("value" in result) return result.value;
    const { error } = result;
    if (error.code === "aborted" && "reason" in error) throw error.reason;
    throw new RtError(name, error);
  });
  return Object.assign(promise, {
    result: () => {
      promise.catch(() => {});
      return run;
    },
  });
}
