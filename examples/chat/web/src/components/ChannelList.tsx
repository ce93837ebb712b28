import type { ReactNode } from "react";
import type { Channel, ChannelID } from "../gen/chat.types.js";

type Props = {
  readonly channels: readonly Channel[];
  readonly current: ChannelID | null;
  readonly unread: ReadonlyMap<ChannelID, number>;
  readonly onChoose: (channelId: ChannelID) => void;
};

export function ChannelList({
  channels,
  current,
  unread,
  onChoose,
}: Props): ReactNode {
  return (
    <nav className="channels" aria-labelledby="channels-title">
      <h2 id="channels-title">Channels</h2>
      <ul>
        {channels.map(({ id }) => (
          <li key={id}>
            <button
              type="button"
              aria-current={id === current ? "page" : undefined}
              onClick={() => {
                onChoose(id);
              }}
            >
              <span className="hash" aria-hidden="true">
                #
              </span>
              <span className="channel-name">{id}</span>
              <Unread count={unread.get(id) ?? 0} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Unread({ count }: { readonly count: number }): ReactNode {
  if (count === 0) return null;
  return (
    <span className="unread">
      {count > 99 ? "99+" : count}
      <span className="hidden"> unread</span>
    </span>
  );
}
