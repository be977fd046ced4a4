// Money, times and ids as they are shown everywhere.
import type { Actor, Money } from "../api/schema.ts";
import { language, zone } from "../state/preferences.ts";
import { formatMoney } from "./money.ts";
import { formatTime } from "./time.ts";
import { t, type Text } from "./i18n.ts";
import { Icon } from "./icon.tsx";
import { toast } from "./toast.tsx";

export function money(value: Money): string {
  return formatMoney(value, language.value);
}

export function Amount({ value, dim }: { value: Money | undefined; dim?: boolean }) {
  if (!value) return <span class="dim">–</span>;
  return <span class={`amount${dim && value.amount === 0 ? " dim" : ""}`}>{money(value)}</span>;
}

export function time(value: string | number, style: "full" | "short" | "time" = "short"): string {
  return formatTime(value, language.value, zone.value, style);
}

export function Time({ value, style }: { value: string | undefined; style?: "full" | "short" | "time" }) {
  if (!value) return <span class="dim">–</span>;
  return (
    <time dateTime={value} title={time(value, "full")}>
      {time(value, style)}
    </time>
  );
}

const ACTORS: Record<string, Text> = { system: "ordo", customer: "Customer", key: "Key", token: "Token" };
export function actor(by: Actor | undefined): string {
  if (!by) return "";
  return by.name ?? (by.kind === "system" ? "ordo" : `${t(ACTORS[by.kind] ?? "Key")} ${by.id}`);
}

export function Copy({ text, label }: { text: string; label: Text }) {
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    toast(t("Copied"));
  };
  return (
    <button type="button" class="quiet small" onClick={copy} aria-label={`${t(label)}: ${text}`} title={t(label)}>
      <Icon name="copy" />
    </button>
  );
}

export const count = (n: number): string => new Intl.NumberFormat(language.value).format(n);
