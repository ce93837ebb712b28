import type { User } from "../gen/chat.types.js";

/** Who uses this tab, and the token the server admits them with. */
export interface Session {
  readonly user: User;
  readonly token: string;
}

/** Per tab, so that two tabs can be two people. */
const storageKey = "chat.name";

export function rememberedName(): string | null {
  return sessionStorage.getItem(storageKey);
}

export function forgetName(): void {
  sessionStorage.removeItem(storageKey);
}

/** Asks the server for a token. Throws an `Error` whose message can be shown. */
export async function signIn(name: string): Promise<Session> {
  const response = await fetch("sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name }),
  }).catch(() => {
    throw new Error("The server cannot be reached. Try again in a moment.");
  });
  if (!response.ok) throw new Error(sentence(await response.text()));
  const answer: unknown = await response.json();
  if (!isSession(answer)) throw new Error("The server gave an odd answer.");
  sessionStorage.setItem(storageKey, answer.user.name);
  return answer;
}

/** Makes a sentence of the server's lower-case reason. */
function sentence(reason: string): string {
  const text = reason.trim() || "the server refused";
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function isSession(value: unknown): value is Session {
  return (
    isRecord(value) &&
    typeof value["token"] === "string" &&
    isRecord(value["user"]) &&
    typeof value["user"]["id"] === "string" &&
    typeof value["user"]["name"] === "string"
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
