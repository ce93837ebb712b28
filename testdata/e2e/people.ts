// Clients of the contract "chat" and what they say.

import { randomUUID } from "node:crypto";
import type { TestContext } from "node:test";
import {
  type ChatClientOptions,
  type ChatSocketClient,
  createChatClient,
  type SendMessage,
} from "./gen/chat.client.js";
import { quick, url } from "./world.js";

export const general = "00000000-0000-4000-8000-000000000001";
export const random = "00000000-0000-4000-8000-000000000002";
/** Nobody may join this one. */
export const closed = "00000000-0000-4000-8000-00000000dead";

/**
 * For tests that cut connections: the official client notices a loss amid an
 * upgrade by its heartbeat only.
 */
export const steady: Partial<ChatClientOptions> = {
  socket: { transports: ["websocket"] },
};

/** A client that is gone when the test is over. */
export function open(
  t: TestContext,
  more: Partial<ChatClientOptions> = {},
): ChatSocketClient {
  const chat = createChatClient({
    url,
    auth: { token: "a token that is good enough" },
    ...more,
    socket: { ...quick, ...more.socket },
  });
  t.after(chat.disconnect);
  return chat;
}

/** A message that is said for the first time. */
export function say(text: string, conversationId = general): SendMessage {
  const body = { kind: "text" as const, text };
  return { conversationId, clientId: randomUUID(), body };
}
