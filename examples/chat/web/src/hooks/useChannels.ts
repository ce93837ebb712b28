import { useEffect, useState } from "react";
import { useChat } from "../gen/chat.react.js";
import type { Channel } from "../gen/chat.types.js";

const pauseMs = 1000;

/** The channels of the server, once it has told. */
export function useChannels(): readonly Channel[] {
  const chat = useChat();
  const [channels, setChannels] = useState<readonly Channel[]>([]);
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const { signal } = leaving;
      const result = await chat.listChannels({ signal }).result();
      if (signal.aborted) return;
      if (result.ok) setChannels(result.value.channels);
      else timer = setTimeout(() => void ask(), pauseMs);
    };
    void ask();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [chat]);
  return channels;
}
