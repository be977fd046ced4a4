// Orders whose goods came back, with what came back and whether it was refunded.
import { segment } from "../api/client.ts";
import type { Order } from "../api/types.ts";
import { useList } from "../state/list.ts";
import { anyOrder } from "../state/reads.ts";
import { changedQuery, place } from "../state/router.ts";
import { Chip } from "../ui/chip.tsx";
import { t, word } from "../ui/i18n.ts";
import { useKeys } from "../ui/keys.tsx";
import { Empty, Loading, Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { Amount, Time } from "../ui/values.tsx";
import { Filters, FreshBar, ListFoot, useFilters, type Filter } from "./filters.tsx";
import { nameOf } from "./orders.tsx";
import { PageFrame } from "./page.tsx";

const FILTERS: readonly Filter[] = [{ name: "customer_id", text: "Customer", kind: "text" }, { name: "product_id", text: "Product", kind: "text" }, { name: "from", text: "From", kind: "day" }, { name: "to", text: "To", kind: "day" }];

export function Returns() {
  const { query, path } = place.value;
  const status = query.get("fulfillment_status") ?? "partially_returned";
  const list = useList<Order>("/v1/orders", { ...useFilters(FILTERS), fulfillment_status: status }, (order) => order.id, anyOrder);
  useKeys({ n: { text: "Show new rows", run: list.showFresh } });
  const refundOf = (order: Order, id: string | undefined) => order.refunds.find((refund) => refund.id === id);
  return (
    <PageFrame title={t("Returns")}>
      <p class="dim">{t("Open an order and press t to take a return.")}</p>
      <div class="tabs" role="group" aria-label={t("Goods")}>
        {["partially_returned", "returned"].map((one) => <a key={one} href={path + changedQuery(query, { fulfillment_status: one })} {...(one === status ? { "aria-current": "true" as const } : {})}>{word(one)}</a>)}
      </div>
      <Filters filters={FILTERS} />
      <FreshBar fresh={list.fresh} show={list.showFresh} />
      <Problem error={list.error} />
      {list.loading ? <Loading /> : list.rows.length === 0 ? (list.error ? null : <Empty>{t("No return matches.")}</Empty>) : (
        <Table caption={t("Returns")} rows={list.rows} keyOf={(order) => order.id} linkOf={(order) => `/admin/orders/${segment(order.id)}`} keys columns={[
          { name: "order", head: t("Order"), cell: (order) => <a class="strong" href={`/admin/orders/${segment(order.id)}`}>#{order.number}</a> },
          { name: "customer", head: t("Customer"), cell: (order) => <span class="clip"><bdi>{nameOf(order)}</bdi></span> },
          { name: "returns", head: t("Returns"), cell: (order) => order.returns.map((one) => (
            <div key={one.id}>{one.lines.map((line) => `${line.quantity} × ${line.product_id ?? line.line_id}`).join(", ")} <span class="dim"><bdi>{one.reason}</bdi>{one.restock ? ` · ${t("back in stock")}` : ""}</span></div>)) },
          { name: "refund", head: t("Refund"), cell: (order) => order.returns.map((one) => { const refund = refundOf(order, one.refund_id); return <div key={one.id}>{refund ? <><Chip value={refund.status} /> <Amount value={refund.amount} /></> : <span class="dim">{t("None")}</span>}</div>; }) },
          { name: "at", head: t("Returned at"), cell: (order) => <Time value={order.returns.at(-1)?.at} />, end: true },
        ]} />
      )}
      {list.rows.length > 0 ? <ListFoot shown={list.rows.length} more={list.more} onMore={list.loadMore} /> : null}
    </PageFrame>
  );
}
