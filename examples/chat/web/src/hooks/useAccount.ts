import { useCallback, useEffect, useState } from "react";
import { type Account, openAccount } from "../logic/account.js";
import { rememberedName, signIn } from "../logic/session.js";

export type AccountView = {
  readonly account: Account | null;
  /** True while a remembered name is being signed in again. */
  readonly returning: boolean;
  /** Throws an `Error` whose message can be shown. */
  readonly enter: (name: string) => Promise<void>;
  readonly leave: () => void;
};

/** Who is signed in; a reloaded page signs in with its remembered name. */
export function useAccount(): AccountView {
  const [account, setAccount] = useState<Account | null>(null);
  const [returning, setReturning] = useState(() => rememberedName() !== null);

  const enter = useCallback(async (name: string) => {
    const session = await signIn(name);
    setAccount(openAccount(session));
  }, []);

  const leave = useCallback(() => {
    account?.signOut();
    setAccount(null);
  }, [account]);

  useEffect(() => {
    const name = rememberedName();
    if (name === null) return undefined;
    let gone = false;
    signIn(name)
      .then((session) => {
        if (!gone) setAccount(openAccount(session));
      })
      // The form says why when the person tries.
      .catch(() => undefined)
      .finally(() => {
        setReturning(false);
      });
    return () => {
      gone = true;
    };
  }, []);

  return { account, returning, enter, leave };
}
