import { useCallback, useRef, useState } from "react";
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
  /** The file that is wanted: another one may be picked while it is read. */
  const wanted = useRef<File | null>(null);

  const clear = useCallback(() => {
    wanted.current = null;
    setData(null);
    setAlt("");
    setError(null);
  }, []);
  const read = useCallback(async (file: File) => {
    wanted.current = file;
    const bytes = await readPicture(file).catch(() => null);
    if (wanted.current !== file) return;
    setData(bytes);
    if (bytes === null)
      setError(`${file.name} could not be read as a picture.`);
  }, []);
  const pick = useCallback(
    (files: FileList | null) => {
      const all = [...(files ?? [])];
      if (all.length === 0) return false;
      clear();
      const file = all.find(isPicture);
      if (file === undefined)
        setError("Only PNG, JPEG, GIF and WebP pictures can be sent.");
      else void read(file);
      return file !== undefined;
    },
    [clear, read],
  );
  return { data, alt, error, setAlt, pick, clear };
}
