import { useEffect, useState } from "react";

/** Milliseconds left until a moment of `Date.now()`, counted by the second. */
export function useCountdown(until: number | null): number {
  const [now, setNow] = useState(Date.now);
  const over = until === null || until <= now;
  useEffect(() => {
    if (until === null) return undefined;
    const tick = (): void => {
      setNow(Date.now());
      if (Date.now() >= until) clearInterval(timer);
    };
    const timer = setInterval(tick, 250);
    tick();
    return () => {
      clearInterval(timer);
    };
  }, [until]);
  return over ? 0 : until - now;
}
