// Payments at the gateway: open calls, attempts and errors.
import { useState } from "preact/hooks";
import { ActionDialog } from "../ui/dialog.tsx";
import { call, segment } from "../api/client.ts";
import type { GatewayCall, Payment } from "../api/types.ts";
import { useList } from "../state/list.ts";
import { ofKind } from "../state/reads.ts";
import { place } from "../state/router.ts";
import { can } from "../state/session.ts";
import { Chip } from "../ui/chip.tsx";
import { Select, TextField } from "../ui/field.tsx";
import { t, word } from "../ui/i18n.ts";
import { useKeys } from "../ui/keys.tsx";
import { Empty, Loading, Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { Amount, Time } from "../ui/values.tsx";
import { Filters, FreshBar, ListFoot, useFilters, type Filter } from "./filters.tsx";
import { PageFrame } from "./page.tsx";

const FILTERS: readonly Filter[] = [
  { name: "status", text: "Status", kind: "choice", values: ["requested", "authorized", "captured", "failed", "voided", "partially_captured"] },
  { name: "open_call", text: "Open call", kind: "choice", values: ["purchase", "authorize", "capture", "void_authorization", "refund"] },
  { name: "customer_id", text: "Customer", kind: "text" }, { name: "from", text: "From", kind: "day" }, { name: "to", text: "To", kind: "day" }];
const OUTCOMES: Record<string, string[]> = { purchase: ["captured", "declined"], authorize: ["authorized", "declined"], capture: ["captured", "declined"], void_authorization: ["voided", "declined"], refund: ["refunded", "declined"] };

function AnswerDialog({ payment, open, onClose }: { payment: Payment; open: GatewayCall; onClose: () => void }) {
  const outcomes = OUTCOMES[open.kind] ?? ["declined"];
  const [outcome, setOutcome] = useState(outcomes[0]!);
  const [reason, setReason] = useState("");
  const [reference, setReference] = useState("");
  return (
    <ActionDialog title={t("Answer a call by hand")} confirm={t("Report the outcome")} danger onClose={onClose}
                  send={() => call("POST", `/v1/payments/${segment(payment.id)}/answers`, { body: { call_id: open.id, outcome, ...(reason ? { reason } : {}), ...(reference ? { reference } : {}) } })}>
      <p>{t("Do this only if you have seen the outcome at the gateway.")}</p>
      <p><Chip value="pending" text={word(open.kind)} /> <Amount value={open.amount} /></p>
      <Select label={t("Outcome")} value={outcome} onValue={setOutcome} options={outcomes.map((one) => [one, word(one)])} autofocus />
      <TextField label={t("Reference of the gateway")} value={reference} onValue={setReference} max={128} />
      <TextField label={t("Reason")} value={reason} onValue={setReason} max={500} />
    </ActionDialog>
  );
}

export function Payments() {
  const failing = place.value.query.get("open") === "failing";
  const filter = useFilters(FILTERS);
  const list = useList<Payment>("/v1/payments", { ...filter, ...(failing && !filter.status ? { status: "requested" } : {}) }, (payment) => payment.id, ofKind("ordo.payment", "ordo.order"));
  const [answering, setAnswering] = useState<{ payment: Payment; open: GatewayCall }>();
  useKeys({ n: { text: "Show new rows", run: list.showFresh } });
  const rows = failing ? list.rows.filter((payment) => payment.calls.some((one) => one.attempts > 1 || one.last_error)) : list.rows;
  return (
    <PageFrame title={t("Payments")}>
      <Filters filters={FILTERS} more={failing ? <a href="/admin/payments">{t("Show all payments")}</a> : <a href="/admin/payments?open=failing">{t("Show failing calls")}</a>} />
      <FreshBar fresh={list.fresh} show={list.showFresh} />
      <Problem error={list.error} />
      {list.loading ? <Loading /> : rows.length === 0 ? (list.error ? null : <Empty>{t("No payment matches.")}</Empty>) : (
        <Table caption={t("Payments")} rows={rows} keyOf={(payment) => payment.id} linkOf={(payment) => `/admin/orders/${segment(payment.id)}`} keys columns={[
          { name: "order", head: t("Order"), cell: (payment) => <a class="strong id" href={`/admin/orders/${segment(payment.id)}`}>{payment.id.slice(-8)}</a> },
          { name: "customer", head: t("Customer"), cell: (payment) => <span class="clip"><bdi>{payment.customer_id}</bdi></span> },
          { name: "status", head: t("Status"), cell: (payment) => <><Chip value={payment.status} /> <span class="dim">{payment.status_reason ? word(payment.status_reason) : ""}</span></> },
          { name: "amount", head: t("Amount"), cell: (payment) => <Amount value={payment.amount} />, end: true },
          { name: "captured", head: t("Captured"), cell: (payment) => <Amount value={payment.captured} dim />, end: true },
          { name: "refunded", head: t("Refunded"), cell: (payment) => <Amount value={payment.refunded} dim />, end: true, keep: false },
          { name: "calls", head: t("Open calls"), cell: (payment) => <Calls payment={payment} onAnswer={(open) => setAnswering({ payment, open })} /> },
          { name: "updated", head: t("Changed"), cell: (payment) => <Time value={payment.updated_at} />, end: true },
        ]} />
      )}
      {rows.length > 0 ? <ListFoot shown={rows.length} more={list.more} onMore={list.loadMore} /> : null}
      {answering ? <AnswerDialog {...answering} onClose={() => setAnswering(undefined)} /> : null}
    </PageFrame>
  );
}

function Calls({ payment, onAnswer }: { payment: Payment; onAnswer: (open: GatewayCall) => void }) {
  return (
    <>
      {payment.calls.map((open) => (
        <div key={open.id} class="call">
          <Chip value={open.last_error ? "failed" : "pending"} text={`${word(open.kind)}, ${t("{n} attempts", { n: open.attempts })}`} />
          {open.last_error ? <span class="bad-text">{open.last_error}</span> : null}
          {open.last_attempt_at ? <Time value={open.last_attempt_at} /> : null}
          {can("payments:write") ? <button type="button" class="small" onClick={() => onAnswer(open)}>{t("Answer by hand")}</button> : null}
        </div>
      ))}
    </>
  );
}
