import { useEffect, useState } from "react";
import { useChat, useChatConnection } from "../gen/chat.react.js";
import type { Channel } from "../gen/chat.types.js";

/** The channels of the server, once it has told. */
export function useChannels(): readonly Channel[] {
  const chat = useChat();
  const connected = useChatConnection().status === "connected";
  const [channels, setChannels] = useState<readonly Channel[]>([]);
  const missing = channels.length === 0;
  useEffect(() => {
    if (!connected || !missing) return undefined;
    const leaving = new AbortController();
    void chat
      .listChannels({ signal: leaving.signal })
      .result()
      .then((result) => {
        if (result.ok) setChannels(result.value.channels);
      });
    return () => {
      leaving.abort();
    };
  }, [chat, connected, missing]);
  return channels;
}
