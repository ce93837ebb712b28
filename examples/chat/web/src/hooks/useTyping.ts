import { useCallback, useEffect, useRef, useState } from "react";
import type { ChatChannelRoom } from "../gen/chat.bind.js";
import { useChat, useEvent } from "../gen/chat.react.js";
import type { ChannelID, User, UserID } from "../gen/chat.types.js";

/** The contract: who does not say it again for this long has stopped. */
const typingMs = 5000;
const repeatMs = 2500;

/** Who types in a channel. Their messages end it as well. */
export function useTyping(room: ChatChannelRoom | null): readonly User[] {
  const [users, setUsers] = useState<readonly User[]>([]);
  const timers = useRef(new Map<UserID, ReturnType<typeof setTimeout>>());

  const stop = useCallback((id: UserID) => {
    clearTimeout(timers.current.get(id));
    timers.current.delete(id);
    setUsers((old) => old.filter((user) => user.id !== id));
  }, []);
  useEvent(room?.on.typingChanged ?? null, ({ user, typing }) => {
    stop(user.id);
    if (!typing) return;
    setUsers((old) => [...old, user]);
    const timer = setTimeout(() => {
      stop(user.id);
    }, typingMs);
    timers.current.set(user.id, timer);
  });
  useEvent(room?.on.messageSent ?? null, ({ author }) => {
    stop(author.id);
  });
  useEffect(() => {
    const pending = timers.current;
    return () => {
      for (const timer of pending.values()) clearTimeout(timer);
      pending.clear();
    };
  }, []);
  return users;
}

/** Tells the channel that one types, not more often than it must be told. */
export function useTypingSignal(
  channelId: ChannelID,
): (typing: boolean) => void {
  const chat = useChat();
  const saidAt = useRef<number | null>(null);
  return useCallback(
    (typing: boolean) => {
      const now = performance.now();
      const said = saidAt.current;
      if (typing ? said !== null && now - said < repeatMs : said === null)
        return;
      saidAt.current = typing ? now : null;
      // Nobody wants to hear later that someone typed while offline.
      if (chat.connection.get().status === "connected")
        chat.setTyping({ channelId, typing });
    },
    [chat, channelId],
  );
}
