import { useEffect } from "react";

const title = document.title;

/** Shows in the tab how much is unread. */
export function useTitle(unread: ReadonlyMap<unknown, number>): void {
  const total = [...unread.values()].reduce((sum, count) => sum + count, 0);
  useEffect(() => {
    document.title = total > 0 ? `(${String(total)}) ${title}` : title;
    return () => {
      document.title = title;
    };
  }, [total]);
}
