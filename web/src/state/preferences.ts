// What a person prefers in this browser.
import { effect, signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";
export type Language = "en" | "vi";

function stored<T extends string>(name: string, usual: T, allowed?: readonly T[]) {
  const saved = localStorage.getItem(`ordo-${name}`) as T | null;
  const value = signal<T>(saved !== null && (!allowed || allowed.includes(saved)) ? saved : usual);
  effect(() => localStorage.setItem(`ordo-${name}`, value.value));
  return value;
}

export const theme = stored<Theme>("theme", "auto", ["auto", "light", "dark"]);
export const language = stored<Language>("language", navigator.language.startsWith("vi") ? "vi" : "en", ["en", "vi"]);
// The zone of all times that are shown or typed.
export const zone = stored<string>("zone", Intl.DateTimeFormat().resolvedOptions().timeZone);

// A text that is read when it is needed.
export function storedText(name: string): { get(): string | undefined; set(text: string): void } {
  const key = `ordo-${name}`;
  return { get: () => localStorage.getItem(key) ?? undefined, set: (text) => localStorage.setItem(key, text) };
}

export function storedList(name: string): { get(): Array<{ name: string; query: string }>; set(list: Array<{ name: string; query: string }>): void } {
  const text = storedText(name);
  return {
    get() {
      try {
        const list: unknown = JSON.parse(text.get() ?? "[]");
        return Array.isArray(list) ? list.slice(0, 50) : [];
      } catch {
        return [];
      }
    },
    set: (list) => text.set(JSON.stringify(list.slice(0, 50))),
  };
}

export function applyPreferences(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    document.documentElement.lang = language.value;
  });
}
