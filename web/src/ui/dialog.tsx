// A question over the page. A form of a change keeps what was typed when the server refuses, and repeats under the same
// Idempotency-Key: what reached the server before a break happens once.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError, newKey, type Answer } from "../api/client.ts";
import { refreshAll } from "../state/reads.ts";
import { t } from "./i18n.ts";
import { Icon } from "./icon.tsx";
import { Problem } from "./problem.tsx";
import { toast } from "./toast.tsx";

export function Modal(props: { title: string; onClose: () => void; wide?: boolean; children: ComponentChildren }) {
  const element = useRef<HTMLDialogElement>(null);
  // Before the next key arrives: what is typed right after the shortcut belongs to the dialog.
  useLayoutEffect(() => {
    const dialog = element.current!;
    const before = document.activeElement;
    dialog.showModal();
    // The browser chooses the button that closes it, unless a field asks for the focus.
    if (!dialog.querySelector("[autofocus]")) dialog.querySelector<HTMLElement>("form :is(input, select, textarea)")?.focus();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog ref={element} class={props.wide ? "wide" : ""} aria-label={props.title}
            onCancel={(event) => (event.preventDefault(), props.onClose())}>
      <header>
        <h2>{props.title}</h2>
        <button type="button" class="quiet" onClick={props.onClose} aria-label={t("Close")}>
          <Icon name="cross" />
        </button>
      </header>
      {props.children}
    </dialog>
  );
}

export interface ActionProps {
  title: string;
  confirm: string;
  danger?: boolean;
  wide?: boolean;
  ready?: boolean;
  onClose: () => void;
  // Sends the change. `key` stays the same while the dialog is open.
  send: (key: string) => Promise<Answer<unknown> | undefined>;
  onDone?: (answer: Answer<unknown> | undefined) => void;
  done?: string;
  children?: ComponentChildren;
}

export function ActionDialog(props: ActionProps) {
  const [key] = useState(newKey);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy || props.ready === false) return;
    setBusy(true);
    setError(undefined);
    try {
      const answer = await props.send(key);
      refreshAll();
      toast(answer?.status === 202 ? t("Asked. Waiting for the decision.") : (props.done ?? t("Done.")));
      props.onClose();
      props.onDone?.(answer);
    } catch (thrown) {
      const known = thrown instanceof ApiError ? thrown : new ApiError(0, "unknown", String(thrown));
      setError(known);
      if (known.status === 409 || known.status === 412) refreshAll();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal title={props.title} onClose={props.onClose} wide={props.wide ?? false}>
      <form onSubmit={submit}>
        <div class="fields">{props.children}</div>
        <Problem error={error}>
          {error?.uncertain ? <p class="dim">{t("Press the button again: it cannot happen twice.")}</p> : null}
          {error?.status === 409 ? <p class="dim">{t("The page behind shows the present state.")}</p> : null}
        </Problem>
        <footer>
          <button type="button" onClick={props.onClose}>{t("Close")}</button>
          <button type="submit" class={props.danger ? "danger" : "primary"} disabled={busy || props.ready === false}>
            {busy ? t("Sending…") : props.confirm}
          </button>
        </footer>
      </form>
    </Modal>
  );
}
