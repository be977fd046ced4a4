// Customers with their figures.
import { useState } from "preact/hooks";
import { call, segment, withQuery } from "../api/client.ts";
import type { CustomerOverview, Order } from "../api/types.ts";
import { useList } from "../state/list.ts";
import { anyOrder, useRead } from "../state/reads.ts";
import { can } from "../state/session.ts";
import { Chip } from "../ui/chip.tsx";
import { ActionDialog } from "../ui/dialog.tsx";
import { TextArea, TextField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { t, word } from "../ui/i18n.ts";
import { useKeys } from "../ui/keys.tsx";
import { Empty, Loading, Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { Amount, money, Time } from "../ui/values.tsx";
import { Filters, FreshBar, ListFoot, useFilters, type Filter } from "./filters.tsx";
import { filled } from "./order_dialogs.tsx";
import { AddressBlock } from "./order_parts.tsx";
import { OrderTable, usualWithout } from "./orders.tsx";
import { PageFrame } from "./page.tsx";

type CustomerType = CustomerOverview & { note?: string };
const FILTERS: readonly Filter[] = [{ name: "email", text: "E-mail", kind: "text" }, { name: "from", text: "From", kind: "day" }, { name: "to", text: "To", kind: "day" }];
const worth = (customer: CustomerOverview) => customer.value.map((one) => ({ amount: Number(one.lifetime_value), currency: one.currency }));

export function Customers() {
  const list = useList<CustomerType>("/v1/customers", useFilters(FILTERS), (customer) => customer.id);
  const [adding, setAdding] = useState(false);
  return (
    <PageFrame title={t("Customers")} actions={can("customers:write") ? <button type="button" class="primary" onClick={() => setAdding(true)}><Icon name="plus" /> {t("Add a customer")}</button> : null}>
      <Filters filters={FILTERS} />
      <FreshBar fresh={list.fresh} show={list.showFresh} />
      <Problem error={list.error} />
      {list.loading ? <Loading /> : list.rows.length === 0 ? (list.error ? null : <Empty>{t("No customer matches.")}</Empty>) : (
        <Table caption={t("Customers")} rows={list.rows} keyOf={(customer) => customer.id} linkOf={(customer) => `/admin/customers/${segment(customer.id)}`} keys columns={[
          { name: "name", head: t("Customer"), cell: (customer) => <a class="strong clip" href={`/admin/customers/${segment(customer.id)}`}><bdi>{customer.name ?? customer.id}</bdi></a> },
          { name: "email", head: t("E-mail"), cell: (customer) => <span class="clip"><bdi>{customer.email}</bdi></span> },
          { name: "segment", head: t("Segment"), cell: (customer) => <Chip value={customer.segment} /> },
          { name: "orders", head: t("Orders"), cell: (customer) => customer.orders.placed, end: true },
          { name: "value", head: t("Lifetime value"), cell: (customer) => <>{worth(customer).map((one) => <div key={one.currency}><Amount value={one} /></div>)}</>, end: true },
          { name: "last", head: t("Last order"), cell: (customer) => <Time value={customer.last_order_at} />, end: true, keep: false },
        ]} />
      )}
      {list.rows.length > 0 ? <ListFoot shown={list.rows.length} more={list.more} onMore={list.loadMore} /> : null}
      {adding ? <CustomerDialog onClose={() => setAdding(false)} /> : null}
    </PageFrame>
  );
}

function CustomerDialog({ customer, etag, onClose }: { customer?: CustomerType; etag?: string | undefined; onClose: () => void }) {
  const [draft, setDraft] = useState<Record<string, string>>({ name: customer?.name ?? "", email: customer?.email ?? "", phone: customer?.phone ?? "", note: customer?.note ?? "" });
  const set = (name: string) => (text: string) => setDraft({ ...draft, [name]: text });
  return (
    <ActionDialog title={customer ? t("Change customer") : t("Add a customer")} confirm={t("Save")} onClose={onClose}
                  send={(key) => (customer ? call("PATCH", `/v1/customers/${segment(customer.id)}`, { headers: { "Idempotency-Key": key, ...(etag ? { "If-Match": etag } : {}) }, body: filled(draft) })
                    : call("POST", "/v1/customers", { headers: { "Idempotency-Key": key }, body: filled(draft) }))}>
      {customer ? null : <TextField label={t("Customer id")} value={draft.id ?? ""} onValue={set("id")} max={128} hint={t("Empty: ordo makes one.")} />}
      <TextField label={t("Name")} value={draft.name ?? ""} onValue={set("name")} max={128} autofocus />
      <TextField label={t("E-mail")} type="email" value={draft.email ?? ""} onValue={set("email")} max={254} />
      <TextField label={t("Phone")} value={draft.phone ?? ""} onValue={set("phone")} max={64} />
      <TextArea label={t("Note")} value={draft.note ?? ""} onValue={set("note")} />
    </ActionDialog>
  );
}

function EraseDialog({ customer, onClose }: { customer: CustomerType; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  return (
    <ActionDialog title={t("Erase personal data")} confirm={t("Erase")} danger onClose={onClose} ready={typed === customer.id} send={(key) => call("DELETE", `/v1/customers/${segment(customer.id)}`, { headers: { "Idempotency-Key": key } })}>
      <p>{t("Name, e-mail, phone, addresses and metadata are removed for good. Figures stay.")}</p>
      <TextField label={t("Type {id} to confirm", { id: customer.id })} value={typed} onValue={setTyped} required autofocus />
    </ActionDialog>
  );
}

export function Customer({ id }: { id: string }) {
  const customer = useRead<CustomerType>(`/v1/customers/${segment(id)}`, anyOrder);
  const orders = useRead<{ data: Order[] }>(can("orders:read") ? withQuery("/v1/orders", { customer_id: id, limit: 25 }) : null, anyOrder);
  const [dialog, setDialog] = useState<"edit" | "erase">();
  const close = () => setDialog(undefined);
  const above = <a class="back-link" href="/admin/customers">← {t("Customers")}</a>;
  const { data } = customer;
  useKeys({ ...(data && can("customers:write") ? { e: { text: "Change customer" as const, run: () => setDialog("edit") } } : {}) });
  if (!data) return <PageFrame title={t("Customer")} above={above}>{customer.error ? <Problem error={customer.error} /> : <Loading />}</PageFrame>;
  const counts = Object.entries(data.orders).filter(([, n]) => typeof n === "number") as Array<[string, number]>;
  return (
    <PageFrame title={data.name ?? data.id} above={above} beside={<div class="statuses"><Chip value={data.segment} />{data.erased_at ? <Chip value="removed" text={t("Erased")} /> : null}<code class="id">{data.id}</code></div>}
               actions={<>
                 {can("orders:write") ? <a class="button" href={`/admin/orders/new?customer=${encodeURIComponent(id)}`}><Icon name="plus" /> {t("New order")}</a> : null}
                 {can("customers:write") ? <><button type="button" onClick={() => setDialog("edit")}>{t("Change")}<kbd>e</kbd></button><button type="button" class="danger-quiet" onClick={() => setDialog("erase")}>{t("Erase")}</button></> : null}
               </>}>
      <Problem error={customer.error} />
      <div class="figures">
        <div class="figure"><span class="figure-label">{t("Orders")}</span><span class="figure-value">{data.orders.placed}</span><span class="dim">{counts.filter(([name, n]) => n > 0 && name !== "placed").map(([name, n]) => `${word(name)} ${n}`).join(" · ")}</span></div>
        {data.value.map((one) => (
          <div key={one.currency} class="figure"><span class="figure-label">{t("Lifetime value")}, {one.currency}</span><span class="figure-value">{money({ amount: Number(one.lifetime_value), currency: one.currency })}</span>
            <span class="dim">{t("Refunded")} {money({ amount: Number(one.refunded), currency: one.currency })}</span></div>
        ))}
        <div class="figure"><span class="figure-label">{t("Last order")}</span><span class="figure-value small"><Time value={data.last_order_at} /></span></div>
      </div>
      <div class="order-grid">
        <section class="column">
          <h2>{t("Orders")}</h2>
          {orders.data ? (orders.data.data.length ? <OrderTable rows={orders.data.data} shown={usualWithout("customer", "tags")} /> : <Empty>{t("No orders yet.")}</Empty>) : orders.error ? <Problem error={orders.error} /> : null}
          <p><a href={`/admin/orders?customer_id=${encodeURIComponent(id)}`}>{t("All orders")} →</a></p>
        </section>
        <div class="column side-column">
          <section class="card">
            <h2>{t("Contact")}</h2>
            <p><bdi>{data.email ?? "–"}</bdi></p>
            <p>{data.phone}</p>
            {data.note ? <><h3>{t("Note")}</h3><p class="text"><bdi>{data.note}</bdi></p></> : null}
            {data.addresses?.map((address, i) => <div key={i}><h3>{t("Address")} {i + 1}</h3><AddressBlock address={address} /></div>)}
          </section>
        </div>
      </div>
      {dialog === "edit" ? <CustomerDialog customer={data} etag={customer.etag} onClose={close} /> : null}
      {dialog === "erase" ? <EraseDialog customer={data} onClose={close} /> : null}
    </PageFrame>
  );
}
