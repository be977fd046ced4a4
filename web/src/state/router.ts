// The address says what is shown, filters too. So a link shows another person the same.
import { signal } from "@preact/signals";

export interface Place {
  path: string;
  query: URLSearchParams;
}

export const BASE = "/admin";

function here(): Place {
  return { path: location.pathname.replace(/\/$/, "") || BASE, query: new URLSearchParams(location.search) };
}

export const place = signal<Place>(here());

// A page of forms may ask to stay.
export const unsaved = { ask: (): boolean => false };

export function navigate(url: string, replace = false): void {
  if (!replace && unsaved.ask() && !confirm(document.documentElement.lang === "vi" ? "Bỏ những gì đã nhập?" : "Leave what you typed?")) return;
  history[replace ? "replaceState" : "pushState"](null, "", url);
  const before = place.value.path;
  place.value = here();
  if (place.value.path !== before) scrollTo(0, 0);
}

// Sets parts of the query; empty ones leave it.
export function changedQuery(query: URLSearchParams, changes: Record<string, string | null | undefined>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  next.sort();
  const text = next.toString();
  return text ? `?${text}` : "";
}

export function setQuery(changes: Record<string, string | null | undefined>, replace = false): void {
  navigate(place.value.path + changedQuery(place.value.query, changes), replace);
}

// The values of ":name" segments, or undefined.
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (let i = 0; i < wanted.length; ++i) {
    const want = wanted[i]!;
    const text = given[i]!;
    if (want.startsWith(":")) {
      try {
        values[want.slice(1)] = decodeURIComponent(text);
      } catch {
        return undefined;
      }
    } else if (want !== text) return undefined;
  }
  return values;
}

export function startRouter(): void {
  addEventListener("popstate", () => (place.value = here()));
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest("a");
    if (!link || link.target || link.origin !== location.origin || link.hasAttribute("download") || !link.pathname.startsWith(BASE)) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}
