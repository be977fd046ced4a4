// The server: its parts, lag and queues, settings, keys, audit log, and the check of the books.
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, call, read, segment } from "../api/client.ts";
import type { ApiKey, AuditEntry, CheckRun, Page, ServerStatus, Setting } from "../api/types.ts";
import { useList } from "../state/list.ts";
import { refreshAll, useRead } from "../state/reads.ts";
import { changedQuery, place } from "../state/router.ts";
import { can, me } from "../state/session.ts";
import { Chip } from "../ui/chip.tsx";
import { ActionDialog, Modal } from "../ui/dialog.tsx";
import { Check, Select, TextField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { t, word, type Text } from "../ui/i18n.ts";
import { Empty, Loading, Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { formatSpan } from "../ui/time.ts";
import { Copy, count, Time } from "../ui/values.tsx";
import { ListFoot } from "./filters.tsx";
import { PageFrame } from "./page.tsx";

const POLL_MS = 2000;
const SAMPLES = 60;

// Reads the status every two seconds while it is shown, and keeps the lag of the last two minutes.
function useStatus() {
  const [state, setState] = useState<{ data?: ServerStatus; error?: ApiError }>({});
  const lags = useRef(new Map<string, number[]>());
  useEffect(() => {
    let wanted = true;
    const look = async () => {
      if (document.visibilityState === "hidden") return;
      try {
        const { body } = await read<ServerStatus>("/v1/status");
        for (const one of body.processors) {
          const key = `${one.name} ${one.partition}`;
          lags.current.set(key, [...(lags.current.get(key) ?? []), one.lag].slice(-SAMPLES));
        }
        if (wanted) setState({ data: body });
      } catch (error) {
        if (wanted && error instanceof ApiError) setState((old) => ({ ...old, error }));
      }
    };
    void look();
    const timer = setInterval(() => void look(), POLL_MS);
    return () => ((wanted = false), clearInterval(timer));
  }, []);
  return { ...state, lags: lags.current };
}

function Sparkline({ values, label }: { values: number[]; label: string }) {
  const most = Math.max(1, ...values);
  const points = values.map((value, i) => `${(i * 100) / (SAMPLES - 1)},${18 - (16 * value) / most}`).join(" ");
  return <svg class="spark" viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label={label}><polyline points={points} /></svg>;
}

const bytes = (n: number): string => (n >= 1e9 ? `${(n / 1e9).toFixed(1)} GB` : n >= 1e6 ? `${(n / 1e6).toFixed(0)} MB` : `${count(n)} B`);

function Parts() {
  const { data, error, lags } = useStatus();
  if (!data) return error ? <Problem error={error} /> : <Loading />;
  const names = [...new Set(data.processors.map((one) => one.name))];
  const sum = (key: (lag: number[]) => number, name: string) => data.processors.filter((one) => one.name === name).reduce((total, one) => total + key(lags.get(`${one.name} ${one.partition}`) ?? []), 0);
  const series = (name: string) => Array.from({ length: Math.max(0, ...data.processors.filter((one) => one.name === name).map((one) => lags.get(`${name} ${one.partition}`)?.length ?? 0)) }, (_, i) => sum((lag) => lag[i] ?? 0, name));
  return (
    <>
      <Problem error={error} />
      <div class="figures">
        <div class="figure"><span class="figure-label">{t("Server")}</span><span class="figure-value small"><Chip value={data.ready ? "ok" : "failed"} text={data.ready ? t("Ready") : t("Not ready")} /></span><span class="dim">ordo {data.version}, {data.mode}</span></div>
        <div class="figure"><span class="figure-label">{t("Runs for")}</span><span class="figure-value small">{formatSpan(data.uptime_s * 1000)}</span><span class="dim"><Time value={data.started_at} /></span></div>
        <div class="figure"><span class="figure-label">{t("Orders accepted")}</span><span class="figure-value">{count(data.orders_accepted)}</span></div>
        <div class="figure"><span class="figure-label">{t("Memory")}</span><span class="figure-value small">{bytes(data.memory.rss_bytes)}</span></div>
        {data.disk ? <div class="figure"><span class="figure-label">{t("Disk")}</span><span class="figure-value small">{bytes(data.disk.bytes)}</span><span class="dim">{t("{n} free", { n: bytes(data.disk.free) })}</span></div> : null}
      </div>
      <div class="two-cards">
        <section class="card"><h2>{t("Parts")}</h2><ul class="rows">{data.checks.map((check) => <li key={check.name}><Chip value={check.ok ? "ok" : "failed"} /> <strong>{check.name}</strong> <span class="dim grow">{check.detail}</span></li>)}</ul></section>
        <section class="card"><h2>{t("Queues")}</h2><ul class="rows">{data.queues.map((queue) => <li key={queue.name}><span class="grow">{word(queue.name)}</span> {count(queue.value)}{queue.bound !== undefined ? <span class="dim"> / {count(queue.bound)}</span> : null}</li>)}</ul></section>
      </div>
      <section class="card"><h2>{t("Lag of the processors")}</h2>
        <ul class="rows">{names.map((name) => { const lag = data.processors.filter((one) => one.name === name).reduce((total, one) => total + one.lag, 0); return <li key={name}><span class="grow">{name}</span><Sparkline values={series(name)} label={t("Lag of {name}", { name })} /><span class={lag > 1000 ? "bad-text lag" : "lag"}>{count(lag)}</span></li>; })}</ul>
      </section>
    </>
  );
}

const ROLES = ["admin", "merchant", "support", "service", "read-only"] as const;

function KeyDialog({ first, onClose, onKey }: { first: boolean; onClose: () => void; onKey: (key: string) => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<string>(first ? "admin" : "support");
  const [days, setDays] = useState("");
  const [sure, setSure] = useState(false);
  return (
    <ActionDialog title={t("Make a key")} confirm={t("Make a key")} onClose={onClose} ready={name.trim() !== "" && /^\d*$/.test(days) && (!first || sure)} onDone={(answer) => onKey((answer?.body as ApiKey | undefined)?.key ?? "")}
                  send={() => call("POST", "/v1/keys", { body: { name: name.trim(), role, ...(days ? { expires_in_days: Number(days) } : {}), ...(first ? { first_key: true } : {}) } })}>
      <TextField label={t("Name")} value={name} onValue={setName} required max={64} autofocus hint={t("Of a person or a program.")} />
      <Select label={t("Role")} value={role} onValue={setRole} options={ROLES.map((one) => [one, one])} />
      <TextField label={t("Expires after days")} value={days} onValue={setDays} inputMode="numeric" max={4} hint={t("Empty: never.")} />
      {first ? <Check label={t("From this key on, every request needs a key, also this page.")} checked={sure} onValue={setSure} /> : null}
    </ActionDialog>
  );
}

function Keys() {
  const page = useRead<Page<ApiKey>>("/v1/keys");
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<ApiKey>();
  const [rotating, setRotating] = useState<ApiKey>();
  const [shown, setShown] = useState("");
  const may = can("access:write");
  const first = me.value?.kind === "none";
  return (
    <>
      {may ? <p><button type="button" class="primary" onClick={() => setMaking(true)}><Icon name="key" /> {t("Make a key")}</button></p> : null}
      <Problem error={page.error} />
      {page.loading ? <Loading /> : page.data?.data.length ? (
        <Table caption={t("Keys")} rows={page.data.data} keyOf={(key) => key.id} columns={[
          { name: "name", head: t("Name"), cell: (key) => <strong>{key.name}</strong> },
          { name: "id", head: t("Id"), cell: (key) => <code class="id">{key.id}</code> },
          { name: "role", head: t("Role"), cell: (key) => <>{key.role}{key.scopes?.length ? <span class="dim"> {key.scopes.join(", ")}</span> : null}</> },
          { name: "state", head: t("State"), cell: (key) => <Chip value={key.live ? "live" : key.revoked_at ? "revoked" : "expired"} /> },
          { name: "created", head: t("Made"), cell: (key) => <Time value={key.created_at} />, end: true },
          { name: "expires", head: t("Expires"), cell: (key) => <Time value={key.expires_at} />, end: true },
          ...(may ? [{ name: "actions", head: t("Actions"), cell: (key: ApiKey) => (key.live ? <span class="row-actions"><button type="button" class="small" onClick={() => setRotating(key)}>{t("Rotate")}</button><button type="button" class="small danger-quiet" onClick={() => setEnding(key)}>{t("Revoke")}</button></span> : null) }] : []),
        ]} />
      ) : page.error ? null : <Empty>{t("No keys yet: everyone who reaches this server may do everything.")}</Empty>}
      {making ? <KeyDialog first={first} onClose={() => setMaking(false)} onKey={setShown} /> : null}
      {rotating ? <ActionDialog title={t("Rotate {name}", { name: rotating.name })} confirm={t("Rotate")} onClose={() => setRotating(undefined)} onDone={(answer) => setShown((answer?.body as ApiKey | undefined)?.key ?? "")} send={() => call("POST", `/v1/keys/${segment(rotating.id)}/rotate`, { body: { grace_s: 86_400 } })}><p>{t("The old key works for one more day.")}</p></ActionDialog> : null}
      {ending ? <ActionDialog title={t("Revoke {name}", { name: ending.name })} confirm={t("Revoke")} danger onClose={() => setEnding(undefined)} send={() => call("DELETE", `/v1/keys/${segment(ending.id)}`)}><p>{t("Programs with this key stop working at once.")}</p></ActionDialog> : null}
      {shown ? <Modal title={t("The key")} onClose={() => setShown("")}><div class="fields"><p>{t("Copy it now. It is not shown again.")}</p><p class="secret"><code>{shown}</code> <Copy text={shown} label="Copy" /></p></div><footer><button type="button" class="primary" onClick={() => setShown("")}>{t("Close")}</button></footer></Modal> : null}
    </>
  );
}

function Audit() {
  const list = useList<AuditEntry>("/v1/audit-log", {}, (entry) => String(entry.seq));
  const verdict = useRead<Record<string, unknown>>("/v1/audit-log/verification");
  if (list.error?.code === "no_audit_log") return <Empty>{t("This server keeps no audit log.")}</Empty>;
  return (
    <>
      <Problem error={list.error} />
      {verdict.data ? <details><summary>{t("Verification of the log")}</summary><pre tabIndex={0}>{JSON.stringify(verdict.data, null, 2)}</pre></details> : null}
      {list.loading ? <Loading /> : list.rows.length === 0 ? (list.error ? null : <Empty>{t("None yet.")}</Empty>) : (
        <Table caption={t("Audit log")} rows={list.rows} keyOf={(entry) => String(entry.seq)} columns={[
          { name: "at", head: t("Time"), cell: (entry) => <Time value={entry.at} /> },
          { name: "who", head: t("Who"), cell: (entry) => <>{entry.name ?? entry.who} <span class="dim">{entry.role}</span></> },
          { name: "what", head: t("Request"), cell: (entry) => <code class="clip">{entry.method} {entry.target || entry.route}</code> },
          { name: "status", head: t("Status"), cell: (entry) => <span class={entry.status >= 400 ? "bad-text" : ""}>{entry.status}</span>, end: true },
          { name: "reason", head: t("Reason"), cell: (entry) => entry.reason ?? "", keep: false },
          { name: "peer", head: t("Address"), cell: (entry) => <code>{entry.peer}</code>, keep: false },
        ]} />
      )}
      {list.rows.length > 0 ? <ListFoot shown={list.rows.length} more={list.more} onMore={list.loadMore} /> : null}
    </>
  );
}

function Settings() {
  const page = useRead<Page<Setting>>("/v1/settings");
  const [text, setText] = useState("");
  if (!page.data) return page.error ? <Problem error={page.error} /> : <Loading />;
  const wanted = text.toLowerCase();
  return (
    <>
      <TextField label={t("Filter")} value={text} onValue={setText} />
      <Table caption={t("Settings")} rows={page.data.data.filter((one) => `${one.name} ${one.text}`.toLowerCase().includes(wanted))} keyOf={(one) => one.name} columns={[
        { name: "name", head: t("Name"), cell: (one) => <code class="strong">{one.name}</code> },
        { name: "value", head: t("Value"), cell: (one) => <code>{one.value}</code> },
        { name: "source", head: t("Source"), cell: (one) => <span class={one.source === "default" ? "dim" : ""}>{one.source}</span> },
        { name: "text", head: t("Meaning"), cell: (one) => <span class="dim">{one.text}</span>, keep: false },
      ]} />
    </>
  );
}

function Books() {
  const run = useRead<CheckRun>("/v1/checks/latest");
  const [error, setError] = useState<ApiError>();
  const running = run.data?.status === "running";
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => void run.reload(), 1000);
    return () => clearInterval(timer);
  }, [running]);
  const begin = async () => {
    setError(undefined);
    try {
      await call("POST", "/v1/checks", { body: {} });
    } catch (thrown) {
      if (thrown instanceof ApiError) setError(thrown);
    }
    refreshAll();
  };
  const none = run.error?.code === "no_check";
  return (
    <>
      <p>{t("The check compares stock, money, shipments and customers with the orders. It changes nothing.")}</p>
      {can("access:read") ? <p><button type="button" class="primary" disabled={running} onClick={begin}>{running ? t("Checking…") : t("Check the books")}</button></p> : null}
      <Problem error={error ?? (none ? undefined : run.error)} />
      {none ? <Empty>{t("No check has run in this process.")}</Empty> : null}
      {run.data ? (
        <section class="card">
          <h2>{run.data.status === "running" ? <Chip value="running" /> : run.data.clean ? <Chip value="ok" text={t("All figures agree")} /> : <Chip value="failed" text={run.data.error ?? t("There are findings")} />}</h2>
          <p class="dim"><Time value={run.data.started_at} style="full" />{run.data.ended_at ? ` – ${formatSpan(Date.parse(run.data.ended_at) - Date.parse(run.data.started_at))}` : ""}</p>
          {run.data.report ? <details open={!run.data.clean}><summary>{t("Report")}</summary><pre tabIndex={0}>{JSON.stringify(run.data.report, null, 2)}</pre></details> : null}
        </section>
      ) : null}
    </>
  );
}

const TABS: Array<{ name: string; text: Text; permission: string }> = [
  { name: "status", text: "State", permission: "server:read" }, { name: "check", text: "Books", permission: "server:read" }, { name: "keys", text: "Keys", permission: "access:read" },
  { name: "audit", text: "Audit log", permission: "access:read" }, { name: "settings", text: "Settings", permission: "access:read" }];

export function System() {
  const { query, path } = place.value;
  const tab = query.get("tab") ?? "status";
  return (
    <PageFrame title={t("System")} actions={<a class="button" href="/docs" target="_blank" rel="noreferrer">{t("Documentation of the API")}</a>}>
      <div class="tabs" role="group" aria-label={t("System")}>{TABS.filter(({ permission }) => can(permission)).map(({ name, text }) => <a key={name} href={path + changedQuery(query, { tab: name === "status" ? null : name })} {...(name === tab ? { "aria-current": "true" as const } : {})}>{t(text)}</a>)}</div>
      {tab === "check" ? <Books /> : tab === "keys" ? <Keys /> : tab === "audit" ? <Audit /> : tab === "settings" ? <Settings /> : <Parts />}
    </PageFrame>
  );
}
