import type { Message, User } from "../gen/chat.types.js";

/** The messages of a channel as this page knows them, oldest first. */
export type Timeline = {
  readonly messages: readonly Message[];
  /** The `clientId`s of messages after which others may be missing. */
  readonly gaps: ReadonlySet<string>;
};

export const emptyTimeline: Timeline = { messages: [], gaps: new Set() };

/** The page forgets what is older than this many messages. */
const maxMessages = 500;

/** A message that comes twice, by history and by event, is kept once. */
export function withMessage(timeline: Timeline, message: Message): Timeline {
  return merge(timeline, [message]);
}

/**
 * Adds what the server told on joining. When it no longer has the last message
 * known here, whatever came after that one may have been lost.
 */
export function withHistory(
  timeline: Timeline,
  history: readonly Message[],
): Timeline {
  const last = timeline.messages.at(-1)?.clientId;
  const continued =
    last === undefined || history.some(({ clientId }) => clientId === last);
  if (continued) return merge(timeline, history);
  const gaps = new Set([...timeline.gaps, last]);
  return merge({ ...timeline, gaps }, history);
}

function merge(timeline: Timeline, added: readonly Message[]): Timeline {
  const known = new Set(timeline.messages.map(({ clientId }) => clientId));
  const fresh = added.filter(({ clientId }) => !known.has(clientId));
  if (fresh.length === 0) return timeline;
  const messages = [...timeline.messages, ...fresh]
    .sort((a, b) => Date.parse(a.sentAt) - Date.parse(b.sentAt))
    .slice(-maxMessages);
  return { ...timeline, messages };
}

/** What stands below each other in the list of messages. */
export type Line =
  | { readonly kind: "day"; readonly key: string; readonly at: Date }
  | { readonly kind: "gap"; readonly key: string }
  | {
      readonly kind: "group";
      readonly key: string;
      readonly author: User;
      readonly messages: readonly Message[];
    };

const groupMs = 5 * 60_000;

/** Groups what one person said in one go, with a line where a day begins. */
export function linesOf(timeline: Timeline): readonly Line[] {
  const lines: Line[] = [];
  let group: Message[] = [];
  let previous: Message | undefined;
  for (const message of timeline.messages) {
    const key = message.clientId;
    if (previous === undefined || !sameDay(previous, message)) {
      lines.push({
        kind: "day",
        key: `day ${key}`,
        at: new Date(message.sentAt),
      });
      previous = undefined;
    }
    if (previous !== undefined && belongs(previous, message, timeline)) {
      group.push(message);
    } else {
      group = [message];
      lines.push({
        kind: "group",
        key,
        author: message.author,
        messages: group,
      });
    }
    if (timeline.gaps.has(key)) lines.push({ kind: "gap", key: `gap ${key}` });
    previous = message;
  }
  return lines;
}

function belongs(
  previous: Message,
  next: Message,
  timeline: Timeline,
): boolean {
  return (
    previous.author.id === next.author.id &&
    Date.parse(next.sentAt) - Date.parse(previous.sentAt) < groupMs &&
    !timeline.gaps.has(previous.clientId)
  );
}

function sameDay(a: Message, b: Message): boolean {
  return (
    new Date(a.sentAt).toDateString() === new Date(b.sentAt).toDateString()
  );
}
