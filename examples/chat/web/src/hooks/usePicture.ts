import { useCallback, useState } from "react";
import type { Bytes } from "../gen/runtime.js";
import { isPicture, readPicture } from "../logic/pictures.js";

export type PictureView = {
  readonly data: Bytes | null;
  readonly alt: string;
  readonly error: string | null;
  readonly setAlt: (alt: string) => void;
  /** Takes the first picture of some files; reports whether there was one. */
  readonly pick: (files: FileList | null) => boolean;
  readonly clear: () => void;
};

/** The picture that will go with the next message. */
export function usePicture(): PictureView {
  const [data, setData] = useState<Bytes | null>(null);
  const [alt, setAlt] = useState("");
  const [error, setError] = useState<string | null>(null);

  const clear = useCallback(() => {
    setData(null);
    setAlt("");
    setError(null);
  }, []);
  const pick = useCallback(
    (files: FileList | null) => {
      const all = [...(files ?? [])];
      const file = all.find(isPicture);
      if (file === undefined) {
        if (all.length > 0)
          setError("Only PNG, JPEG, GIF and WebP pictures can be sent.");
        return false;
      }
      clear();
      readPicture(file).then(setData, () => {
        setError(`${file.name} could not be read as a picture.`);
      });
      return true;
    },
    [clear],
  );
  return { data, alt, error, setAlt, pick, clear };
}
