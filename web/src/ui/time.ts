// Times in a chosen zone, for what is shown and for what is typed.
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: string, zone: string, style: "full" | "short" | "time" | "day" | "parts"): Intl.DateTimeFormat {
  const name = `${language} ${zone} ${style}`;
  let format = formats.get(name);
  if (!format) {
    const options: Record<typeof style, Intl.DateTimeFormatOptions> = {
      full: { dateStyle: "medium", timeStyle: "long" },
      short: { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
      time: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
      day: { weekday: "short", month: "short", day: "numeric" },
      parts: { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
    };
    format = new Intl.DateTimeFormat(language, { timeZone: zone, ...options[style] });
    formats.set(name, format);
  }
  return format;
}

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

export function formatTime(time: string | number, language: string, zone: string, style: "full" | "short" | "time"): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : formatOf(language, zone, style).format(date);
}

// Of a day such as "2026-11-30", which has no zone of its own.
export function formatDay(day: string, language: string): string {
  return formatOf(language, "UTC", "day").format(new Date(`${day}T12:00:00Z`));
}

function partsOf(time: number, zone: string): Record<string, string> {
  return Object.fromEntries(formatOf("en-CA", zone, "parts").formatToParts(time).map(({ type, value }) => [type, value]));
}

// "2026-11-30" for the time, in the zone.
export function dayOf(time: number, zone: string): string {
  const { year = "", month = "", day = "" } = partsOf(time, zone);
  return `${year}-${month}-${day}`;
}

export function shiftDay(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

// Milliseconds that the zone is ahead of UTC at the time.
function offset(time: number, zone: string): number {
  const { year, month, day, hour, minute, second } = partsOf(time, zone);
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) - Math.floor(time / 1000) * 1000;
}

// The first moment of a day in the zone, as RFC 3339 in UTC. Where clocks skip midnight, the moment after it.
export function startOfDay(day: string, zone: string): string {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const candidates = [offset(midnight - 86_400_000, zone), offset(midnight + 86_400_000, zone)].map((ahead) => midnight - ahead).sort((a, b) => a - b);
  for (const time of candidates) {
    if (dayOf(time, zone) === day && dayOf(time - 1, zone) !== day) return new Date(time).toISOString();
  }
  for (let time = candidates[0]! - 10_800_000; ; time += 900_000) {
    if (dayOf(time, zone) >= day) return new Date(time).toISOString();
  }
}

// "2026-11-30T18:05": what a clock of the zone shows, as inputs take it.
export function wallTime(time: string, zone: string): string {
  const date = Date.parse(time);
  if (Number.isNaN(date)) return "";
  const { year, month, day, hour, minute } = partsOf(date, zone);
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

// The moment of such a text, as RFC 3339 in UTC. Of two, the earlier one; where clocks skip it, as if they were not set.
export function instantOf(wall: string, zone: string): string {
  const local = Date.parse(`${wall}Z`);
  const before = local - offset(local - 86_400_000, zone);
  const after = local - offset(local + 86_400_000, zone);
  return new Date(offset(before, zone) === local - before ? before : offset(after, zone) === local - after ? after : before).toISOString();
}

// "1 d 2 h", for delays between steps.
export function formatSpan(milliseconds: number): string {
  const units: Array<[number, string]> = [[86_400_000, "d"], [3_600_000, "h"], [60_000, "min"], [1000, "s"], [1, "ms"]];
  const at = units.findIndex(([size]) => milliseconds >= size);
  if (at < 0) return "0 s";
  const [size, name] = units[at]!;
  const next = units[at + 1];
  const rest = next && next[1] !== "ms" ? Math.floor((milliseconds % size) / next[0]) : 0;
  return `${Math.floor(milliseconds / size)} ${name}${rest ? ` ${rest} ${next![1]}` : ""}`;
}
