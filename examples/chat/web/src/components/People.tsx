import type { ReactNode } from "react";
import type { User } from "../gen/chat.types.js";
import { Avatar } from "./Avatar.js";

type Props = {
  /** Null while nobody can tell. */
  readonly users: readonly User[] | null;
  readonly self: User;
};

export function People({ users, self }: Props): ReactNode {
  return (
    <section className="people" aria-labelledby="people-title">
      <h2 id="people-title">
        Online
        {users !== null && <span className="count"> {users.length}</span>}
      </h2>
      {users === null ? (
        <p className="hint">Nobody can tell while disconnected.</p>
      ) : (
        <ul>
          {users.map((user) => (
            <li key={user.id}>
              <Avatar user={user} online />
              <span className="person-name">{user.name}</span>
              {user.id === self.id && <span className="you">you</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
