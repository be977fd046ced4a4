// What happens in the shop, as hints: an event marks what is shown as stale. One tab of a browser reads the stream for all
// tabs, because browsers open few connections to a server.
import { signal } from "@preact/signals";
import type { StreamEvent } from "../api/event_parser.ts";
import { followEvents } from "../api/event_stream.ts";
import { credential } from "../api/client.ts";
import type { LogEvent } from "../api/types.ts";

export type LiveState = "live" | "catching_up" | "off" | "polling";
export interface Hint {
  type: string;
  order: string;
}
type Message =
  | { kind: "hints"; hints: Hint[]; id: string }
  | { kind: "gap"; id: string }
  | { kind: "state"; state: LiveState; since: number }
  | { kind: "hello" };

const POLL_MS = 10_000; // for those who may not read events
const RELAY_MS = 100; // hints of this time go to the other tabs together
const QUIET_MS = 400; // a stream that is silent for so long has sent all that was
const RECENT_MS = 5000; // older events are from before
const MOST_HINTS = 500; // beyond this, all that is shown counts as stale

export const live = signal<{ state: LiveState; since: number }>({ state: "catching_up", since: Date.now() });
export const paused = signal(false);
export const leads = signal(false);

const listeners = new Set<(hints: Hint[] | "all") => void>();
// `listener` receives what happened; "all" after a gap.
export function onHints(listener: (hints: Hint[] | "all") => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let missed = false;
function tell(hints: Hint[] | "all"): void {
  if (paused.value) missed = true;
  else for (const listener of [...listeners]) listener(hints);
}

export function togglePause(): void {
  paused.value = !paused.value;
  if (!paused.value && missed) {
    missed = false;
    tell("all");
  }
}

function setState(state: LiveState): void {
  if (live.value.state !== state) live.value = { state, since: Date.now() };
}

// Tabs with another key have a stream of their own. This is a name, no secret and no proof.
function nameOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; ++i) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return `ordo-live-${hash.toString(16)}`;
}

class Relay {
  private lastId = "";
  private waiting: Hint[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private quiet: ReturnType<typeof setTimeout> | undefined;
  private readonly channel: BroadcastChannel;
  private readonly stopped = new AbortController();

  constructor(name: string) {
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }) => this.receive(data as Message);
    this.channel.postMessage({ kind: "hello" } satisfies Message);
    if ("locks" in navigator) {
      navigator.locks.request(name, { signal: this.stopped.signal }, () => this.lead()).catch(() => undefined);
    } else {
      void this.lead(); // only a page without TLS from another machine has no locks
    }
  }

  stop(): void {
    this.stopped.abort();
    clearTimeout(this.timer);
    clearTimeout(this.quiet);
    this.channel.close();
    leads.value = false;
  }

  private receive(message: Message): void {
    if (message.kind === "hello") {
      if (leads.value) this.channel.postMessage({ kind: "state", ...live.value } satisfies Message);
    } else if (message.kind === "state") {
      live.value = { state: message.state, since: message.since };
    } else {
      this.lastId = message.id;
      tell(message.kind === "gap" ? "all" : message.hints);
    }
  }

  private async lead(): Promise<void> {
    leads.value = true;
    await followEvents({ topic: "order_events", from: "now" }, this.lastId, {
      opened: () => (this.lastId ? (this.announce("catching_up"), this.awaitQuiet()) : this.announce("live")),
      event: (event) => this.take(event),
      closed: () => (clearTimeout(this.quiet), this.announce("off")),
    }, this.stopped.signal);
    leads.value = false;
  }

  private awaitQuiet(): void {
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.announce("live"), QUIET_MS);
  }

  private announce(state: LiveState): void {
    if (live.value.state === state) return;
    setState(state);
    if (!this.stopped.signal.aborted) this.channel.postMessage({ kind: "state", ...live.value } satisfies Message);
  }

  private take(event: StreamEvent): void {
    this.lastId = event.id || this.lastId;
    if (event.type === "gap") {
      this.channel.postMessage({ kind: "gap", id: this.lastId } satisfies Message);
      tell("all");
    } else if (event.data) {
      const record = JSON.parse(event.data) as LogEvent;
      this.waiting.push({ type: event.type, order: record.subject ?? "" });
      this.timer ??= setTimeout(() => this.flush(), RELAY_MS);
      if (live.value.state !== "live" && Date.now() - Date.parse(record.time) < RECENT_MS) this.announce("live");
    }
    if (live.value.state !== "live") this.awaitQuiet();
  }

  private flush(): void {
    this.timer = undefined;
    const hints = this.waiting;
    this.waiting = [];
    if (this.stopped.signal.aborted) return;
    const message: Message = hints.length > MOST_HINTS ? { kind: "gap", id: this.lastId } : { kind: "hints", hints, id: this.lastId };
    this.channel.postMessage(message);
    tell(message.kind === "gap" ? "all" : hints);
  }
}

let relay: Relay | undefined;
let poll: ReturnType<typeof setInterval> | undefined;

// Starts or restarts, for the present key.
export function goLive(): void {
  stopAll();
  setState("catching_up");
  relay = new Relay(nameOf(credential.value));
}

// Without events: what is shown is read again now and then.
export function goPolling(): void {
  stopAll();
  setState("polling");
  poll = setInterval(() => document.visibilityState === "visible" && tell("all"), POLL_MS);
}

export function goOffline(): void {
  stopAll();
  setState("off");
}

function stopAll(): void {
  relay?.stop();
  relay = undefined;
  clearInterval(poll);
}
