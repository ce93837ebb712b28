import { type ChatClient, createChatClient } from "../gen/chat.client.js";
import type { User } from "../gen/chat.types.js";
import { forgetName, type Session, signIn } from "./session.js";

/** A person who is signed in, and their connection. */
export interface Account {
  readonly user: User;
  readonly client: ChatClient;
  /** Asks for a new token and connects again; false when there is none. */
  readonly renew: () => Promise<boolean>;
  readonly signOut: () => void;
}

/** Connects. The token is read anew for every attempt. */
export function openAccount(first: Session): Account {
  let session = first;
  const client = createChatClient({
    auth: () => ({ token: session.token }),
    socket: { reconnectionDelay: 500, reconnectionDelayMax: 4000 },
  });
  client.connect();
  return {
    user: first.user,
    client,
    renew: async () => {
      try {
        session = await signIn(first.user.name);
      } catch {
        return false;
      }
      client.connect();
      return true;
    },
    signOut: () => {
      forgetName();
      client.disconnect();
    },
  };
}
