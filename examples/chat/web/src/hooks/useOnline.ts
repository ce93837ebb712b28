import { useCallback, useEffect, useState } from "react";
import { useChat, useEvent } from "../gen/chat.react.js";
import type { Online, User } from "../gen/chat.types.js";

export type OnlineView = {
  /** Null while nobody can tell. */
  readonly users: readonly User[] | null;
  /** Takes an edition of the list from elsewhere. */
  readonly offer: (online: Online) => void;
};

/** Who is online: the newest edition since the connection was made. */
export function useOnline(): OnlineView {
  const chat = useChat();
  const [online, setOnline] = useState<Online | null>(null);
  const offer = useCallback((next: Online) => {
    setOnline((old) =>
      old !== null && old.edition > next.edition ? old : next,
    );
  }, []);
  useEvent(chat.on.onlineChanged, offer);
  useEffect(
    () =>
      chat.connection.subscribe(({ status }) => {
        if (status !== "connected") setOnline(null);
      }),
    [chat],
  );
  return { users: online?.users ?? null, offer };
}
