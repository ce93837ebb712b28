import {
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { User } from "../gen/chat.types.js";
import { assertNever } from "../gen/runtime.js";
import type { Conversation } from "../hooks/useConversation.js";
import { type Line, linesOf } from "../logic/timeline.js";
import { ArrowDown } from "./icons.js";
import { DayLine, GapLine, MessageGroup } from "./MessageGroup.js";
import { OutgoingMessage } from "./OutgoingMessage.js";

type Props = { readonly conversation: Conversation; readonly self: User };

/** How far up, in pixels, one may be and still be reading the newest. */
const nearEnd = 120;

/** The list is laid out from its end, so it stays there as it grows. */
export function MessageList({ conversation, self }: Props): ReactNode {
  const { timeline, outgoing, outbox, loaded, denied } = conversation;
  const lines = useMemo(() => linesOf(timeline), [timeline]);
  const scroller = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);

  const toEnd = useCallback(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, []);
  const newest = outgoing.at(-1)?.clientId;
  useEffect(() => {
    if (newest !== undefined) toEnd();
  }, [newest, toEnd]);

  return (
    <div className="messages-frame">
      <div
        className="messages"
        ref={scroller}
        tabIndex={0}
        onScroll={({ currentTarget }) => {
          setAway(currentTarget.scrollTop < -nearEnd);
        }}
      >
        <div role="log" aria-label="Messages" className="log">
          {denied !== null && (
            <p className="hint">This channel cannot be joined.</p>
          )}
          {loaded && lines.length === 0 && outgoing.length === 0 && (
            <p className="hint">Nothing here yet. Say something.</p>
          )}
          {lines.map((line) => (
            <OneLine key={line.key} line={line} self={self} />
          ))}
          {outgoing.map((entry) => (
            <OutgoingMessage
              key={entry.clientId}
              entry={entry}
              outbox={outbox}
            />
          ))}
        </div>
      </div>
      {away && (
        <button type="button" className="to-end" onClick={toEnd}>
          <ArrowDown /> Newest
        </button>
      )}
    </div>
  );
}

type LineProps = { readonly line: Line; readonly self: User };

function OneLine({ line, self }: LineProps): ReactNode {
  switch (line.kind) {
    case "day":
      return <DayLine at={line.at} />;
    case "gap":
      return <GapLine />;
    case "group":
      return (
        <MessageGroup
          author={line.author}
          messages={line.messages}
          own={line.author.id === self.id}
        />
      );
    default:
      return assertNever(line);
  }
}
