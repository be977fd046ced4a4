// Amounts are whole minor units. Nothing here calculates with fractions.
import type { Money } from "../api/schema.ts";

// ISO 4217; all others have two digits. Browsers use other numbers for some of them.
const DIGITS: Record<string, number> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3, CLF: 4, UYW: 4,
};
const MOST = 10n ** 15n;

export function digitsOf(currency: string): number {
  return DIGITS[currency] ?? 2;
}

// "12.50" for 1250 USD.
export function decimal(money: Money): string {
  const digits = digitsOf(money.currency);
  const sign = money.amount < 0 ? "-" : "";
  const text = String(Math.abs(money.amount)).padStart(digits + 1, "0");
  return digits ? `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}` : sign + text;
}

const formats = new Map<string, Intl.NumberFormat>();
export function formatMoney(money: Money, language: string): string {
  const name = `${language} ${money.currency}`;
  let format = formats.get(name);
  if (!format) {
    const digits = digitsOf(money.currency);
    format = new Intl.NumberFormat(language, { style: "currency", currency: money.currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(name, format);
  }
  // As text, a number of any size stays exact.
  return format.format(decimal(money) as unknown as number);
}

// What a person typed, in minor units; undefined when it is no amount, or could be read in two ways.
export function parseAmount(text: string, currency: string): number | undefined {
  const digits = digitsOf(currency);
  const match = /^(\d{1,16})(?:([.,])(\d{1,4}))?$/.exec(text.replace(/[\s\u00a0]/g, ""));
  if (!match) return undefined;
  const [, whole = "", separator, part = ""] = match;
  if (part.length > digits || (separator === "," && part.length > 2)) return undefined;
  const amount = BigInt(whole + part.padEnd(digits, "0"));
  return amount <= MOST ? Number(amount) : undefined;
}

export const zero = (currency: string): Money => ({ amount: 0, currency });
export const minus = (a: Money, b: Money): Money => ({ amount: a.amount - b.amount, currency: a.currency });

// The price of the pieces from `from` to `to` of a line: the first k of n are worth floor(total * k / n).
export function pieces(total: number, quantity: number, from: number, to: number): number {
  if (quantity <= 0) return 0;
  const upTo = (k: number) => (BigInt(total) * BigInt(k)) / BigInt(quantity);
  return Number(upTo(to) - upTo(from));
}
