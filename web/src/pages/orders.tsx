// The list of orders: filters in the address, counts a status, selection for many at once, CSV of exactly the filter.
import { useState } from "preact/hooks";
import { ApiError, read, readFile, segment, withQuery } from "../api/client.ts";
import type { Count, Order } from "../api/types.ts";
import { storedList } from "../state/preferences.ts";
import { useList } from "../state/list.ts";
import { anyOrder, SLOW_MS, useRead } from "../state/reads.ts";
import { changedQuery, navigate, place, setQuery } from "../state/router.ts";
import { can } from "../state/session.ts";
import { Chip } from "../ui/chip.tsx";
import { Icon } from "../ui/icon.tsx";
import { t, word } from "../ui/i18n.ts";
import { useKeys } from "../ui/keys.tsx";
import { Empty, Loading, Problem } from "../ui/problem.tsx";
import { saveFile } from "../ui/save_file.ts";
import { Table, type Column } from "../ui/table.tsx";
import { Amount, count, Time } from "../ui/values.tsx";
import { BulkDialog, type BulkAction } from "./bulk.tsx";
import { ColumnChoice, useColumns } from "./columns.tsx";
import { Filters, useFilters, FreshBar, ListFoot, type Filter } from "./filters.tsx";
import { PageFrame } from "./page.tsx";

export const ORDER_STATUSES = ["pending", "reserved", "confirmed", "fulfilled", "completed", "rejected", "expired", "cancelled"] as const;
const PAYMENT_STATUSES = ["none", "authorized", "captured", "failed", "partially_refunded", "refunded", "voided", "partially_captured"] as const;
const FULFILLMENT_STATUSES = ["unfulfilled", "partially_shipped", "shipped", "delivered", "partially_returned", "returned"] as const;

export const ORDER_FILTERS: readonly Filter[] = [
  { name: "payment_status", text: "Payment", kind: "choice", values: PAYMENT_STATUSES },
  { name: "fulfillment_status", text: "Fulfilment", kind: "choice", values: FULFILLMENT_STATUSES },
  { name: "number", text: "Number", kind: "text" },
  { name: "email", text: "E-mail", kind: "text" },
  { name: "customer_id", text: "Customer", kind: "text" },
  { name: "reference", text: "Reference", kind: "text" },
  { name: "product_id", text: "Product", kind: "text" },
  { name: "tag", text: "Tag", kind: "text" },
  { name: "location", text: "Location", kind: "text" },
  { name: "channel", text: "Channel", kind: "text" },
  { name: "total_min", text: "Total from", kind: "amount" },
  { name: "total_max", text: "Total to", kind: "amount" },
  { name: "from", text: "From", kind: "day" },
  { name: "to", text: "To", kind: "day" },
];
const STATUS_FILTER: Filter = { name: "status", text: "Status", kind: "choice", values: ORDER_STATUSES };
const USUAL = new Set(["payment_status", "fulfillment_status", "email", "from", "to"]);

export function nameOf(order: Order): string {
  return order.contact?.name ?? order.shipping_address?.name ?? order.customer_id;
}

const COLUMNS = (): Array<Column<Order>> => [
  { name: "number", head: t("Order"), cell: (order) => <a class="strong" href={`/admin/orders/${segment(order.id)}`}>#{order.number}</a> },
  { name: "placed", head: t("Placed"), cell: (order) => <Time value={order.placed_at} /> },
  { name: "customer", head: t("Customer"), cell: (order) => <span class="clip"><bdi>{nameOf(order)}</bdi></span> },
  { name: "status", head: t("Status"), cell: (order) => <Chip value={order.status} /> },
  { name: "payment", head: t("Payment"), cell: (order) => <Chip value={order.payment_status} />, keep: false },
  { name: "fulfillment", head: t("Fulfilment"), cell: (order) => <Chip value={order.fulfillment_status} />, keep: false },
  { name: "lines", head: t("Lines"), cell: (order) => order.lines.length, end: true, keep: false },
  { name: "total", head: t("Total"), cell: (order) => <Amount value={order.total} />, end: true },
  { name: "tags", head: t("Tags"), cell: (order) => <Tags tags={order.tags} />, keep: false },
  { name: "reference", head: t("Reference"), cell: (order) => <bdi>{order.reference}</bdi>, keep: false },
  { name: "channel", head: t("Channel"), cell: (order) => order.channel, keep: false },
  { name: "location", head: t("Location"), cell: (order) => order.location, keep: false },
  { name: "email", head: t("E-mail"), cell: (order) => <span class="clip">{order.contact?.email}</span>, keep: false },
  { name: "captured", head: t("Paid"), cell: (order) => <Amount value={order.captured} />, end: true, keep: false },
  { name: "updated", head: t("Changed"), cell: (order) => <Time value={order.updated_at} />, keep: false },
];
// The first column is the link to the order, so it always stays.
const FIXED = "number";
const USUAL_COLUMNS = ["placed", "customer", "status", "payment", "fulfillment", "lines", "total", "tags"];
export const usualWithout = (...names: string[]): string[] => USUAL_COLUMNS.filter((name) => !names.includes(name));

export function Tags({ tags }: { tags: string[] | undefined }) {
  return <>{(tags ?? []).slice(0, 4).map((tag) => <span key={tag} class="tag">{tag}</span>)}{(tags?.length ?? 0) > 4 ? <span class="dim">+{tags!.length - 4}</span> : null}</>;
}

export function OrderTable(props: { rows: Order[]; selected?: Set<string>; onSelect?: (selected: Set<string>) => void; keys?: boolean; shown?: readonly string[] }) {
  const shown = props.shown ?? USUAL_COLUMNS;
  const columns = COLUMNS().filter(({ name }) => name === FIXED || (shown.includes(name) && (name !== "tags" || props.rows.some((order) => order.tags?.length))));
  return <Table caption={t("Orders")} columns={columns} rows={props.rows} keyOf={(order) => order.id} linkOf={(order) => `/admin/orders/${segment(order.id)}`} keys={props.keys ?? false}
                {...(props.selected && props.onSelect ? { selected: props.selected, onSelect: props.onSelect } : {})} />;
}

function StatusTabs({ query }: { query: Record<string, string> }) {
  const { status: _, ...others } = query;
  const counts = useRead<{ data: Count[] }>(withQuery("/v1/orders/counts", { by: "status", ...others }), anyOrder, SLOW_MS);
  const current = place.value.query.get("status") ?? "";
  const of = (status: string) => {
    const all = counts.data?.data;
    if (status || !all) return all?.find((one) => one.value === status);
    return { count: all.reduce((sum, one) => sum + one.count, 0), at_least: all.some((one) => one.at_least) };
  };
  return (
    <div class="tabs" role="group" aria-label={t("Status")}>
      {["", ...ORDER_STATUSES].map((status) => {
        const number = of(status);
        return (
          <a key={status} href={place.value.path + changedQuery(place.value.query, { status })} {...(status === current ? { "aria-current": "true" as const } : {})}>
            {status ? word(status) : t("All")}
            {number ? <span class="count">{count(number.count)}{number.at_least ? "+" : ""}</span> : null}
          </a>
        );
      })}
    </div>
  );
}

const views = storedList("views");
function Views() {
  const [saved, setSaved] = useState(views.get());
  const { query } = place.value;
  const text = query.toString();
  const save = () => {
    const name = prompt(t("Name of the view"))?.trim();
    if (!name) return;
    views.set([...saved.filter((view) => view.name !== name), { name, query: text }]);
    setSaved(views.get());
  };
  const known = saved.find((view) => view.query === text);
  return (
    <>
      {saved.length > 0 ? (
        <select class="filter" aria-label={t("Saved views")} value={known?.name ?? ""} onChange={(event) => {
          const view = saved.find(({ name }) => name === event.currentTarget.value);
          navigate(`/admin/orders${view ? `?${view.query}` : ""}`);
        }}>
          <option value="">{t("Saved views")}</option>
          {saved.map(({ name }) => <option key={name} value={name} selected={name === known?.name}>{name}</option>)}
        </select>
      ) : null}
      {text && !known ? <button type="button" class="quiet" onClick={save}>{t("Save view")}</button> : null}
      {known ? <button type="button" class="quiet" onClick={() => (views.set(saved.filter((view) => view !== known)), setSaved(views.get()))}>{t("Remove view")}</button> : null}
    </>
  );
}

// The file has exactly the orders of the filter.
function ExportButton({ query }: { query: Record<string, string> }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const download = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const blob = await readFile(withQuery("/v1/orders", query), "text/csv");
      if (!blob.type.includes("csv")) throw new ApiError(404, "no_route", "no CSV");
      saveFile("orders.csv", blob);
    } catch (thrown) {
      setError(thrown instanceof ApiError ? thrown : new ApiError(0, "unreachable", "the download broke"));
    } finally {
      setBusy(false);
    }
  };
  useKeys({ e: { text: "Download CSV", run: () => void download() } });
  return (
    <>
      <button type="button" onClick={download} disabled={busy}><Icon name="down" /> CSV</button>
      {error ? <Problem error={error} /> : null}
    </>
  );
}

export function Orders() {
  const { query } = place.value;
  const [all, setAll] = useState(ORDER_FILTERS.some(({ name }) => !USUAL.has(name) && query.get(name)));
  const filter = useFilters([STATUS_FILTER, ...ORDER_FILTERS]);
  const sort = query.get("sort") === "updated_at" ? { sort: "updated_at" } : {};
  const list = useList<Order>("/v1/orders", { ...filter, ...sort }, (order) => order.id, anyOrder);
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [bulk, setBulk] = useState<BulkAction>();
  const [whole, setWhole] = useState(false); // all orders of the filter are selected, shown or not
  const columns = useColumns("order-columns", USUAL_COLUMNS);
  const select = (ids: Set<string>) => (setSelected(ids), setWhole(false));
  const allShown = list.rows.length > 0 && list.rows.every((order) => selected.has(order.id));
  if (list.rows.length > 0) lastList = list.rows.map((order) => order.id);
  useKeys({
    n: { text: "Show new rows", run: list.showFresh },
    f: { text: "Filter", run: () => document.querySelector<HTMLElement>(".filters .filter")?.focus() },
  });
  return (
    <PageFrame title={t("Orders")} actions={<>
      <ExportButton query={filter} />
      {can("orders:write") ? <a class="button primary" href="/admin/orders/new"><Icon name="plus" /> {t("New order")}</a> : null}
    </>}>
      <StatusTabs query={filter} />
      <Filters filters={ORDER_FILTERS.filter(({ name }) => all || USUAL.has(name))} more={<>
        <button type="button" class="quiet" aria-expanded={all} onClick={() => setAll(!all)}><Icon name="filter" /> {all ? t("Fewer filters") : t("More filters")}</button>
        <button type="button" class="quiet" onClick={() => setQuery({ sort: query.get("sort") === "updated_at" ? null : "updated_at" })}>
          {query.get("sort") === "updated_at" ? t("By last change") : t("By time placed")}
        </button>
        <ColumnChoice columns={columns} choices={COLUMNS().filter(({ name }) => name !== FIXED).map(({ name, head }) => [name, head])} />
        <Views />
      </>} />
      <FreshBar fresh={list.fresh} show={list.showFresh} />
      <Problem error={list.error} />
      {list.loading ? <Loading /> : list.rows.length > 0 ? <OrderTable rows={list.rows} selected={selected} onSelect={select} keys shown={columns.shown} />
        : list.error ? null : <Empty>{Object.keys(filter).length ? t("No order matches these filters.") : t("No orders yet.")}</Empty>}
      {list.rows.length > 0 ? <ListFoot shown={list.rows.length} more={list.more} unreadable={list.unreadable} onMore={list.loadMore} /> : null}
      {selected.size > 0 ? (
        <div class="bulk-bar">
          <span role="status">{whole ? t("All orders of the filter") : t("{n} selected", { n: selected.size })}</span>
          {allShown && list.more && !whole && Object.keys(filter).length > 0 ? <button type="button" class="quiet" onClick={() => setWhole(true)}>{t("Select all of the filter")}</button> : null}
          {can("orders:cancel") ? <button type="button" onClick={() => setBulk("cancel")}>{t("Cancel")}</button> : null}
          {can("shipments:write") ? <button type="button" onClick={() => setBulk("ship")}>{t("Ship")}</button> : null}
          {can("notes:write") ? <button type="button" onClick={() => setBulk("tag")}>{t("Tag")}</button> : null}
          <button type="button" class="quiet" onClick={() => select(new Set())}>{t("Clear selection")}</button>
        </div>
      ) : null}
      {bulk ? <BulkDialog action={bulk} orders={whole ? { filter } : { ids: [...selected] }} onClose={() => setBulk(undefined)} onDone={() => select(new Set())} /> : null}
    </PageFrame>
  );
}

// The list that was shown last: [ and ] walk through it.
let lastList: string[] = [];

export async function neighbours(id: string): Promise<{ newer: string | undefined; older: string | undefined }> {
  const ids = lastList.includes(id) ? lastList : (await read<{ data: Order[] }>(withQuery("/v1/orders", { limit: 200 }))).body.data.map((order) => order.id);
  const at = ids.indexOf(id);
  return at < 0 ? { newer: undefined, older: undefined } : { newer: ids[at - 1], older: ids[at + 1] };
}
