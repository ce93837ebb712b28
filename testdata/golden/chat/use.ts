// How people use the chat client. It has to compile, and the lines marked as
// errors must not.

import { chatChecks, sendMessageSchema } from "./want/ts/chat.checks.js";
import {
  assertNever,
  availabilityValues,
  type ChatClient,
  type ChatConnectError,
  type ConversationID,
  createChatClient,
  isKnownAvailability,
  isRtError,
  type Message,
  type SendMessage,
  type UserID,
} from "./want/ts/chat.client.js";
import { createChatMock, fail } from "./want/ts/chat.mock.js";

const chat = createChatClient({
  url: "https://chat.example.org",
  auth: async () => ({ token: await Promise.resolve("t".repeat(20)) }),
  timeoutMs: 5000,
  validate: chatChecks,
});

const conversationId: ConversationID = "general";
const userId: UserID = "3f0f9f4e-6c1c-4c0e-9d6f-5f7a1b0c2d3e";
const message: SendMessage = {
  conversationId,
  clientId: "b8f7a8a0-25b9-4b8f-8f0e-0a4f6f0a6e11",
  body: { kind: "text", text: "hello" },
};

/* --- calls --- */

export async function send(signal: AbortSignal): Promise<string> {
  const { sendMessage } = chat; // may be taken out
  const options = { retries: 2, timeoutMs: 5000, signal };
  const result = await sendMessage(message, options).result();
  if (result.ok) return result.value.id;
  const { error } = result;
  switch (error.code) {
    case "notMember":
      return error.message ?? "join first";
    case "slowMode":
      return `wait ${String(error.retryAfter)} ms`;
    case "rateLimited":
      return `wait ${String(error.retryAfterMs)} ms`;
    case "timeout":
    case "disconnected":
      return error.sent ? "perhaps sent" : "not sent";
    case "aborted":
      return "cancelled";
    case "invalidPayload":
      return error.issues.map((issue) => issue.path.join(".")).join();
    case "unknownEvent":
      return "the server is older";
    case "internal":
      return error.message;
    case "unknown":
      return error.wireCode;
    default:
      return assertNever(error);
  }
}

export async function sendOrThrow(): Promise<void> {
  try {
    const { id } = await chat.sendMessage(message);
    console.log(id.toUpperCase());
  } catch (error) {
    if (isRtError(error)) console.log(error.event, error.error.code);
    else throw error;
  }
}

chat.setTyping({ conversationId, typing: true });

// @ts-expect-error: a field is missing
void chat.sendMessage({ conversationId, clientId: "1" });
// @ts-expect-error: a field has the wrong type
chat.setTyping({ conversationId, typing: "yes" });
// @ts-expect-error: there is no such field
chat.setTyping({ conversationId, typing: true, extra: 1 });
// @ts-expect-error: there is no such event
chat.sendMesage(message);
// @ts-expect-error: an event without an answer has nothing to wait for
chat.setTyping({ conversationId, typing: true }).result();
// @ts-expect-error: not idempotent, so it cannot be retried
void chat.setAvailability({ availability: "away" }, { retries: 1 });
// @ts-expect-error: a typo in an enum
void chat.setAvailability({ availability: "onlin" });
// @ts-expect-error: ids of different kinds
chat.setTyping({ conversationId: userId, typing: true });
// @ts-expect-error: the variant has no such field
const wrongVariant: Message["body"] = { kind: "text", alt: "x" };
// @ts-expect-error: there is no such variant
const wrongTag: Message["body"] = { kind: "video", text: "x" };
console.log(wrongVariant, wrongTag);

/* --- errors --- */

export async function undeclared(): Promise<void> {
  const result = await chat.setAvailability({ availability: "dnd" }).result();
  if (result.ok) return;
  // @ts-expect-error: this call does not declare the error
  if (result.error.code === "slowMode") return;
  // @ts-expect-error: only one of the errors has it
  console.log(result.error.retryAfterMs);
}

/* --- events --- */

const stop = chat.on.messageSent((sent) => {
  const { body } = sent;
  switch (body.kind) {
    case "text":
      return body.text.length;
    case "image":
      return new Blob([body.data]).size;
    case "$unknown":
      return JSON.stringify(body.raw).length;
    default:
      return assertNever(body);
  }
});
stop();

chat.on.availabilityChanged(({ availability }) => {
  const known: readonly string[] = availabilityValues;
  if (!isKnownAvailability(availability)) {
    console.log(`${availability} is none of ${known.join(", ")}`);
    return;
  }
  switch (availability) {
    case "online":
    case "away":
    case "dnd":
      return;
    default:
      assertNever(availability);
  }
});

export async function follow(signal: AbortSignal): Promise<void> {
  const first = await chat.on.maintenance.once({ signal });
  console.log(new Date(first.startsAt), first.text);
  for await (const { typing } of chat.on.typingChanged.stream({ signal })) {
    console.log(typing);
  }
}

// @ts-expect-error: there is no such event
chat.on.messageDeleted(() => {});
// @ts-expect-error: the payload has no such field
chat.on.messageSent(({ text }) => text);
// @ts-expect-error: the client sends this event, the server does not
chat.on.sendMessage(() => {});

/* --- rooms --- */

const room = chat.rooms.conversation({ conversationId: "general" });
room.on.messageSent((sent) => sent.author.avatar?.length);
room.state.subscribe((state) => {
  if (state.status === "joined" && state.missed) {
    console.log(state.value.members + 1);
  }
  if (state.status === "denied") console.log(state.error.code);
});
export const joined: Promise<number> = room.joined().then((ack) => ack.members);
room.leave();

// @ts-expect-error: the key has the wrong type
chat.rooms.conversation({ conversationId: 7 });
// @ts-expect-error: the key has another name
chat.rooms.conversation({ id: "general" });
// @ts-expect-error: clients cannot join this kind
chat.rooms.user({ userId });
// @ts-expect-error: this event does not go to the room
room.on.maintenance(() => {});

/* --- connection --- */

export function banner(client: ChatClient): string {
  const state = client.connection.get();
  switch (state.status) {
    case "idle":
    case "connected":
      return "";
    case "connecting":
    case "reconnecting":
      return `attempt ${String(state.attempt)}`;
    case "offline":
      return state.reason === "refused" ? refusal(state.error) : state.reason;
    default:
      return assertNever(state);
  }
}

function refusal(error: ChatConnectError): string {
  switch (error.code) {
    case "badToken":
      return error.message ?? "sign in again";
    case "invalidPayload":
      return error.issues.map((issue) => issue.message).join();
    case "unknown":
      return error.wireCode;
    default:
      return assertNever(error);
  }
}

// @ts-expect-error: the auth payload lacks the token
createChatClient({ auth: { device: "phone" } });
// @ts-expect-error: the contract wants an auth payload
createChatClient({});

/* --- what else there is --- */

chat.socket.emit("setTyping", { conversationId, typing: false });
// @ts-expect-error: the plain socket is typed, too
chat.socket.emit("setTyping", { typing: false });

const schema: { "~standard": { readonly vendor: string } } = sendMessageSchema;
console.log(schema);

const { client, server } = createChatMock({ latencyMs: 5 });
server.on.sendMessage((payload) =>
  payload.conversationId === "slow"
    ? fail({ code: "slowMode", retryAfter: 100 })
    : { id: "1", sentAt: "2026-01-02T03:04:05.000Z" },
);
server.rooms.conversation(() => ({ members: 1, last: null }));
server.emit.maintenance({ startsAt: "2026-01-02T03:04:05.000Z", text: "x" });
server.refuse({ code: "badToken" });
for (const sent of server.sent) {
  if (sent.event === "setTyping") console.log(sent.payload.typing);
}
console.log(client.connection.get().status);

// @ts-expect-error: the event does not declare this error
server.on.sendMessage(() => fail({ code: "badToken" }));
// @ts-expect-error: the answer lacks a field
server.on.sendMessage(() => ({ id: "1" }));
// @ts-expect-error: the error lacks its data
server.on.sendMessage(() => fail({ code: "slowMode" }));
