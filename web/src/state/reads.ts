// What a screen reads. A read that a hint marks as stale happens again, at most four times a second, while the tab is visible.
import { useEffect, useState } from "preact/hooks";
import { ApiError, read } from "../api/client.ts";
import { onHints, type Hint } from "./live.ts";

const LEAST_MS = 250;
export const SLOW_MS = 3000; // for reads that cost the server more, such as counts

export interface Read<T> {
  data: T | undefined;
  etag: string | undefined;
  error: ApiError | undefined;
  loading: boolean;
  reload(): Promise<void>;
}

// Which hints make a read stale. Without it, only a change by this page does.
export type Interest = (hint: Hint) => boolean;

interface Watcher {
  interest: Interest | undefined;
  run(): Promise<void>;
  stale: boolean;
  leastMs: number;
  ranAt: number;
}

const watchers = new Set<Watcher>();
let timer: ReturnType<typeof setTimeout> | undefined;
let flushedAt = 0;

function schedule(): void {
  if (document.visibilityState === "hidden") return;
  timer ??= setTimeout(flush, Math.max(0, flushedAt + LEAST_MS - Date.now()));
}

function flush(): void {
  timer = undefined;
  flushedAt = Date.now();
  let later = false;
  for (const watcher of watchers) {
    if (!watcher.stale) continue;
    if (watcher.ranAt + watcher.leastMs > flushedAt) {
      later = true;
      continue;
    }
    watcher.stale = false;
    watcher.ranAt = flushedAt;
    void watcher.run();
  }
  if (later) schedule();
}

onHints((hints) => {
  for (const watcher of watchers) {
    const { interest } = watcher;
    if (interest && (hints === "all" || hints.some(interest))) watcher.stale = true;
  }
  schedule();
});
document.addEventListener("visibilitychange", schedule);

// After a change, or a new sign-in: reads all that is shown.
export function refreshAll(): void {
  for (const watcher of watchers) {
    watcher.stale = true;
    watcher.ranAt = 0;
  }
  schedule();
}

// Runs `work` now and whenever a hint of `interest` has come.
export function useWatcher(work: (abort: AbortSignal) => Promise<void>, interest: Interest | undefined, inputs: unknown[], leastMs = LEAST_MS): void {
  useEffect(() => {
    const abort = new AbortController();
    let running = false;
    let again = false;
    const watcher: Watcher = {
      interest,
      stale: false,
      leastMs,
      ranAt: Date.now(),
      async run() {
        if (running) {
          again = true;
          return;
        }
        running = true;
        await work(abort.signal).catch(() => undefined);
        running = false;
        if (again && !abort.signal.aborted) {
          again = false;
          watcher.stale = true;
          schedule();
        }
      },
    };
    watchers.add(watcher);
    void watcher.run();
    return () => {
      watchers.delete(watcher);
      abort.abort();
    };
  }, inputs);
}

// Reads `path`; null: nothing to read yet. What was shown stays until the answer is there.
export function useRead<T>(path: string | null, interest?: Interest, leastMs = LEAST_MS): Read<T> {
  const [state, setState] = useState<{ path: string | null; data?: T; etag?: string | undefined; error?: ApiError }>({ path: null });
  const load = async (abort?: AbortSignal) => {
    if (path === null) return;
    try {
      const answer = await read<T>(path, abort);
      setState((old) => (old.path === path && old.data === answer.body && !old.error ? old : { path, data: answer.body, etag: answer.etag }));
    } catch (error) {
      if (abort?.aborted || !(error instanceof ApiError)) return;
      setState((old) => (old.path === path && old.data !== undefined ? { ...old, error } : { path, error }));
    }
  };
  useWatcher(load, interest, [path], leastMs);
  const mine = state.path === path;
  return { data: mine ? state.data : undefined, etag: mine ? state.etag : undefined, error: mine ? state.error : undefined,
           loading: path !== null && !mine, reload: () => load() };
}

export const anyOrder: Interest = () => true;
export const ofOrder = (id: string): Interest => (hint) => hint.order === id;
export const ofKind = (...prefixes: string[]): Interest => (hint) => prefixes.some((prefix) => hint.type.startsWith(prefix));
