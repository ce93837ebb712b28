import type { ReactNode } from "react";
import type { Message, User } from "../gen/chat.types.js";
import { Avatar } from "./Avatar.js";
import { Check } from "./icons.js";
import { MessageContent } from "./MessageContent.js";

type Props = {
  readonly author: User;
  readonly messages: readonly Message[];
  readonly own: boolean;
};

/** What one person said in one go. */
export function MessageGroup({ author, messages, own }: Props): ReactNode {
  const first = messages[0];
  if (first === undefined) return null;
  return (
    <article className="group" data-own={own || undefined}>
      <header>
        {!own && <Avatar user={author} />}
        <span className="author">{own ? "You" : author.name}</span>
        <Time at={first.sentAt} />
      </header>
      {messages.map((message) => (
        <div
          className="message"
          key={message.clientId}
          title={fullTime(message.sentAt)}
        >
          <MessageContent body={message.body} />
          {own && (
            <span className="mark" title="Sent">
              <Check />
              <span className="hidden">Sent</span>
            </span>
          )}
        </div>
      ))}
    </article>
  );
}

export function DayLine({ at }: { readonly at: Date }): ReactNode {
  return (
    <p className="line">
      <time dateTime={at.toISOString().slice(0, 10)}>{dayName(at)}</time>
    </p>
  );
}

export function GapLine(): ReactNode {
  return (
    <p className="line" data-gap>
      You were away here; messages may be missing
    </p>
  );
}

const hour = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
});
const full = new Intl.DateTimeFormat(undefined, {
  dateStyle: "full",
  timeStyle: "medium",
});
const day = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
});

function Time({ at }: { readonly at: string }): ReactNode {
  return <time dateTime={at}>{hour.format(new Date(at))}</time>;
}

function fullTime(at: string): string {
  return full.format(new Date(at));
}

function dayName(at: Date): string {
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  switch (at.toDateString()) {
    case new Date().toDateString():
      return "Today";
    case yesterday.toDateString():
      return "Yesterday";
    default:
      return day.format(at);
  }
}
