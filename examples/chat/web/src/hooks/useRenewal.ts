import { useEffect, useRef } from "react";
import { useChatConnection } from "../gen/chat.react.js";
import type { Account } from "../logic/account.js";

/** A server that refuses a brand-new token will refuse the next one too. */
const pauseMs = 10_000;

/**
 * Signs in again when the server does not know the token any more, as after
 * its restart.
 */
export function useRenewal(account: Account): void {
  const state = useChatConnection();
  const last = useRef(-Infinity);
  const refused =
    state.status === "offline" &&
    state.reason === "refused" &&
    state.error.code === "badToken";
  useEffect(() => {
    if (!refused || performance.now() - last.current < pauseMs) return;
    last.current = performance.now();
    void account.renew();
  }, [account, refused]);
}
