// Records that processors refused: grouped, looked at, replayed or dropped. A preview comes before each change of many.
import { useState } from "preact/hooks";
import { ApiError, call, segment, withQuery } from "../api/client.ts";
import type { Changed, Letter, WholeLetter } from "../api/types.ts";
import { refreshAll, useRead } from "../state/reads.ts";
import { place, setQuery } from "../state/router.ts";
import { can } from "../state/session.ts";
import { Chip } from "../ui/chip.tsx";
import { ActionDialog, Modal } from "../ui/dialog.tsx";
import { Check, TextArea } from "../ui/field.tsx";
import { t, word } from "../ui/i18n.ts";
import { useKeys } from "../ui/keys.tsx";
import { Empty, Loading, Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { toast } from "../ui/toast.tsx";
import { Copy, Time } from "../ui/values.tsx";
import { Filters, useFilters, type Filter } from "./filters.tsx";
import { PageFrame } from "./page.tsx";

const FILTERS: readonly Filter[] = [
  { name: "state", text: "State", kind: "choice", values: ["open", "replayed", "dropped", "all"] }, { name: "topic", text: "Topic", kind: "text" },
  { name: "reason", text: "Reason", kind: "text" }, { name: "key", text: "Key", kind: "text" }, { name: "from", text: "From", kind: "day" }, { name: "to", text: "To", kind: "day" }];

interface Letters {
  data: Letter[];
  next_cursor: string | null;
  looked_at: number;
  complete: boolean;
}

export interface Bundle {
  topic: string;
  reason: string;
  count: number;
  oldest: string;
}

export function bundlesOf(letters: Letter[]): Bundle[] {
  const bundles = new Map<string, Bundle>();
  for (const letter of letters) {
    const key = `${letter.topic} ${letter.reason}`;
    const bundle = bundles.get(key) ?? { topic: letter.topic, reason: letter.reason, count: 0, oldest: letter.refused_at };
    bundles.set(key, { ...bundle, count: bundle.count + 1, oldest: letter.refused_at < bundle.oldest ? letter.refused_at : bundle.oldest });
  }
  return [...bundles.values()].sort((a, b) => b.count - a.count);
}

function GroupDialog({ bundle, action, onClose }: { bundle: Bundle; action: "replay" | "drop"; onClose: () => void }) {
  const [preview, setPreview] = useState<Changed>();
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const run = async (dryRun: boolean) => {
    setBusy(true);
    setError(undefined);
    try {
      const { body } = await call<Changed>("POST", `/v1/dlq/${action}`, { body: { topic: bundle.topic, reason: bundle.reason, limit: 1000, dry_run: dryRun } });
      setPreview(body);
      if (!dryRun) {
        toast(t("{n} done", { n: body.done }));
        refreshAll();
        onClose();
      }
    } catch (thrown) {
      if (thrown instanceof ApiError) setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal title={`${action === "replay" ? t("Replay") : t("Drop")}: ${bundle.topic}, ${word(bundle.reason)}`} onClose={onClose}>
      <div class="fields"><p>{preview ? t("{n} letters match. Nothing has happened yet.", { n: preview.matched }) : t("A preview comes first.")}</p></div>
      <Problem error={error} />
      <footer>
        <button type="button" onClick={onClose}>{t("Close")}</button>
        <button type="button" disabled={busy} onClick={() => void run(true)}>{t("Preview")}</button>
        <button type="button" class={action === "drop" ? "danger" : "primary"} disabled={busy || !preview || preview.matched === 0} onClick={() => void run(false)}>{action === "replay" ? t("Replay") : t("Drop")}</button>
      </footer>
    </Modal>
  );
}

export function DeadLetters() {
  const filter = useFilters(FILTERS);
  const cursor = place.value.query.get("cursor");
  const page = useRead<Letters>(withQuery("/v1/dlq", { limit: 100, ...filter, cursor }));
  const [group, setGroup] = useState<{ bundle: Bundle; action: "replay" | "drop" }>();
  const rows = page.data?.data ?? [];
  const open = !filter.state || filter.state === "open";
  return (
    <PageFrame title={t("Dead letters")}>
      <Filters filters={FILTERS} />
      <Problem error={page.error} />
      {page.loading ? <Loading /> : rows.length === 0 ? (page.error ? null : <Empty>{t("No dead letters. Every record was understood.")}</Empty>) : (
        <>
          <section>
            <h2>{t("Groups")}</h2>
            <Table caption={t("Groups")} rows={bundlesOf(rows)} keyOf={(one) => `${one.topic} ${one.reason}`} columns={[
              { name: "topic", head: t("Topic"), cell: (one) => <code>{one.topic}</code> },
              { name: "reason", head: t("Reason"), cell: (one) => word(one.reason) },
              { name: "count", head: t("Count"), cell: (one) => `${one.count}${page.data?.next_cursor ? "+" : ""}`, end: true },
              { name: "oldest", head: t("Oldest"), cell: (one) => <Time value={one.oldest} />, end: true },
              ...(can("dlq:write") && open ? [{ name: "actions", head: t("Actions"), cell: (one: Bundle) => <span class="row-actions"><button type="button" class="small" onClick={() => setGroup({ bundle: one, action: "replay" })}>{t("Replay")}</button><button type="button" class="small danger-quiet" onClick={() => setGroup({ bundle: one, action: "drop" })}>{t("Drop")}</button></span> }] : []),
            ]} />
          </section>
          <section>
            <h2>{t("Letters")}</h2>
            <Table caption={t("Letters")} rows={rows} keyOf={(letter) => letter.id} linkOf={(letter) => `/admin/dlq/${segment(letter.id)}`} keys columns={[
              { name: "id", head: t("Id"), cell: (letter) => <a class="strong" href={`/admin/dlq/${segment(letter.id)}`}>{letter.id}</a> },
              { name: "state", head: t("State"), cell: (letter) => <Chip value={letter.state} /> },
              { name: "reason", head: t("Reason"), cell: (letter) => <>{word(letter.reason)} <span class="dim clip">{letter.detail}</span></> },
              { name: "type", head: t("Type"), cell: (letter) => <code>{letter.type}</code>, keep: false },
              { name: "key", head: t("Key"), cell: (letter) => <code class="clip">{letter.key}</code>, keep: false },
              { name: "at", head: t("Refused"), cell: (letter) => <Time value={letter.refused_at} />, end: true },
            ]} />
            {page.data?.next_cursor ? <button type="button" onClick={() => setQuery({ cursor: page.data!.next_cursor })}>{t("Older letters")}</button> : null}
            {page.data && !page.data.complete ? <p class="dim">{t("There are older records than these.")}</p> : null}
          </section>
        </>
      )}
      {group ? <GroupDialog {...group} onClose={() => setGroup(undefined)} /> : null}
    </PageFrame>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

// Which lines differ: the edit as a person reads it.
export function diffLines(before: string, after: string): Array<{ mark: "-" | "+" | " "; text: string }> {
  const a = before.split("\n");
  const b = after.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) ++start;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) ++end;
  const line = (mark: "-" | "+" | " ") => (text: string) => ({ mark, text });
  return [...a.slice(Math.max(0, start - 2), start).map(line(" ")), ...a.slice(start, a.length - end).map(line("-")), ...b.slice(start, b.length - end).map(line("+")), ...a.slice(a.length - end, a.length - end + 2).map(line(" "))];
}

function ReplayDialog({ whole, onClose }: { whole: WholeLetter; onClose: () => void }) {
  const original = pretty(whole.value ?? "");
  const [text, setText] = useState(original);
  const [again, setAgain] = useState(false);
  const { letter } = whole;
  const changed = text !== original;
  return (
    <ActionDialog title={t("Replay {id}", { id: letter.id })} confirm={t("Replay")} wide onClose={onClose} ready={letter.state === "open" || again}
                  send={() => call("POST", `/v1/dlq/${segment(letter.id)}/replay`, { body: { ...(changed ? { value: text } : {}), ...(again ? { again } : {}) } })}>
      {whole.value !== undefined ? <TextArea label={t("Value")} value={text} onValue={setText} rows={12} mono /> : null}
      {changed ? <pre class="diff" tabIndex={0}>{diffLines(original, text).map((line, i) => <div key={i} class={line.mark === "+" ? "added" : line.mark === "-" ? "removed" : ""}>{line.mark} {line.text}</div>)}</pre> : null}
      {letter.state !== "open" ? <Check label={t("It was settled before. Do it again.")} checked={again} onValue={setAgain} /> : null}
    </ActionDialog>
  );
}

export function DeadLetter({ id }: { id: string }) {
  const letter = useRead<WholeLetter>(`/v1/dlq/${segment(id)}`);
  const [dialog, setDialog] = useState<"replay" | "drop">();
  const close = () => setDialog(undefined);
  const above = <a class="back-link" href="/admin/dlq">← {t("Dead letters")}</a>;
  const { data } = letter;
  useKeys({ ...(data && can("dlq:write") ? { R: { text: "Replay" as const, run: () => setDialog("replay") } } : {}) });
  if (!data) return <PageFrame title={id} above={above}>{letter.error ? <Problem error={letter.error} /> : <Loading />}</PageFrame>;
  const one = data.letter;
  return (
    <PageFrame title={one.id} above={above} beside={<div class="statuses"><Chip value={one.state} /><span>{word(one.reason)}</span></div>}
               actions={can("dlq:write") ? <><button type="button" class="primary" onClick={() => setDialog("replay")}>{t("Replay")}<kbd>R</kbd></button>{one.state === "open" ? <button type="button" class="danger-quiet" onClick={() => setDialog("drop")}>{t("Drop")}</button> : null}</> : null}>
      <Problem error={letter.error} />
      {one.detail ? <p class="banner warn">{one.detail}</p> : null}
      <div class="order-grid">
        <section class="card column">
          <h2>{t("Value")} {data.value !== undefined ? <Copy text={data.value} label="Copy" /> : null}</h2>
          <pre tabIndex={0}>{data.value !== undefined ? pretty(data.value) : (data.value_hex ?? (data.tombstone ? t("None") : t("Left out because of its size")))}</pre>
        </section>
        <div class="column side-column">
          <section class="card">
            <h2>{t("Record")}</h2>
            <dl class="facts">
              <dt>{t("Topic")}</dt><dd><code>{one.topic}</code></dd><dt>{t("Processor")}</dt><dd>{one.processor}</dd><dt>{t("Key")}</dt><dd><code>{one.key}</code></dd><dt>{t("Type")}</dt><dd><code>{one.type}</code></dd>
              <dt>{t("Time")}</dt><dd><Time value={one.time} /></dd><dt>{t("Refused")}</dt><dd><Time value={one.refused_at} /></dd><dt>{t("Bytes")}</dt><dd>{one.bytes}</dd>
            </dl>
          </section>
          <section class="card"><h2>{t("Headers")}</h2><dl class="facts">{data.headers.map((header) => <><dt>{header.name}</dt><dd><code>{header.value ?? header.value_hex}</code></dd></>)}</dl></section>
        </div>
      </div>
      {dialog === "replay" ? <ReplayDialog whole={data} onClose={close} /> : null}
      {dialog === "drop" ? <ActionDialog title={t("Drop {id}", { id: one.id })} confirm={t("Drop")} danger onClose={close} send={() => call("DELETE", `/v1/dlq/${segment(id)}`)}><p>{t("The record is marked as dropped. It stays in the log.")}</p></ActionDialog> : null}
    </PageFrame>
  );
}
