// What a screen reads. A read that a hint marks as stale happens again, at most four times a second, while the tab is visible.
import { useEffect, useState } from "preact/hooks";
import { ApiError, read } from "../api/client.ts";
import { onHints, type Hint } from "./live.ts";

const LEAST_MS = 250;
export const SLOW_MS = 3000; // for reads that cost the server more, such as counts
// The log has an event before the documents that follow from it, and an answer 202 comes before both. So what a hint or a change
// touches is read at once, and again so long after the newest of them.
const AGAIN_MS = [1000, 3000, 10_000];

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
  due: number[]; // when to read again; ascending
  leastMs: number;
  ranAt: number;
}

const watchers = new Set<Watcher>();
let timer: ReturnType<typeof setTimeout> | undefined;
let flushedAt = 0;

// The first time at which the watcher may and should read.
function nextRun({ due, ranAt, leastMs }: Watcher): number {
  return due[0] === undefined ? Infinity : Math.max(due[0], ranAt + leastMs);
}

function schedule(): void {
  clearTimeout(timer);
  timer = undefined;
  const next = Math.max(flushedAt + LEAST_MS, Math.min(...[...watchers].map(nextRun)));
  if (document.visibilityState === "visible" && next < Infinity) timer = setTimeout(flush, Math.max(0, next - Date.now()));
}

function flush(): void {
  flushedAt = Date.now();
  for (const watcher of watchers) {
    if (nextRun(watcher) > flushedAt) continue;
    watcher.due = watcher.due.filter((time) => time > flushedAt);
    watcher.ranAt = flushedAt;
    void watcher.run();
  }
  schedule();
}

function markStale(watcher: Watcher): void {
  const now = Date.now();
  // A time that has passed stays: hints that never end must not put the read off.
  watcher.due = [Math.min(now, watcher.due[0] ?? now), ...AGAIN_MS.map((ms) => now + ms)];
}

onHints((hints) => {
  for (const watcher of watchers) {
    const { interest } = watcher;
    if (interest && (hints === "all" || hints.some(interest))) markStale(watcher);
  }
  schedule();
});
document.addEventListener("visibilitychange", schedule);

// After a change, or a new sign-in: reads all that is shown.
export function refreshAll(): void {
  for (const watcher of watchers) {
    markStale(watcher);
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
      due: [],
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
          watcher.due.unshift(Date.now());
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
