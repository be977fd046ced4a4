// Subscriptions of other programs, and what was delivered to them.
import { useState } from "preact/hooks";
import { call, segment } from "../api/client.ts";
import type { Webhook as WebhookType, WebhookDelivery, WebhookWithSecret } from "../api/types.ts";
import { useList } from "../state/list.ts";
import { anyOrder, refreshAll, useRead } from "../state/reads.ts";
import { can } from "../state/session.ts";
import { Chip } from "../ui/chip.tsx";
import { ActionDialog, Modal } from "../ui/dialog.tsx";
import { TextField, Select } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { t } from "../ui/i18n.ts";
import { useKeys } from "../ui/keys.tsx";
import { Empty, Loading, Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { Copy, Time } from "../ui/values.tsx";
import { Filters, FreshBar, ListFoot, useFilters, type Filter } from "./filters.tsx";
import { PageFrame } from "./page.tsx";

const FILTERS: readonly Filter[] = [{ name: "status", text: "Status", kind: "choice", values: ["enabled", "disabled", "removed"] }];
const DELIVERY_FILTERS: readonly Filter[] = [{ name: "status", text: "Status", kind: "choice", values: ["pending", "succeeded", "failed"] }, { name: "from", text: "From", kind: "day" }, { name: "to", text: "To", kind: "day" }];

function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Modal title={t("The secret")} onClose={onClose}>
      <div class="fields"><p>{t("Copy it now. It is not shown again.")}</p><p class="secret"><code>{secret}</code> <Copy text={secret} label="Copy" /></p></div>
      <footer><button type="button" class="primary" onClick={onClose}>{t("Close")}</button></footer>
    </Modal>
  );
}

function AddDialog({ onClose, onSecret }: { onClose: () => void; onSecret: (secret: string) => void }) {
  const [url, setUrl] = useState("https://");
  const [types, setTypes] = useState("ordo.order.*");
  const [from, setFrom] = useState("now");
  const list = types.split(/[\s,]+/).filter(Boolean);
  return (
    <ActionDialog title={t("Add a webhook")} confirm={t("Add")} onClose={onClose} ready={/^https?:\/\/./.test(url)} onDone={(answer) => onSecret((answer?.body as WebhookWithSecret | undefined)?.secret ?? "")}
                  send={(key) => call("POST", "/v1/webhooks", { headers: { "Idempotency-Key": key }, body: { url, from, ...(list.length ? { types: list } : {}) } })}>
      <TextField label="URL" value={url} onValue={setUrl} type="url" required autofocus />
      <TextField label={t("Types of events")} value={types} onValue={setTypes} hint={t("Empty: all.")} />
      <Select label={t("From")} value={from} onValue={setFrom} options={[["now", t("Now")], ["start", t("The start of the log")]]} />
    </ActionDialog>
  );
}

export function Webhooks() {
  const list = useList<WebhookType>("/v1/webhooks", useFilters(FILTERS), (webhook) => webhook.id);
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState("");
  return (
    <PageFrame title={t("Webhooks")} actions={can("webhooks:write") ? <button type="button" class="primary" onClick={() => setAdding(true)}><Icon name="plus" /> {t("Add a webhook")}</button> : null}>
      <Filters filters={FILTERS} />
      <FreshBar fresh={list.fresh} show={list.showFresh} />
      <Problem error={list.error} />
      {list.loading ? <Loading /> : list.rows.length === 0 ? (list.error ? null : <Empty>{t("No webhooks yet.")}</Empty>) : (
        <Table caption={t("Webhooks")} rows={list.rows} keyOf={(webhook) => webhook.id} linkOf={(webhook) => `/admin/webhooks/${segment(webhook.id)}`} keys columns={[
          { name: "url", head: "URL", cell: (webhook) => <a class="strong clip" href={`/admin/webhooks/${segment(webhook.id)}`}>{webhook.url}</a> },
          { name: "status", head: t("Status"), cell: (webhook) => <Chip value={webhook.status} /> },
          { name: "types", head: t("Types of events"), cell: (webhook) => <span class="clip dim">{webhook.types.join(", ") || t("All")}</span>, keep: false },
          { name: "ok", head: t("Delivered"), cell: (webhook) => webhook.succeeded, end: true },
          { name: "failed", head: t("Failed attempts"), cell: (webhook) => webhook.failed_attempts, end: true },
          { name: "last", head: t("Last success"), cell: (webhook) => <Time value={webhook.last_success_at} />, end: true },
        ]} />
      )}
      {list.rows.length > 0 ? <ListFoot shown={list.rows.length} more={list.more} onMore={list.loadMore} /> : null}
      {adding ? <AddDialog onClose={() => setAdding(false)} onSecret={setSecret} /> : null}
      {secret ? <SecretDialog secret={secret} onClose={() => setSecret("")} /> : null}
    </PageFrame>
  );
}

function Deliveries({ id }: { id: string }) {
  const list = useList<WebhookDelivery>(`/v1/webhooks/${segment(id)}/deliveries`, useFilters(DELIVERY_FILTERS), (delivery) => delivery.id, anyOrder);
  const [again, setAgain] = useState<WebhookDelivery>();
  useKeys({ n: { text: "Show new rows", run: list.showFresh } });
  return (
    <section>
      <h2>{t("Deliveries")}</h2>
      <Filters filters={DELIVERY_FILTERS} />
      <FreshBar fresh={list.fresh} show={list.showFresh} />
      <Problem error={list.error} />
      {list.loading ? <Loading /> : list.rows.length === 0 ? (list.error ? null : <Empty>{t("Nothing was delivered yet.")}</Empty>) : (
        <Table caption={t("Deliveries")} rows={list.rows} keyOf={(delivery) => delivery.id} columns={[
          { name: "type", head: t("Type"), cell: (delivery) => <code>{delivery.event.type}</code> },
          { name: "subject", head: t("Order"), cell: (delivery) => <a class="id" href={`/admin/orders/${segment(delivery.event.subject)}`}>{delivery.event.subject.slice(-8)}</a> },
          { name: "status", head: t("Status"), cell: (delivery) => <Chip value={delivery.status} /> },
          { name: "log", head: t("Attempts"), cell: (delivery) => delivery.log.slice(-3).map((attempt, i) => <div key={i} class={attempt.error ? "bad-text" : ""}><Time value={attempt.at} /> {attempt.response_status ?? ""} {attempt.error} <span class="dim">{attempt.duration_ms} ms</span></div>) },
          { name: "next", head: t("Next attempt"), cell: (delivery) => <Time value={delivery.next_attempt_at} />, end: true },
          ...(can("webhooks:write") ? [{ name: "actions", head: t("Actions"), cell: (delivery: WebhookDelivery) => <button type="button" class="small" onClick={() => setAgain(delivery)}>{t("Send again")}</button> }] : []),
        ]} />
      )}
      {list.rows.length > 0 ? <ListFoot shown={list.rows.length} more={list.more} onMore={list.loadMore} /> : null}
      {again ? <ActionDialog title={t("Send again")} confirm={t("Send again")} onClose={() => setAgain(undefined)} send={() => call("POST", `/v1/webhooks/${segment(id)}/deliveries/${segment(again.id)}/redeliver`)}><p><code>{again.event.type}</code></p></ActionDialog> : null}
    </section>
  );
}

export function Webhook({ id }: { id: string }) {
  const webhook = useRead<WebhookType>(`/v1/webhooks/${segment(id)}`, anyOrder);
  const [dialog, setDialog] = useState<"test" | "secret" | "toggle" | "remove">();
  const [secret, setSecret] = useState("");
  const close = () => setDialog(undefined);
  const above = <a class="back-link" href="/admin/webhooks">← {t("Webhooks")}</a>;
  const { data } = webhook;
  const path = `/v1/webhooks/${segment(id)}`;
  if (!data) return <PageFrame title={t("Webhook")} above={above}>{webhook.error ? <Problem error={webhook.error} /> : <Loading />}</PageFrame>;
  const enabled = data.status === "enabled";
  return (
    <PageFrame title={data.url} above={above} beside={<Chip value={data.status} />} actions={can("webhooks:write") && data.status !== "removed" ? <>
      <button type="button" onClick={() => setDialog("test")}>{t("Send a test")}</button>
      <button type="button" onClick={() => setDialog("secret")}><Icon name="key" /> {t("New secret")}</button>
      <button type="button" onClick={() => setDialog("toggle")}>{enabled ? t("Disable") : t("Enable")}</button>
      <button type="button" class="danger-quiet" onClick={() => setDialog("remove")}>{t("Remove")}</button>
    </> : null}>
      <Problem error={webhook.error} />
      {data.last_error && data.failing_since ? <p class="banner warn"><Icon name="warn" /> {t("Failing since")} <Time value={data.failing_since} />: {data.last_error}</p> : null}
      <div class="figures">
        {([["Delivered", data.succeeded], ["Failed attempts", data.failed_attempts], ["Given up", data.given_up]] as const).map(([text, n]) => <div key={text} class="figure"><span class="figure-label">{t(text)}</span><span class="figure-value">{n}</span></div>)}
        <div class="figure"><span class="figure-label">{t("Last success")}</span><span class="figure-value small"><Time value={data.last_success_at} /></span></div>
      </div>
      <Deliveries id={id} />
      {dialog === "test" ? <ActionDialog title={t("Send a test")} confirm={t("Send")} onClose={close} send={() => call("POST", `${path}/test`)}><p>{data.url}</p></ActionDialog> : null}
      {dialog === "secret" ? <ActionDialog title={t("New secret")} confirm={t("Make a new secret")} danger onClose={close} send={(key) => call("POST", `${path}/secret`, { headers: { "Idempotency-Key": key } })}
        onDone={(answer) => setSecret((answer?.body as WebhookWithSecret | undefined)?.secret ?? "")}><p>{t("The old secret signs for one more day.")}</p></ActionDialog> : null}
      {dialog === "toggle" ? <ActionDialog title={enabled ? t("Disable") : t("Enable")} confirm={enabled ? t("Disable") : t("Enable")} onClose={close} send={(key) => call("PATCH", path, { headers: { "Idempotency-Key": key }, body: { enabled: !enabled } })}><p>{data.url}</p></ActionDialog> : null}
      {dialog === "remove" ? <ActionDialog title={t("Remove")} confirm={t("Remove")} danger onClose={close} onDone={refreshAll} send={(key) => call("DELETE", path, { headers: { "Idempotency-Key": key } })}><p>{data.url}</p></ActionDialog> : null}
      {secret ? <SecretDialog secret={secret} onClose={() => setSecret("")} /> : null}
    </PageFrame>
  );
}
