// Any topic of the log, as it is written: by type or order, from now, from a time or from the start. A gap is a line of its own.
import { useEffect, useRef, useState } from "preact/hooks";
import { followEvents } from "../api/event_stream.ts";
import type { ApiError } from "../api/client.ts";
import type { LogEvent } from "../api/types.ts";
import { zone } from "../state/preferences.ts";
import { place, setQuery } from "../state/router.ts";
import { TextField, Select } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { t } from "../ui/i18n.ts";
import { useKeys } from "../ui/keys.tsx";
import { Empty, Problem } from "../ui/problem.tsx";
import { saveFile } from "../ui/save_file.ts";
import { instantOf, wallTime } from "../ui/time.ts";
import { Copy, time } from "../ui/values.tsx";
import { PageFrame } from "./page.tsx";

const TOPICS = ["order_events", "order_created", "product_events", "stock", "payments", "shipments", "customers", "promotions", "pricing"];
const MOST_ROWS = 1000;
const SHOWN = 200;

const anHourAgo = () => new Date(Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000).toISOString();

type Row = { id: string; event: LogEvent } | { id: string; gap: { reason: string; missing?: number } };

function useTopic(query: { topic: string; type: string; order_id: string; from: string }, lastId: string, paused: boolean) {
  const [rows, setRows] = useState<Row[]>([]);
  const [error, setError] = useState<ApiError>();
  const [open, setOpen] = useState(false);
  const resume = useRef("");
  const key = JSON.stringify(query) + lastId;
  useEffect(() => {
    setRows([]);
    resume.current = lastId;
  }, [key]);
  useEffect(() => {
    if (paused) return;
    const abort = new AbortController();
    let waiting: Row[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const more = waiting.reverse();
      waiting = [];
      setRows((old) => [...more, ...old].slice(0, MOST_ROWS));
    };
    void followEvents(query, resume.current, {
      opened: () => (setOpen(true), setError(undefined)),
      event(event) {
        if (event.id) resume.current = event.id;
        if (!event.data) return;
        const data = JSON.parse(event.data) as LogEvent & { reason: string; missing?: number };
        waiting.push(event.type === "gap" ? { id: event.id, gap: data } : { id: event.id, event: data });
        if (waiting.length > MOST_ROWS) waiting.shift();
        timer ??= setTimeout(flush, 100);
      },
      closed: (thrown) => (setOpen(false), setError(thrown)),
    }, abort.signal);
    return () => (abort.abort(), clearTimeout(timer), setOpen(false));
  }, [key, paused]);
  return { rows, error, open };
}

export function Events() {
  const { query } = place.value;
  const [paused, setPaused] = useState(false);
  const [draft, setDraft] = useState({ type: query.get("type") ?? "", order: query.get("order_id") ?? "", id: query.get("id") ?? "" });
  const topic = query.get("topic") ?? "order_events";
  const wanted = { topic, type: query.get("type") ?? "", order_id: query.get("order_id") ?? "", from: query.get("from") ?? "now" };
  const sinceTime = wanted.from !== "now" && wanted.from !== "start";
  const { rows, error, open } = useTopic(wanted, query.get("id") ?? "", paused);
  const apply = (event: Event) => (event.preventDefault(), setQuery({ type: draft.type.trim(), order_id: draft.order.trim(), id: draft.id.trim() }));
  const download = () => {
    const text = rows.flatMap((row) => ("event" in row ? [JSON.stringify(row.event)] : [])).reverse().join("\n");
    saveFile(`${topic}.ndjson`, new Blob([text, "\n"], { type: "application/x-ndjson" }));
  };
  useKeys({ p: { text: "Pause or continue live updates", run: () => setPaused(!paused) } });
  return (
    <PageFrame title={t("Events")} beside={<span class={`badge ${paused ? "paused" : open ? "live" : "off"}`}><span class="dot" aria-hidden="true" />{paused ? t("Paused") : open ? t("Live") : t("Connecting")}</span>}
               actions={<><button type="button" aria-pressed={paused} onClick={() => setPaused(!paused)}><Icon name="hold" /> {paused ? t("Continue") : t("Pause")}<kbd>p</kbd></button><button type="button" disabled={rows.length === 0} onClick={download}><Icon name="down" /> NDJSON</button></>}>
      <form class="event-filters" onSubmit={apply}>
        <Select label={t("Topic")} value={topic} onValue={(value) => setQuery({ topic: value, id: null })} options={TOPICS.map((one) => [one, one])} />
        <Select label={t("From")} value={sinceTime ? "time" : wanted.from} onValue={(value) => setQuery({ from: value === "time" ? anHourAgo() : value, id: null })} options={[["now", t("Now")], ["start", t("The start of the log")], ["time", t("A time")]]} />
        {sinceTime ? <TextField label={t("Since, {zone}", { zone: zone.value })} type="datetime-local" value={wallTime(wanted.from, zone.value)} onValue={(value) => value && setQuery({ from: instantOf(value, zone.value), id: null })} /> : null}
        <TextField label={t("Type")} value={draft.type} onValue={(type) => setDraft({ ...draft, type })} placeholder="ordo.order.*" />
        <TextField label={t("Order id")} value={draft.order} onValue={(order) => setDraft({ ...draft, order })} />
        <TextField label={t("After the event id")} value={draft.id} onValue={(id) => setDraft({ ...draft, id })} />
        <button type="submit">{t("Apply")}</button>
      </form>
      <Problem error={error} />
      {rows.length === 0 ? <Empty>{t("Waiting for events.")}</Empty> : (
        <div class="event-list">
          {rows.slice(0, SHOWN).map((row, i) => ("gap" in row ? (
            <p key={`${row.id} ${i}`} class="gap-line"><Icon name="warn" /> {t("Gap")}: {row.gap.reason}{row.gap.missing !== undefined ? `, ${t("{n} missing", { n: row.gap.missing })}` : ""}</p>
          ) : <EventRow key={`${row.event.topic} ${row.event.partition} ${row.event.offset}`} event={row.event} />))}
        </div>
      )}
      {rows.length > SHOWN ? <p class="dim">{t("{n} shown", { n: SHOWN })} / {rows.length}</p> : null}
    </PageFrame>
  );
}

function EventRow({ event }: { event: LogEvent }) {
  const [open, setOpen] = useState(false);
  const text = open ? JSON.stringify(event, null, 2) : "";
  return (
    <details onToggle={(toggle) => setOpen(toggle.currentTarget.open)}>
      <summary>
        <span class="event-time">{time(event.time, "time")}</span>
        <code class="grow">{event.type ?? "–"}</code>
        <code class="dim clip">{event.subject}</code>
        <span class="dim">{event.partition}:{event.offset}</span>
      </summary>
      {open ? <div class="event-body"><Copy text={text} label="Copy" />{event.topic.startsWith("order") && event.subject ? <a href={`/admin/orders/${encodeURIComponent(event.subject)}`}>{t("Open the order")}</a> : null}<pre tabIndex={0}>{text}</pre></div> : null}
    </details>
  );
}
