import type { ReactNode } from "react";
import { useChat, useChatConnection } from "../gen/chat.react.js";
import type { Account } from "../logic/account.js";
import { connectionWords } from "../logic/words.js";

/** Always visible: whether there is a connection. */
export function ConnectionPill(): ReactNode {
  const state = useChatConnection();
  const { tone, short } = connectionWords(state);
  return (
    <p className="connection" role="status" data-tone={tone}>
      <span className="dot" aria-hidden="true" />
      {short}
      {state.status === "connected" && (
        <span className="transport">{state.transport}</span>
      )}
    </p>
  );
}

type Props = { readonly account: Account };

/** What being disconnected means, and the way back when there is one. */
export function ConnectionBanner({ account }: Props): ReactNode {
  const chat = useChat();
  const state = useChatConnection();
  const { tone, long } = connectionWords(state);
  if (long === null) return null;
  const refused = state.status === "offline" && state.reason === "refused";
  return (
    <div className="banner" data-tone={tone}>
      <p>{long}</p>
      {state.status === "offline" && (
        <button
          type="button"
          onClick={() => {
            if (refused) void account.renew();
            else chat.connect();
          }}
        >
          Connect again
        </button>
      )}
    </div>
  );
}
