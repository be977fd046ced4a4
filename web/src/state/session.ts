// Who uses the dashboard, and what they may do.
import { computed, signal } from "@preact/signals";
import { ApiError, credential, onUnauthenticated, read, setCredential } from "../api/client.ts";
import type { Me } from "../api/types.ts";
import { goLive, goOffline, goPolling } from "./live.ts";
import { refreshAll } from "./reads.ts";

export const me = signal<Me | undefined>(undefined);
// Why a sign-in is needed. The screen behind it stays, with what was typed.
export const signInReason = signal<ApiError | undefined>(undefined);
export const startError = signal<ApiError | undefined>(undefined);

const EVERYTHING: Me = { kind: "none", role: "admin", permissions: ["*"], version: "", mode: "" };

export function can(permission: string): boolean {
  const all = me.value?.permissions ?? [];
  return all.includes(permission) || all.includes("*");
}

export const shopCurrency = computed(() => me.value?.shop?.currency ?? "USD");
export const shopLocation = computed(() => me.value?.shop?.location ?? "main");

onUnauthenticated.call = (error) => {
  signInReason.value ??= error;
  goOffline();
};

async function whoAmI(): Promise<Me> {
  try {
    return (await read<Me>("/v1/me")).body;
  } catch (error) {
    // An older server does not say. Then everything is offered, and the server refuses what it must.
    if (error instanceof ApiError && error.status === 404) return EVERYTHING;
    throw error;
  }
}

function goOnline(): void {
  if (can("events:read") && can("orders:read")) goLive();
  else goPolling();
}

export async function start(): Promise<void> {
  try {
    startError.value = undefined;
    me.value = await whoAmI();
    signInReason.value = undefined;
    goOnline();
  } catch (error) {
    if (error instanceof ApiError && error.status !== 401) startError.value = error;
  }
}

// Undefined when it worked.
export async function signIn(text: string): Promise<ApiError | undefined> {
  const before = credential.value;
  setCredential(text.trim());
  try {
    me.value = await whoAmI();
  } catch (error) {
    setCredential(before);
    return error instanceof ApiError ? error : new ApiError(0, "unknown", String(error));
  }
  signInReason.value = undefined;
  goOnline();
  refreshAll();
  return undefined;
}

export function signOut(): void {
  setCredential("");
  me.value = undefined;
  void start();
}
