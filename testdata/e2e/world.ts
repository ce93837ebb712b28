// What the scripts share: the way to the world behind the server, and waiting.

import type { Watchable } from "./gen/runtime.js";

export const url: string = process.env["RTGEN_URL"] ?? "";
/** A server that has another version of the contract "chat". */
export const strangeUrl: string = process.env["RTGEN_STRANGE"] ?? "";

/** Reconnects at once, on a connection that no other client shares. */
export const quick = {
  reconnectionDelay: 10,
  reconnectionDelayMax: 20,
  randomizationFactor: 0,
  forceNew: true,
};

interface Args {
  readonly name?: string;
  readonly namespace?: string;
  readonly room?: string;
  readonly payload?: unknown;
}

/** Runs a command of the world. */
export async function control(
  command: string,
  args: Args = {},
): Promise<unknown> {
  const response = await fetch(
    `${process.env["RTGEN_CONTROL"] ?? ""}/${command}`,
    {
      method: "POST",
      body: JSON.stringify(args),
    },
  );
  const text = await response.text();
  if (!response.ok) throw new Error(`${command}: ${text}`);
  return JSON.parse(text) as unknown;
}

/** What handlers have noted under a name. */
export async function seen(name: string): Promise<unknown[]> {
  return (await control("seen", { name })) as unknown[];
}

/** Waits until something is true. */
export async function until(
  what: string,
  check: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = Date.now() + 5000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Waits for a state that passes. */
export async function reached<State extends { readonly status: string }>(
  watch: Watchable<State>,
  status: State["status"],
  check: (state: State) => boolean = () => true,
): Promise<State> {
  const passes = (): boolean => {
    const state = watch.get();
    return state.status === status && check(state);
  };
  await until(status, passes);
  return watch.get();
}
