// Takes a key or a token. Over a screen, that screen keeps what was typed.
import { useState } from "preact/hooks";
import type { ApiError } from "../api/client.ts";
import { credential } from "../api/client.ts";
import { signIn, signInReason } from "../state/session.ts";
import { Modal } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { t } from "../ui/i18n.ts";
import { Problem } from "../ui/problem.tsx";

function SignInForm() {
  const [text, setText] = useState("");
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(await signIn(text));
    setBusy(false);
  };
  return (
    <form onSubmit={submit} class="sign-in">
      <p>{t("Paste an API key or a token. It stays in this tab until you close it.")}</p>
      <TextField label={t("Key or token")} type="password" value={text} onValue={setText} max={8192} required autofocus />
      <Problem error={error ?? (credential.value ? signInReason.value : undefined)} />
      <p class="hint">{t("An operator makes a key with:")} <code>ordo key create "Ann" --role support</code></p>
      <footer>
        <button type="submit" class="primary" disabled={busy || !text.trim()}>{t("Sign in")}</button>
      </footer>
    </form>
  );
}

export function SignIn({ over }: { over?: boolean }) {
  if (over) return <Modal title={t("Sign in again")} onClose={() => undefined}><SignInForm /></Modal>;
  return (
    <main class="alone">
      <h1>{t("Sign in to ordo")}</h1>
      <SignInForm />
    </main>
  );
}
