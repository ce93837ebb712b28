import { useCallback, useState } from "react";
import { useChat, useEvent } from "../gen/chat.react.js";
import type { ChannelID } from "../gen/chat.types.js";

export type UnreadView = {
  readonly counts: ReadonlyMap<ChannelID, number>;
  readonly clear: (channelId: ChannelID) => void;
};

/** Counts what arrives in channels that are not being read. */
export function useUnread(reading: ChannelID | null): UnreadView {
  const chat = useChat();
  const [counts, setCounts] = useState<ReadonlyMap<ChannelID, number>>(
    new Map(),
  );
  useEvent(chat.on.messageSent, ({ channelId }) => {
    if (channelId === reading) return;
    setCounts((old) =>
      new Map(old).set(channelId, (old.get(channelId) ?? 0) + 1),
    );
  });
  const clear = useCallback((channelId: ChannelID) => {
    setCounts((old) => {
      const rest = new Map(old);
      return rest.delete(channelId) ? rest : old;
    });
  }, []);
  return { counts, clear };
}
