// Texts in the reader's language. The English text is the name of a text; texts.ts has the others, and the compiler and a test
// compare the two.
import { language } from "../state/preferences.ts";
import { vietnamese, type Text } from "./texts.ts";

export type { Text } from "./texts.ts";

export function t(text: Text, values?: Record<string, string | number>): string {
  const found = language.value === "vi" ? vietnamese[text] : text;
  return values ? fill(found, values) : found;
}

export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

// A word of the API, such as a status; as it is where no text exists.
export function word(value: string): string {
  const text = value.charAt(0).toUpperCase() + value.slice(1).replaceAll("_", " ");
  return text in vietnamese ? t(text as Text) : text;
}
