import { type ReactNode, useState } from "react";
import type { ChannelID } from "../gen/chat.types.js";
import { useChannels } from "../hooks/useChannels.js";
import { useOnline } from "../hooks/useOnline.js";
import { useRenewal } from "../hooks/useRenewal.js";
import { useTitle } from "../hooks/useTitle.js";
import { useUnread } from "../hooks/useUnread.js";
import type { Account } from "../logic/account.js";
import { ChannelList } from "./ChannelList.js";
import { ChannelPanel } from "./ChannelPanel.js";
import { ConnectionBanner, ConnectionPill } from "./Connection.js";
import { Logo } from "./icons.js";
import { People } from "./People.js";

type Props = { readonly account: Account; readonly onLeave: () => void };

/** Everything behind the sign-in. All channels stay joined; one is shown. */
export function Chat({ account, onLeave }: Props): ReactNode {
  useRenewal(account);
  const channels = useChannels();
  const [chosen, setChosen] = useState<ChannelID | null>(null);
  const current = chosen ?? channels[0]?.id ?? null;
  const unread = useUnread(current);
  const online = useOnline();
  useTitle(unread.counts);

  const choose = (channelId: ChannelID): void => {
    setChosen(channelId);
    unread.clear(channelId);
  };

  return (
    <div className="app">
      <header className="sidebar">
        <div className="brand">
          <Logo />
          <h1>Chat</h1>
        </div>
        <ConnectionPill />
        <ChannelList
          channels={channels}
          current={current}
          unread={unread.counts}
          onChoose={choose}
        />
        <People users={online.users} self={account.user} />
        <div className="self">
          <span className="self-name">{account.user.name}</span>
          <button type="button" className="quiet" onClick={onLeave}>
            Sign out
          </button>
        </div>
      </header>
      <main className="stage">
        <ConnectionBanner account={account} />
        {channels.map((channel) => (
          <ChannelPanel
            key={channel.id}
            channel={channel}
            account={account}
            active={channel.id === current}
            onOnline={online.offer}
          />
        ))}
        {channels.length === 0 && <p className="hint">Looking for channels…</p>}
      </main>
    </div>
  );
}
