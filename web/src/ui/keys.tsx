// Keys of the whole dashboard and of the screen that is shown. A key in a field is text.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, type Text } from "./i18n.ts";
import { Modal } from "./dialog.tsx";

export type KeyMap = Record<string, { text: Text; run: () => void }>;

const layers = signal<KeyMap[]>([]);
export const helpOpen = signal(false);
const SEQUENCE_MS = 1200;
let prefix = "";
let prefixAt = 0;

// Keys of a screen. `run` sees the present state of the screen.
export function useKeys(keys: KeyMap): void {
  useEffect(() => {
    layers.value = [...layers.value, keys];
    return () => {
      layers.value = layers.value.filter((one) => one !== keys);
    };
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName)) &&
         !(target instanceof HTMLInputElement && target.type === "checkbox");
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || ((event.ctrlKey || event.metaKey) && event.key !== "k")) return;
  if (document.querySelector("dialog[open]")) return;
  if (isTyping(event.target) && !event.ctrlKey && !event.metaKey) return;
  const name = event.key === "k" && (event.ctrlKey || event.metaKey) ? "Ctrl+K" : event.key === " " ? "Space" : event.key;
  // A button or a link takes these itself.
  if (["Space", "Enter"].includes(name) && event.target instanceof Element && event.target.closest("button, a, input, summary")) return;
  const full = prefix && Date.now() - prefixAt < SEQUENCE_MS ? `${prefix} ${name}` : name;
  prefix = "";
  for (const layer of [...layers.value].reverse()) {
    const found = layer[full];
    if (!found) continue;
    event.preventDefault();
    found.run();
    return;
  }
  if (name === "g") {
    prefix = "g";
    prefixAt = Date.now();
  }
}

export function startKeys(): void {
  document.addEventListener("keydown", onKey);
}

export function KeyHelp() {
  if (!helpOpen.value) return null;
  return (
    <Modal title={t("Keys")} onClose={() => (helpOpen.value = false)}>
      <dl class="key-help">
        {layers.value.flatMap((layer) => Object.entries(layer)).map(([key, { text }]) => (
          <div key={key}>
            <dt>{key.split(" ").map((part) => <kbd key={part}>{part}</kbd>)}</dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
