import { type DragEvent, type ReactNode, useState } from "react";
import type { Channel, Online } from "../gen/chat.types.js";
import { useConversation } from "../hooks/useConversation.js";
import { usePicture } from "../hooks/usePicture.js";
import { useTyping } from "../hooks/useTyping.js";
import type { Account } from "../logic/account.js";
import { seconds } from "../logic/words.js";
import { Composer } from "./Composer.js";
import { MessageList } from "./MessageList.js";
import { TypingLine } from "./TypingLine.js";

type Props = {
  readonly channel: Channel;
  readonly account: Account;
  readonly active: boolean;
  readonly onOnline: (online: Online) => void;
};

/** One channel: what was said, and where to say more. */
export function ChannelPanel({
  channel,
  account,
  active,
  onOnline,
}: Props): ReactNode {
  const conversation = useConversation(account, channel.id, onOnline);
  const typing = useTyping(conversation.room);
  const picture = usePicture();
  const [dropping, setDropping] = useState(false);

  const drag = (event: DragEvent): void => {
    event.preventDefault();
    setDropping(event.type === "dragover");
    if (event.type === "drop") picture.pick(event.dataTransfer.files);
  };

  return (
    <section
      className="panel"
      hidden={!active}
      aria-label={`Channel ${channel.id}`}
      data-dropping={dropping || undefined}
      onDragOver={drag}
      onDragLeave={drag}
      onDrop={drag}
    >
      <header className="panel-head">
        <h2>
          <span className="hash" aria-hidden="true">
            #
          </span>
          {channel.id}
        </h2>
        <p className="topic">{channel.topic}</p>
        {channel.slowMode !== undefined && (
          <p className="badge">1 message per {seconds(channel.slowMode)}</p>
        )}
      </header>
      <MessageList conversation={conversation} self={account.user} />
      <TypingLine users={typing.filter(({ id }) => id !== account.user.id)} />
      <Composer
        channelId={channel.id}
        conversation={conversation}
        picture={picture}
        active={active}
      />
    </section>
  );
}
