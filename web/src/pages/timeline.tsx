// History and events of an order in one list: who, when, and how long after the step before. Records on demand.
import { useEffect, useState } from "preact/hooks";
import { followEvents } from "../api/event_stream.ts";
import type { HistoryEntry, LogEvent, Order } from "../api/types.ts";
import { can } from "../state/session.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { t, word, type Text } from "../ui/i18n.ts";
import { formatSpan } from "../ui/time.ts";
import { actor, Time } from "../ui/values.tsx";

const KINDS: Array<[string, Text, IconName]> = [["order", "Order", "order"], ["stock", "Stock", "stack"], ["payment", "Payment", "card"], ["shipment", "Shipment", "truck"], ["promotion", "Promotion", "tag"], ["note", "Note", "note"]];
const MOST_RECORDS = 500;

// "ordo.order.note_added.v1" is a note; else the second part.
export function kindOf(type: string): string {
  if (type.includes("note")) return "note";
  if (/refund|captur|pay/.test(type)) return "payment";
  if (/ship|parcel|deliver|lost/.test(type)) return "shipment";
  const [, kind = "order"] = type.split(".");
  return kind === "fulfillment" ? "shipment" : kind;
}

function useRecords(id: string, wanted: boolean): LogEvent[] {
  const [records, setRecords] = useState<LogEvent[]>([]);
  useEffect(() => {
    if (!wanted) return;
    const abort = new AbortController();
    void followEvents({ topic: "order_events", order_id: id, from: "start" }, "", {
      opened: () => setRecords([]),
      event: (event) => event.data && event.type !== "gap" && setRecords((old) => (old.length < MOST_RECORDS ? [...old, JSON.parse(event.data) as LogEvent] : old)),
      closed: () => undefined,
    }, abort.signal);
    return () => abort.abort();
  }, [id, wanted]);
  return records;
}

export function Timeline({ id, entries }: { id: string; entries: HistoryEntry[]; order: Order }) {
  const [kind, setKind] = useState("");
  const [raw, setRaw] = useState(false);
  const records = useRecords(id, raw);
  const present = new Set(entries.map((entry) => kindOf(entry.type)));
  const shown = entries.map((entry, i) => ({ entry, before: entries[i - 1] })).filter(({ entry }) => !kind || kindOf(entry.type) === kind);
  return (
    <>
      <div class="timeline-bar">
        <div class="tabs small" role="group" aria-label={t("Filter")}>
          {([["", "All", "ring"], ...KINDS] as typeof KINDS).filter(([name]) => !name || present.has(name)).map(([name, text]) => (
            <button key={name} type="button" aria-pressed={kind === name} onClick={() => setKind(name)}>{t(text)}</button>
          ))}
        </div>
        {can("events:read") ? <button type="button" class="quiet" aria-pressed={raw} onClick={() => setRaw(!raw)}>{t("Records")}</button> : null}
      </div>
      <ol class="timeline">
        {shown.map(({ entry, before }, i) => {
          const delay = before ? Date.parse(entry.at) - Date.parse(before.at) : 0;
          const icon = KINDS.find(([name]) => name === kindOf(entry.type))?.[2] ?? "ring";
          return (
            <li key={i}>
              <span class="timeline-icon"><Icon name={icon} /></span>
              <div class="grow">
                <p><bdi>{entry.summary ? entry.summary.charAt(0).toUpperCase() + entry.summary.slice(1) : word(entry.type)}</bdi></p>
                <p class="dim">{entry.by ? actor(entry.by) : word(entry.source.split("/")[2] ?? entry.source)}{raw ? <> · <code>{entry.type}</code></> : null}</p>
              </div>
              <div class="timeline-time">
                <Time value={entry.at} />
                {delay > 0 ? <span class="dim">+{formatSpan(delay)}</span> : null}
              </div>
            </li>
          );
        })}
      </ol>
      {raw ? (
        <div class="records">
          <h3>{t("Records")} <span class="dim">{records.length}</span></h3>
          {records.map((record) => (
            <details key={record.id}>
              <summary><code>{record.type}</code> <span class="dim">{record.topic} {record.partition}:{record.offset}</span></summary>
              <pre tabIndex={0}>{JSON.stringify(record, null, 2)}</pre>
            </details>
          ))}
        </div>
      ) : null}
    </>
  );
}
