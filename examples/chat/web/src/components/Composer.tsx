import {
  type ClipboardEvent,
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import type { ChannelID } from "../gen/chat.types.js";
import type { Conversation } from "../hooks/useConversation.js";
import type { PictureView } from "../hooks/usePicture.js";
import { useTypingSignal } from "../hooks/useTyping.js";
import { pictureTypes } from "../logic/pictures.js";
import { ComposerNotice, useNotice } from "./ComposerNotice.js";
import { Picture as PictureIcon, Send } from "./icons.js";
import { PicturePreview } from "./PicturePreview.js";

type Props = {
  readonly channelId: ChannelID;
  readonly conversation: Conversation;
  readonly picture: PictureView;
  readonly active: boolean;
};

/** The contract's limit of `TextBody.text`. */
const maxText = 4000;

/** Where a message is written: Enter sends, Shift and Enter begin a line. */
export function Composer({
  channelId,
  conversation,
  picture,
  active,
}: Props): ReactNode {
  const [text, setText] = useState("");
  const notice = useNotice(conversation, picture.error);
  const tellTyping = useTypingSignal(channelId);
  const input = useRef<HTMLTextAreaElement>(null);
  const noticeId = useId();
  const empty = text.trim() === "" && picture.data === null;

  useEffect(() => {
    // Where there is no mouse, the focus would call up a keyboard.
    if (active && matchMedia("(pointer: fine)").matches) input.current?.focus();
  }, [active]);

  const submit = (event?: FormEvent): void => {
    event?.preventDefault();
    if (empty || notice?.blocks === true) return;
    if (picture.data !== null) {
      const alt = picture.alt.trim();
      conversation.outbox.add({
        kind: "image",
        data: picture.data,
        ...(alt !== "" && { alt }),
      });
    }
    picture.clear(); // what was wrong with it, too
    if (text.trim() !== "")
      conversation.outbox.add({ kind: "text", text: text.trim() });
    setText("");
    tellTyping(false);
    input.current?.focus();
  };
  const keyDown = (event: KeyboardEvent): void => {
    // While an input method composes a character, Enter belongs to it.
    if (
      event.key !== "Enter" ||
      event.shiftKey ||
      event.nativeEvent.isComposing
    )
      return;
    event.preventDefault();
    submit();
  };
  const paste = (event: ClipboardEvent): void => {
    const { files } = event.clipboardData;
    if (files.length > 0 && picture.pick(files)) event.preventDefault();
  };

  return (
    <form className="composer" onSubmit={submit}>
      <ComposerNotice id={noticeId} notice={notice} />
      {picture.data !== null && (
        <PicturePreview data={picture.data} picture={picture} />
      )}
      <div className="composer-row">
        <PictureButton onPick={picture.pick} />
        <textarea
          ref={input}
          rows={1}
          maxLength={maxText}
          value={text}
          placeholder={`Message #${channelId}`}
          aria-label={`Message to ${channelId}`}
          aria-describedby={noticeId}
          onChange={({ target }) => {
            setText(target.value);
            tellTyping(target.value.trim() !== "");
          }}
          onBlur={() => {
            tellTyping(false);
          }}
          onKeyDown={keyDown}
          onPaste={paste}
        />
        <button
          type="submit"
          className="primary send"
          aria-label="Send"
          disabled={empty || notice?.blocks === true}
        >
          <Send />
        </button>
      </div>
    </form>
  );
}

type PictureButtonProps = {
  readonly onPick: (files: FileList | null) => unknown;
};

function PictureButton({ onPick }: PictureButtonProps): ReactNode {
  return (
    <label className="icon-button" title="Add a picture">
      <PictureIcon />
      <span className="hidden">Add a picture</span>
      <input
        type="file"
        className="hidden"
        accept={pictureTypes}
        onChange={({ target }) => {
          onPick(target.files);
          // The same file may be picked again.
          target.value = "";
        }}
      />
    </label>
  );
}
