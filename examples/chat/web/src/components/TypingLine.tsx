import type { ReactNode } from "react";
import type { User } from "../gen/chat.types.js";

type Props = { readonly users: readonly User[] };

/** Always takes its line, so that nothing jumps. */
export function TypingLine({ users }: Props): ReactNode {
  return (
    <p className="typing" aria-live="polite">
      {users.length > 0 && (
        <>
          <span className="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {who(users.map(({ name }) => name))}
        </>
      )}
    </p>
  );
}

function who(names: readonly string[]): string {
  const [first = "", second = ""] = names;
  switch (names.length) {
    case 1:
      return `${first} is typing`;
    case 2:
      return `${first} and ${second} are typing`;
    default:
      return `${first} and ${String(names.length - 1)} others are typing`;
  }
}
