// Types of routes that schema.ts does not name, and of pages of lists.
import type * as s from "./schema.ts";

export type * from "./schema.ts";

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
  unreadable?: number;
}

export interface Me {
  kind: "none" | "key" | "token";
  id?: string;
  name?: string;
  role: string;
  permissions: string[];
  version: string;
  mode: string;
  shop?: { currency: string; location: string };
}

export interface SearchHit {
  kind: "order" | "customer" | "product" | "shipment";
  id: string;
  title: string;
  detail: string;
  status?: string;
  order_id?: string;
}

export interface Count {
  value: string;
  count: number;
  at_least: boolean;
}

export type Day = s.DayView;

export interface ServerStatus {
  ready: boolean;
  checks: s.ReadinessCheck[];
  version: string;
  mode: string;
  started_at: string;
  uptime_s: number;
  instance: string;
  processors: Array<{ name: string; partition: number; next: number; lag: number }>;
  queues: Array<{ name: string; value: number; bound?: number }>;
  disk: { bytes: number; free: number } | null;
  memory: { rss_bytes: number };
  orders_accepted: number;
}

export interface Setting {
  name: string;
  value: string;
  source: string;
  text: string;
}

export interface ApiKey {
  id: string;
  name: string;
  role: string;
  scopes?: string[];
  created_at: string;
  expires_at?: string;
  revoked_at?: string;
  live: boolean;
  key?: string;
}

export interface AuditEntry {
  seq: number;
  at: string;
  who: string;
  name?: string;
  role?: string;
  peer?: string;
  method: string;
  route: string;
  target: string;
  status: number;
  trace_id?: string;
  reason?: string;
}

export interface CheckRun {
  id: string;
  status: "running" | "done" | "failed";
  started_at: string;
  ended_at?: string;
  clean?: boolean;
  report?: unknown;
  error?: string;
}

export interface BulkAnswer {
  dry_run: boolean;
  data: Array<{ id: string; number: string; outcome: string; code?: string; detail?: string }>;
  done: number;
  accepted: number;
  refused: number;
}

export interface ProductStock {
  product_id: string;
  on_hand: number;
  reserved: number;
  available: number;
  levels: s.StockLevel[];
}

export interface Reservation {
  id: string;
  location: string;
  status: string;
  lines: s.StockLine[];
  created_at: string;
  updated_at: string;
}

export interface StockMovement {
  id: string;
  product_id: string;
  location: string;
  kind: string;
  quantity: number;
  on_hand_after: number;
  status: string;
  status_reason: string;
  reason: string;
  at: string;
  by?: s.Actor;
}

export interface LogEvent {
  id: string;
  source: string;
  type?: string;
  subject?: string;
  time: string;
  topic: string;
  partition: number;
  offset: number;
  by?: s.Actor;
  data: unknown;
}
