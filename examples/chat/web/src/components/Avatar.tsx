import type { ReactNode } from "react";
import type { User } from "../gen/chat.types.js";

type Props = { readonly user: User; readonly online?: boolean };

const hues = 12; // as many as app.css has colours for

/** The person's initials on a colour of their own. */
export function Avatar({ user, online = false }: Props): ReactNode {
  const hue = Number.parseInt(user.id.slice(0, 8), 16) % hues;
  return (
    <span
      className="avatar"
      data-hue={hue}
      data-online={online || undefined}
      aria-hidden="true"
    >
      {initials(user.name)}
    </span>
  );
}

function initials(name: string): string {
  const words = name.split(" ");
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => [...(word ?? "")][0] ?? "",
  );
  return letters.join("").toUpperCase();
}
