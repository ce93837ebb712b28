import type { ReactNode } from "react";
import { useChatConnection } from "../gen/chat.react.js";
import type { Outbox, Outgoing } from "../logic/outbox.js";
import { failureWords } from "../logic/words.js";
import { Alert, Clock } from "./icons.js";
import { MessageContent } from "./MessageContent.js";

type Props = { readonly entry: Outgoing; readonly outbox: Outbox };

/** A message the server has not taken yet, or would not take. */
export function OutgoingMessage({ entry, outbox }: Props): ReactNode {
  const { clientId, body, failure } = entry;
  return (
    <article
      className="group outgoing"
      data-own
      data-failed={failure !== undefined || undefined}
    >
      <div className="message">
        <MessageContent body={body} />
      </div>
      {failure === undefined ? (
        <Waiting />
      ) : (
        <footer>
          <Alert />
          <span>Not sent: {failureWords(failure.error)}</span>
          <button
            type="button"
            className="quiet"
            onClick={() => {
              outbox.retry(clientId);
            }}
          >
            Try again
          </button>
          <button
            type="button"
            className="quiet"
            onClick={() => {
              outbox.discard(clientId);
            }}
          >
            Discard
          </button>
        </footer>
      )}
    </article>
  );
}

function Waiting(): ReactNode {
  const connected = useChatConnection().status === "connected";
  return (
    <footer>
      <Clock />
      <span>{connected ? "Sending" : "Waiting for the connection"}</span>
    </footer>
  );
}
