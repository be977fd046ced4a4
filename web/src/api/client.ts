// Calls the API. Reads are kept with their tags, so that reading a thing again costs a 304 where it has not changed.
import { signal } from "@preact/signals";
import type { Violation } from "./schema.ts";

export interface Answer<T> {
  status: number;
  body: T;
  etag: string | undefined;
}

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

interface Kept {
  etag: string;
  answer: Answer<unknown>;
}

// The server's refusal, or the lack of an answer.
export class ApiError extends Error {
  constructor(
    readonly status: number, // 0: the server did not answer
    readonly code: string,
    readonly detail: string,
    readonly hint?: string,
    readonly traceId?: string,
    readonly errors: Violation[] = [],
  ) {
    super(detail);
  }
  // Whether another attempt with the same Idempotency-Key may still succeed.
  get uncertain(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

const KEPT_ANSWERS = 300;
const STORED_KEY = "ordo-key";
const kept = new Map<string, Kept>();

// A key or token of this tab; empty while the server asks for none.
export const credential = signal(sessionStorage.getItem(STORED_KEY) ?? "");
// Called for each 401.
export const onUnauthenticated: { call: (error: ApiError) => void } = { call: () => undefined };

export function setCredential(text: string): void {
  credential.value = text;
  if (text) sessionStorage.setItem(STORED_KEY, text);
  else sessionStorage.removeItem(STORED_KEY);
  kept.clear();
}

export function authHeaders(): Record<string, string> {
  return credential.value ? { Authorization: `Bearer ${credential.value}` } : {};
}

// A name that a repeated request has in common with the first, so that it takes effect once.
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `admin-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export type Query = Record<string, string | number | boolean | null | undefined>;

// Leaves out empty values: the server refuses them.
export function withQuery(path: string, query: Query): string {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return parts.length ? `${path}${path.includes("?") ? "&" : "?"}${parts.join("&")}` : path;
}

export function segment(id: string): string {
  return encodeURIComponent(id);
}

export async function problemOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => "");
  try {
    const body = JSON.parse(text) as Record<string, unknown>;
    const say = (name: string) => (typeof body[name] === "string" ? (body[name] as string) : undefined);
    return new ApiError(response.status, say("code") ?? "unknown", say("detail") ?? say("title") ?? `${response.status}`,
                        say("hint"), say("trace_id"), Array.isArray(body.errors) ? (body.errors as Violation[]) : []);
  } catch {
    return new ApiError(response.status, "unknown", `HTTP ${response.status}`);
  }
}

async function send(method: string, path: string, options: CallOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", ...authHeaders(), ...options.headers };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  const init: RequestInit = { method, headers, cache: "no-store", credentials: "omit" };
  if (options.body !== undefined) init.body = JSON.stringify(options.body);
  if (options.signal) init.signal = options.signal;
  try {
    return await fetch(path, init);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, "unreachable", "the server does not answer");
  }
}

async function answerOf<T>(response: Response): Promise<Answer<T>> {
  if (!response.ok) {
    const error = await problemOf(response);
    if (error.status === 401) onUnauthenticated.call(error);
    throw error;
  }
  const text = await response.text().catch(() => {
    throw new ApiError(0, "unreachable", "the server stopped in the middle of its answer");
  });
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T, etag: response.headers.get("ETag") ?? undefined };
}

// The same object as before while nothing has changed.
export async function read<T>(path: string, abort?: AbortSignal): Promise<Answer<T>> {
  const known = kept.get(path);
  const response = await send("GET", path, {
    ...(known ? { headers: { "If-None-Match": known.etag } } : {}),
    ...(abort ? { signal: abort } : {}),
  });
  if (response.status === 304 && known) return known.answer as Answer<T>;
  const answer = await answerOf<T>(response);
  kept.delete(path);
  if (answer.etag) {
    kept.set(path, { etag: answer.etag, answer });
    const oldest = kept.keys().next().value;
    if (kept.size > KEPT_ANSWERS && oldest !== undefined) kept.delete(oldest);
  }
  return answer;
}

export async function call<T>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, options: CallOptions = {}): Promise<Answer<T>> {
  return answerOf<T>(await send(method, path, options));
}

// A file of the API, for a download.
export async function readFile(path: string, accept: string): Promise<Blob> {
  const response = await send("GET", path, { headers: { Accept: accept } });
  if (!response.ok) throw await problemOf(response);
  return response.blob();
}
