import { type ReactNode, useRef } from "react";
import type { ImageBody, MessageBody } from "../gen/chat.types.js";
import { useObjectURL } from "../hooks/useObjectURL.js";

type Props = { readonly body: MessageBody };

export function MessageContent({ body }: Props): ReactNode {
  switch (body.kind) {
    case "text":
      return <p className="bubble">{body.text}</p>;
    case "image":
      return <Picture image={body} />;
    default:
      return (
        <p className="bubble">This page is too old to show this message.</p>
      );
  }
}

/** A picture, and the same one as large as the window. */
function Picture({ image }: { readonly image: ImageBody }): ReactNode {
  const url = useObjectURL(image.data);
  const large = useRef<HTMLDialogElement>(null);
  const alt = image.alt ?? "";
  if (url === undefined) return <p className="bubble picture" />;
  return (
    <>
      <button
        type="button"
        className="bubble picture"
        aria-label={
          alt === "" ? "Picture without description" : `Picture: ${alt}`
        }
        onClick={() => large.current?.showModal()}
      >
        <img src={url} alt={alt} />
        {alt !== "" && <span className="caption">{alt}</span>}
      </button>
      <dialog className="lightbox" ref={large} closedby="any">
        <img src={url} alt={alt} />
        <form method="dialog">
          <button type="submit" className="quiet">
            Close
          </button>
        </form>
      </dialog>
    </>
  );
}
