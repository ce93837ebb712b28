import { type ReactNode, useId } from "react";
import type { Bytes } from "../gen/runtime.js";
import { useObjectURL } from "../hooks/useObjectURL.js";
import type { PictureView } from "../hooks/usePicture.js";
import { Close } from "./icons.js";

type Props = { readonly data: Bytes; readonly picture: PictureView };

/** The contract's limit of `ImageBody.alt`. */
const maxAlt = 300;

/** The picture about to be sent, and what it shows. */
export function PicturePreview({ data, picture }: Props): ReactNode {
  const url = useObjectURL(data);
  const id = useId();
  return (
    <div className="preview">
      <img src={url} alt="About to be sent" />
      <div className="preview-alt">
        <label htmlFor={id}>Describe it for those who cannot see it</label>
        <input
          id={id}
          value={picture.alt}
          maxLength={maxAlt}
          placeholder="Optional"
          onChange={({ target }) => {
            picture.setAlt(target.value);
          }}
        />
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label="Remove the picture"
        onClick={picture.clear}
      >
        <Close />
      </button>
    </div>
  );
}
