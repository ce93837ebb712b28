import { useEffect, useRef } from "react";
import { useChatConnection } from "../gen/chat.react.js";
import type { Account } from "../logic/account.js";

/**
 * Signs in again when the server does not know the token any more, as after
 * its restart. Once: a server that refuses a brand-new token will refuse the
 * next one too.
 */
export function useRenewal(account: Account): void {
  const state = useChatConnection();
  const tried = useRef(false);
  const connected = state.status === "connected";
  const refused =
    state.status === "offline" &&
    state.reason === "refused" &&
    state.error.code === "badToken";
  useEffect(() => {
    if (connected) tried.current = false;
    if (!refused || tried.current) return;
    tried.current = true;
    void account.renew();
  }, [account, connected, refused]);
}
