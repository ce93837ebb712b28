// How a React page uses the chat client. It has to compile, and the lines
// marked as errors must not.

import { type ReactElement, useState } from "react";
import type { ConversationID, Message } from "./want/ts/chat.client.js";
import {
  ChatProvider,
  useCall,
  useChat,
  useChatConnection,
  useConversationRoom,
  useEvent,
} from "./want/ts/chat.react.js";

function Banner(): ReactElement | null {
  const state = useChatConnection();
  const chat = useChat();
  if (state.status !== "offline") return null;
  return <button onClick={chat.connect}>{state.reason}</button>;
}

export function Conversation(props: { id: ConversationID }): ReactElement {
  const { room, state } = useConversationRoom({ conversationId: props.id });
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const send = useCall(useChat().sendMessage);
  useEvent(room?.on.messageSent ?? null, (message) => {
    setMessages((old) => [...old, message]);
  });
  useEvent(useChat().on.maintenance, ({ text }) => text);
  if (state.status === "denied") return <p>{state.error.code}</p>;
  return (
    <p>
      {send.pending ? "sending" : messages.length}
      {state.status === "joined" ? state.value.members : null}
    </p>
  );
}

export function Wrong(): null {
  // @ts-expect-error: the key lacks its field
  useConversationRoom({});
  // @ts-expect-error: there is no such event in the room
  useEvent(useConversationRoom(null).room?.on.maintenance ?? null, () => {});
  // @ts-expect-error: the payload has no such field
  useEvent(useChat().on.maintenance, ({ reason }) => reason);
  return null;
}

export function App(): ReactElement {
  const client = useChat();
  return (
    <ChatProvider client={client}>
      <Banner />
    </ChatProvider>
  );
}
