// The hooks while a page is rendered on a server, where nothing may connect.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createElement, type ReactElement } from "react";
import { renderToString } from "react-dom/server";
import { createChatMock } from "../chat/want/ts/chat.mock.js";
import {
  ChatProvider,
  useCall,
  useChat,
  useChatConnection,
  useConversationRoom,
  useEvent,
} from "../chat/want/ts/chat.react.js";

function Page(): ReactElement {
  const { status } = useChatConnection();
  const { room, state } = useConversationRoom({ conversationId: "general" });
  const none = useConversationRoom(null);
  const send = useCall(useChat().sendMessage);
  useEvent(room?.on.messageSent ?? null, () => {});
  const words = [status, state.status, none.state.status, send.pending];
  return createElement("p", null, words.join(" "));
}

test("renders on a server and opens nothing", () => {
  const { client } = createChatMock();
  const page = createElement(ChatProvider, { client }, createElement(Page));
  assert.equal(renderToString(page), "<p>idle none none false</p>");
  assert.equal(client.connection.get().status, "idle");
});

test("says which provider is missing", () => {
  assert.throws(
    () => renderToString(createElement(Page)),
    /<ChatProvider> is missing/,
  );
});
