import type { ChatConnectError } from "../gen/chat.types.js";
import { assertNever, type ConnectionState } from "../gen/runtime.js";
import type { SendFailure } from "./outbox.js";

/** The connection in a word or two, and in a sentence where more is needed. */
export type ConnectionWords = {
  readonly tone: "good" | "busy" | "bad";
  readonly short: string;
  readonly long: string | null;
};

export function connectionWords(
  state: ConnectionState<ChatConnectError>,
): ConnectionWords {
  switch (state.status) {
    case "idle":
      return { tone: "busy", short: "Starting…", long: null };
    case "connecting":
      return { tone: "busy", short: `Connecting${attempt(state)}`, long: null };
    case "connected":
      return { tone: "good", short: "Connected", long: null };
    case "reconnecting":
      return {
        tone: "busy",
        short: `Reconnecting${attempt(state)}`,
        long: "The connection was lost. What you write is kept and sent when it is back.",
      };
    case "offline":
      return { tone: "bad", short: "Offline", long: offlineReason(state) };
    default:
      return assertNever(state);
  }
}

function attempt(state: { readonly attempt: number }): string {
  return state.attempt > 1 ? `, attempt ${String(state.attempt)}` : "…";
}

function offlineReason(
  state: Extract<ConnectionState<ChatConnectError>, { status: "offline" }>,
): string {
  switch (state.reason) {
    case "closed":
      return "You have left.";
    case "kicked":
      return "The server has ended the connection.";
    case "gaveUp":
      return "The server could not be reached.";
    case "authFailed":
      return "There was no token to connect with.";
    case "refused":
      return state.error.code === "badToken"
        ? "The server does not know this sign-in any more."
        : `The server refused the connection (${state.error.code}).`;
    default:
      return assertNever(state);
  }
}

/** Why a message was not taken: the end of a sentence. */
export function failureWords(error: SendFailure): string {
  switch (error.code) {
    case "notMember":
      return "you are not a member of this channel";
    case "slowMode":
      return "this channel is in slow mode";
    case "badImage":
      return "that is no PNG, JPEG, GIF or WebP picture";
    case "invalidPayload":
      return error.issues[0]?.message ?? "the server did not understand it";
    case "rateLimited":
      return "that was too fast";
    case "timeout":
    case "disconnected":
      return "the server did not answer";
    case "aborted":
      return "it was cancelled";
    case "unknownEvent":
    case "internal":
      return "something went wrong on the server";
    case "unknown":
      return `the server refused it (${error.wireCode})`;
    default:
      return assertNever(error);
  }
}

export function seconds(ms: number): string {
  const count = Math.max(1, Math.ceil(ms / 1000));
  return count === 1 ? "1 second" : `${String(count)} seconds`;
}
