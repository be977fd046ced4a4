// Parcels: to dispatch by age, on their way, lost. A scanned order number or tracking number opens its order.
import { useState } from "preact/hooks";
import { ApiError, segment } from "../api/client.ts";
import type { Shipment } from "../api/types.ts";
import { useList } from "../state/list.ts";
import { ofKind } from "../state/reads.ts";
import { changedQuery, navigate, place } from "../state/router.ts";
import { Chip } from "../ui/chip.tsx";
import { Icon } from "../ui/icon.tsx";
import { t, word } from "../ui/i18n.ts";
import { useKeys } from "../ui/keys.tsx";
import { Empty, Loading, Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { toast } from "../ui/toast.tsx";
import { Time } from "../ui/values.tsx";
import { formatSpan } from "../ui/time.ts";
import { Filters, FreshBar, ListFoot, useFilters, type Filter } from "./filters.tsx";
import { LATE_SHIPMENT_HOURS } from "./home.tsx";
import { search, urlOf } from "./palette.tsx";
import { PageFrame } from "./page.tsx";
import { ShipmentActions } from "./shipment_actions.tsx";

export const SHIPMENT_STATUSES = ["requested", "shipped", "in_transit", "delivered", "lost", "cancelled"] as const;
const FILTERS: readonly Filter[] = [
  { name: "location", text: "Location", kind: "text" }, { name: "tracking", text: "Tracking number", kind: "text" }, { name: "order_id", text: "Order id", kind: "text" },
  { name: "from", text: "From", kind: "day" }, { name: "to", text: "To", kind: "day" }];

function Scanner() {
  const [text, setText] = useState("");
  const [error, setError] = useState<ApiError>();
  const open = async (event: Event) => {
    event.preventDefault();
    setError(undefined);
    try {
      const hits = await search(text.trim(), new AbortController().signal);
      const hit = hits.find((one) => one.kind === "shipment" || one.kind === "order");
      if (hit) navigate(urlOf(hit));
      else toast(t("Nothing found."));
    } catch (thrown) {
      if (thrown instanceof ApiError) setError(thrown);
    }
  };
  return (
    <form class="scanner" onSubmit={open}>
      <input aria-label={t("Scan a number or tracking number")} placeholder={t("Scan a number or tracking number")} value={text} maxLength={100} required onInput={(event) => setText(event.currentTarget.value)} />
      <button type="submit">{t("Find")}</button>
      <Problem error={error} />
    </form>
  );
}

export function Shipments() {
  const { query, path } = place.value;
  const status = query.get("status") ?? "requested";
  const filter = useFilters(FILTERS);
  const late = query.get("age") === "late" ? { to: new Date(Math.floor(Date.now() / 300_000) * 300_000 - LATE_SHIPMENT_HOURS * 3_600_000).toISOString() } : {};
  const list = useList<Shipment>("/v1/shipments", { ...filter, ...late, ...(status === "all" ? {} : { status }) }, (shipment) => shipment.id, ofKind("ordo.shipment", "ordo.fulfillment", "ordo.order"));
  useKeys({ n: { text: "Show new rows", run: list.showFresh } });
  return (
    <PageFrame title={t("Shipments")} actions={<><Scanner /><a class="button" href={`/admin/shipments/picklist${filter.location ? `?location=${encodeURIComponent(filter.location)}` : ""}`}><Icon name="print" /> {t("Pick list")}</a></>}>
      <div class="tabs" role="group" aria-label={t("Status")}>
        {[...SHIPMENT_STATUSES, "all"].map((one) => (
          <a key={one} href={path + changedQuery(query, { status: one, age: null })} {...(one === status ? { "aria-current": "true" as const } : {})}>{one === "all" ? t("All") : one === "requested" ? t("To dispatch") : word(one)}</a>
        ))}
      </div>
      <Filters filters={FILTERS} />
      <FreshBar fresh={list.fresh} show={list.showFresh} />
      <Problem error={list.error} />
      {list.loading ? <Loading /> : list.rows.length === 0 ? (list.error ? null : <Empty>{t("No shipment matches.")}</Empty>) : (
        <Table caption={t("Shipments")} rows={list.rows} keyOf={(shipment) => shipment.id} linkOf={(shipment) => `/admin/orders/${segment(shipment.order_id)}`} keys columns={[
          { name: "id", head: t("Order"), cell: (shipment) => <><a class="strong" href={`/admin/orders/${segment(shipment.order_id)}`}>{shipment.order_number ? `#${shipment.order_number}` : shipment.order_id.slice(-8)}</a> <span class="dim nowrap">{t("Parcel {id}", { id: shipment.number })}</span></> },
          { name: "to", head: t("To"), cell: (shipment) => <span class="clip"><bdi>{shipment.shipping_address ? [shipment.shipping_address.name, shipment.shipping_address.city, shipment.shipping_address.country].filter(Boolean).join(", ") : "–"}</bdi></span> },
          { name: "location", head: t("Location"), cell: (shipment) => shipment.location, keep: false },
          { name: "lines", head: t("Goods"), cell: (shipment) => <span class="clip dim">{shipment.lines.map((line) => `${line.quantity} × ${line.product_id}`).join(", ")}</span> },
          { name: "tracking", head: t("Tracking"), cell: (shipment) => <>{shipment.carrier} <span class="dim">{shipment.tracking}</span></>, keep: false },
          { name: "status", head: t("Status"), cell: (shipment) => <Chip value={shipment.status} /> },
          { name: "age", head: t("Waits"), cell: (shipment) => <Age shipment={shipment} />, end: true },
          { name: "actions", head: t("Actions"), cell: (shipment) => <ShipmentActions shipment={shipment} /> },
        ]} />
      )}
      {list.rows.length > 0 ? <ListFoot shown={list.rows.length} more={list.more} onMore={list.loadMore} /> : null}
    </PageFrame>
  );
}

function Age({ shipment }: { shipment: Shipment }) {
  if (shipment.status !== "requested") return <Time value={shipment.updated_at} />;
  const age = Math.max(0, Date.now() - Date.parse(shipment.requested_at));
  return <span class={age > LATE_SHIPMENT_HOURS * 3_600_000 ? "bad-text" : ""}>{formatSpan(Math.max(60_000, age - (age % 60_000)))}</span>;
}
