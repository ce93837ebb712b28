import { useEffect, useState } from "react";
import type { Bytes } from "../gen/runtime.js";

/** A URL for some bytes, for as long as they are shown. */
export function useObjectURL(data: Bytes): string | undefined {
  const [url, setURL] = useState<string>();
  useEffect(() => {
    const created = URL.createObjectURL(new Blob([data]));
    setURL(created);
    return () => {
      URL.revokeObjectURL(created);
    };
  }, [data]);
  return url;
}
