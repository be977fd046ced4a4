// One stream of /v1/events. EventSource cannot send Authorization, so this reads with fetch.
import { EventParser, type StreamEvent } from "./event_parser.ts";
import { ApiError, authHeaders, onUnauthenticated, problemOf, withQuery, type Query } from "./client.ts";

export interface StreamHandlers {
  opened(): void;
  event(event: StreamEvent): void;
  closed(error: ApiError | undefined): void; // it connects again by itself, unless it was aborted
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const SILENCE_MS = 40_000; // two heartbeats and a little

// Reads until `abort`, and continues after breaks where it was. `lastId`: where to continue at first.
export async function followEvents(query: Query, lastId: string, handlers: StreamHandlers, abort: AbortSignal): Promise<void> {
  let id = lastId;
  let wait = FIRST_WAIT_MS;
  while (!abort.aborted) {
    let error: ApiError | undefined;
    try {
      await readOnce(withQuery("/v1/events", query), id, {
        ...handlers,
        event(event) {
          if (event.id) id = event.id;
          wait = FIRST_WAIT_MS;
          handlers.event(event);
        },
      }, abort);
    } catch (thrown) {
      error = thrown instanceof ApiError ? thrown : new ApiError(0, "unreachable", "the event stream broke");
    }
    if (abort.aborted) return;
    handlers.closed(error);
    if (error && [401, 403, 404].includes(error.status)) return;
    await pause(wait, abort);
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  }
}

async function readOnce(path: string, id: string, handlers: StreamHandlers, abort: AbortSignal): Promise<void> {
  const quiet = new AbortController();
  const stop = () => quiet.abort();
  abort.addEventListener("abort", stop);
  let timer = setTimeout(stop, SILENCE_MS);
  try {
    const headers: Record<string, string> = { Accept: "text/event-stream", ...authHeaders(), ...(id ? { "Last-Event-ID": id } : {}) };
    const response = await fetch(path, { headers, cache: "no-store", credentials: "omit", signal: quiet.signal });
    if (!response.ok || !response.body) {
      const error = await problemOf(response);
      if (error.status === 401) onUnauthenticated.call(error);
      throw error;
    }
    handlers.opened();
    const parser = new EventParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(stop, SILENCE_MS);
      for (const event of parser.push(value)) handlers.event(event);
    }
  } finally {
    clearTimeout(timer);
    abort.removeEventListener("abort", stop);
  }
}

function pause(milliseconds: number, abort: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    abort.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
