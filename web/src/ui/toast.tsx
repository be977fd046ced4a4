// Short messages about what was done. Screen readers say them.
import { signal } from "@preact/signals";

const SHOWN_MS = 6000;
const MOST = 4;
const toasts = signal<Array<{ id: number; text: string }>>([]);
let next = 0;

export function toast(text: string): void {
  const id = ++next;
  toasts.value = [...toasts.value, { id, text }].slice(-MOST);
  setTimeout(() => (toasts.value = toasts.value.filter((one) => one.id !== id)), SHOWN_MS);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((one) => (
        <div key={one.id} class="toast">{one.text}</div>
      ))}
    </div>
  );
}
