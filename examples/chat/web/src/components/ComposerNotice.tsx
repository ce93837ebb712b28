import type { ReactNode } from "react";
import type { Conversation } from "../hooks/useConversation.js";
import { useCountdown } from "../hooks/useCountdown.js";
import { failureWords, seconds } from "../logic/words.js";

/** What keeps a message from being sent. */
export type Notice = {
  readonly text: string;
  /** True when there is no point in trying now. */
  readonly blocks: boolean;
};

/** The most pressing thing to say at the composer, or null. */
export function useNotice(
  { outgoing, denied }: Conversation,
  pictureError: string | null,
): Notice | null {
  const failure = outgoing.findLast((entry) => entry.failure)?.failure;
  const slow = failure?.error.code === "slowMode" ? failure.error : null;
  const left = useCountdown(
    slow === null || failure === undefined
      ? null
      : failure.at + slow.retryAfter,
  );
  if (denied !== null)
    return { text: "You cannot write in this channel.", blocks: true };
  if (left > 0)
    return {
      text: `Slow mode: you can write again in ${seconds(left)}.`,
      blocks: true,
    };
  if (pictureError !== null) return { text: pictureError, blocks: false };
  if (slow !== null)
    return { text: "Slow mode is over: try again now.", blocks: false };
  if (failure !== undefined)
    return {
      text: `Not sent: ${failureWords(failure.error)}.`,
      blocks: false,
    };
  return null;
}

type Props = { readonly id: string; readonly notice: Notice | null };

/** Present even when empty: a live region must be there before it speaks. */
export function ComposerNotice({ id, notice }: Props): ReactNode {
  return (
    <p className="notice" id={id} role="alert">
      {notice?.text}
    </p>
  );
}
