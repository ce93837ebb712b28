import { useEffect, useState, useSyncExternalStore } from "react";
import type { ChatChannelRoom } from "../gen/chat.bind.js";
import { useChannelRoom, useChat, useEvent } from "../gen/chat.react.js";
import type { ChannelID, ChannelJoinError, Online } from "../gen/chat.types.js";
import type { CallFailure } from "../gen/runtime.js";
import type { Account } from "../logic/account.js";
import { Outbox, type Outgoing } from "../logic/outbox.js";
import {
  emptyTimeline,
  type Timeline,
  withHistory,
  withMessage,
} from "../logic/timeline.js";

export type Conversation = {
  readonly room: ChatChannelRoom | null;
  readonly timeline: Timeline;
  readonly outbox: Outbox;
  /** What was written and is not part of the timeline yet. */
  readonly outgoing: readonly Outgoing[];
  /** False until the history has come for the first time. */
  readonly loaded: boolean;
  readonly denied: ChannelJoinError | CallFailure | null;
};

/** One channel: joined while mounted, reloaded whenever something was missed. */
export function useConversation(
  account: Account,
  channelId: ChannelID,
  onOnline: (online: Online) => void,
): Conversation {
  const chat = useChat();
  const { room, state } = useChannelRoom({ channelId });
  const [timeline, setTimeline] = useState(emptyTimeline);
  const [outbox] = useState(
    () =>
      new Outbox(chat, account.user, channelId, (message) => {
        setTimeline((old) => withMessage(old, message));
      }),
  );
  const entries = useSyncExternalStore(outbox.subscribe, outbox.entries);
  const [loaded, setLoaded] = useState(false);

  useEvent(room?.on.messageSent ?? null, (message) => {
    setTimeline((old) => withMessage(old, message));
  });
  useEffect(() => {
    if (state.status !== "joined") return;
    // After a loss (`state.missed`) the history has what came meanwhile.
    const { messages, online } = state.value;
    setTimeline((old) => withHistory(old, messages));
    setLoaded(true);
    onOnline(online);
    outbox.resume();
  }, [state, outbox, onOnline]);

  const known = new Set(timeline.messages.map(({ clientId }) => clientId));
  return {
    room,
    timeline,
    outbox,
    outgoing: entries.filter(({ clientId }) => !known.has(clientId)),
    loaded,
    denied: state.status === "denied" ? state.error : null,
  };
}
