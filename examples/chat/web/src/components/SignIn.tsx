import { type FormEvent, type ReactNode, useId, useState } from "react";
import { rememberedName } from "../logic/session.js";
import { Logo } from "./icons.js";

type Props = { readonly onEnter: (name: string) => Promise<void> };

export function SignIn({ onEnter }: Props): ReactNode {
  const [name, setName] = useState(() => rememberedName() ?? "");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const hint = useId();

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    onEnter(name).catch((error: unknown) => {
      setBusy(false);
      setProblem(error instanceof Error ? error.message : String(error));
    });
  };

  return (
    <main className="sign-in">
      <form className="card" onSubmit={submit}>
        <Logo />
        <h1>Come in</h1>
        <p id={hint}>No password, no account: any name will do.</p>
        <label htmlFor="name">Your name</label>
        <input
          id="name"
          name="name"
          autoComplete="nickname"
          autoFocus
          required
          maxLength={40}
          value={name}
          aria-describedby={hint}
          aria-invalid={problem !== null}
          onChange={(event) => {
            setName(event.target.value);
          }}
        />
        <p className="problem" role="alert">
          {problem}
        </p>
        <button
          type="submit"
          className="primary"
          disabled={busy || name.trim() === ""}
        >
          Start chatting
        </button>
      </form>
    </main>
  );
}
