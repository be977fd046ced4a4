// Stock on hand, reserved and available, product by product and location by location. Counts are typed in place.
import { useState } from "preact/hooks";
import { ApiError, call, newKey, segment } from "../api/client.ts";
import type { Page, Reservation, StockLevel, StockMovement } from "../api/types.ts";
import { useList } from "../state/list.ts";
import { ofKind, refreshAll, useRead } from "../state/reads.ts";
import { changedQuery, place } from "../state/router.ts";
import { can } from "../state/session.ts";
import { Chip } from "../ui/chip.tsx";
import { ActionDialog } from "../ui/dialog.tsx";
import { Select, TextField } from "../ui/field.tsx";
import { t, word } from "../ui/i18n.ts";
import { useKeys } from "../ui/keys.tsx";
import { Empty, Loading, Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { toast } from "../ui/toast.tsx";
import { actor, Time } from "../ui/values.tsx";
import { Filters, FreshBar, ListFoot, useFilters, type Filter } from "./filters.tsx";
import { PageFrame } from "./page.tsx";

const FILTERS: readonly Filter[] = [{ name: "product_id", text: "Product", kind: "text" }, { name: "location", text: "Location", kind: "text" }];
const LEVEL_FILTERS: readonly Filter[] = [...FILTERS, { name: "availability", text: "Availability", kind: "choice", values: ["none", "some"] }];
const MOVEMENT_FILTERS: readonly Filter[] = [...FILTERS, { name: "kind", text: "Kind", kind: "text" }, { name: "from", text: "From", kind: "day" }, { name: "to", text: "To", kind: "day" }];
const STOCK = ofKind("ordo.stock", "ordo.order");

// Enter or leaving the field counts; Tab goes to the next one.
function CountBox({ level }: { level: StockLevel }) {
  const [text, setText] = useState<string>();
  const [key, setKey] = useState(newKey);
  const [busy, setBusy] = useState(false);
  const shown = text ?? String(level.on_hand);
  const apply = async () => {
    const value = Number(shown);
    if (text === undefined || text === "" || value === level.on_hand || !Number.isSafeInteger(value) || value < 0) return setText(undefined);
    setBusy(true);
    try {
      await call("POST", `/v1/products/${segment(level.product_id)}/stock`, { headers: { "Idempotency-Key": key }, body: { count: value, location: level.location, reason: "counted" } });
      toast(t("{name}: {n} on hand", { name: level.product_id, n: value }));
      setText(undefined);
      setKey(newKey());
      refreshAll();
    } catch (error) {
      if (error instanceof ApiError) toast(error.detail);
    } finally {
      setBusy(false);
    }
  };
  return <input class="number" inputMode="numeric" aria-label={t("On hand of {name}", { name: `${level.product_id} (${level.location})` })} value={shown} disabled={busy} onFocus={(event) => event.currentTarget.select()}
                onInput={(event) => setText(event.currentTarget.value.replace(/\D/g, ""))} onBlur={apply} onKeyDown={(event) => event.key === "Enter" && void apply()} />;
}

export function AdjustDialog({ product, location, onClose }: { product: string; location: string; onClose: () => void }) {
  const [kind, setKind] = useState("adjust");
  const [text, setText] = useState("");
  const [reason, setReason] = useState("");
  const [where, setWhere] = useState(location);
  const value = Number(text);
  const ready = /^[+-]?\d{1,9}$/.test(text) && (kind === "adjust" ? value !== 0 : value >= 0);
  return (
    <ActionDialog title={t("Stock of {name}", { name: product })} confirm={t("Save")} onClose={onClose} ready={ready}
                  send={(key) => call("POST", `/v1/products/${segment(product)}/stock`, { headers: { "Idempotency-Key": key }, body: { [kind]: value, ...(where ? { location: where } : {}), ...(reason ? { reason } : {}) } })}>
      <Select label={t("What")} value={kind} onValue={setKind} options={[["adjust", t("Add or take (5, -2)")], ["count", t("Counted: the number on hand")]]} />
      <TextField label={t("Pieces")} value={text} onValue={setText} inputMode="numeric" required autofocus />
      <TextField label={t("Location")} value={where} onValue={setWhere} max={128} />
      <TextField label={t("Reason")} value={reason} onValue={setReason} max={200} list={["delivery", "damaged", "counted", "found", "sample"]} />
    </ActionDialog>
  );
}

export function LevelTable({ rows, keys }: { rows: StockLevel[]; keys?: boolean }) {
  const [adjusting, setAdjusting] = useState<StockLevel>();
  return (
    <>
      <Table caption={t("Stock")} rows={rows} keyOf={(level) => level.id} linkOf={(level) => `/admin/products/${segment(level.product_id)}`} keys={keys ?? false} columns={[
        { name: "product", head: t("Product"), cell: (level) => <a class="strong" href={`/admin/products/${segment(level.product_id)}`}>{level.product_id}</a> },
        { name: "location", head: t("Location"), cell: (level) => level.location },
        { name: "hand", head: t("On hand"), cell: (level) => (can("stock:write") ? <CountBox key={level.rev} level={level} /> : level.on_hand), end: true },
        { name: "reserved", head: t("Reserved"), cell: (level) => level.reserved, end: true },
        { name: "available", head: t("Available"), cell: (level) => <span class={level.available <= 0 ? "bad-text strong" : "strong"}>{level.available}</span>, end: true },
        { name: "state", head: t("State"), cell: (level) => <Chip value={level.available <= 0 ? "out_of_stock" : "in_stock"} />, keep: false },
        { name: "changed", head: t("Changed"), cell: (level) => <Time value={level.updated_at} />, end: true, keep: false },
        ...(can("stock:write") ? [{ name: "actions", head: t("Actions"), cell: (level: StockLevel) => <button type="button" class="small" onClick={() => setAdjusting(level)}>{t("Adjust")}</button> }] : []),
      ]} />
      {adjusting ? <AdjustDialog product={adjusting.product_id} location={adjusting.location} onClose={() => setAdjusting(undefined)} /> : null}
    </>
  );
}

function Levels() {
  const list = useList<StockLevel>("/v1/stock", { ...useFilters(LEVEL_FILTERS), limit: 100 }, (level) => level.id, STOCK);
  useKeys({ n: { text: "Show new rows", run: list.showFresh } });
  return (
    <>
      <Filters filters={LEVEL_FILTERS} />
      <FreshBar fresh={list.fresh} show={list.showFresh} />
      <Problem error={list.error}><p><a href="/admin/products">{t("Products")}</a></p></Problem>
      {list.loading ? <Loading /> : list.rows.length === 0 ? (list.error ? null : <Empty>{t("No stock matches.")}</Empty>) : <LevelTable rows={list.rows} keys />}
      {list.rows.length > 0 ? <ListFoot shown={list.rows.length} more={list.more} onMore={list.loadMore} /> : null}
    </>
  );
}

export function MovementRows({ rows }: { rows: StockMovement[] }) {
  return (
    <Table caption={t("Movements")} rows={rows} keyOf={(one) => one.id} linkOf={(one) => `/admin/products/${segment(one.product_id)}`} columns={[
      { name: "at", head: t("Time"), cell: (one) => <Time value={one.at} /> },
      { name: "product", head: t("Product"), cell: (one) => <a href={`/admin/products/${segment(one.product_id)}`}>{one.product_id}</a> },
      { name: "location", head: t("Location"), cell: (one) => one.location, keep: false },
      { name: "kind", head: t("Kind"), cell: (one) => word(one.kind) },
      { name: "quantity", head: t("Pieces"), cell: (one) => (one.kind === "adjust" && one.quantity > 0 ? `+${one.quantity}` : one.quantity), end: true },
      { name: "after", head: t("On hand"), cell: (one) => one.on_hand_after, end: true },
      { name: "reason", head: t("Reason"), cell: (one) => <bdi>{one.reason}</bdi> },
      { name: "by", head: t("By"), cell: (one) => actor(one.by), keep: false },
    ]} />
  );
}

function Movements() {
  const list = useList<StockMovement>("/v1/stock-movements", useFilters(MOVEMENT_FILTERS), (one) => one.id, STOCK);
  return (
    <>
      <Filters filters={MOVEMENT_FILTERS} />
      <FreshBar fresh={list.fresh} show={list.showFresh} />
      <Problem error={list.error} />
      {list.loading ? <Loading /> : list.rows.length === 0 ? (list.error ? null : <Empty>{t("No movement matches.")}</Empty>) : <MovementRows rows={list.rows} />}
      {list.rows.length > 0 ? <ListFoot shown={list.rows.length} more={list.more} onMore={list.loadMore} /> : null}
    </>
  );
}

function Reservations() {
  const list = useList<Reservation>("/v1/reservations", useFilters(FILTERS.slice(1)), (one) => one.id, STOCK);
  return (
    <>
      <Filters filters={FILTERS.slice(1)} />
      <FreshBar fresh={list.fresh} show={list.showFresh} />
      <Problem error={list.error} />
      {list.loading ? <Loading /> : list.rows.length === 0 ? (list.error ? null : <Empty>{t("None yet.")}</Empty>) : (
        <Table caption={t("Reservations")} rows={list.rows} keyOf={(one) => one.id} linkOf={(one) => `/admin/orders/${segment(one.id)}`} columns={[
          { name: "order", head: t("Order"), cell: (one) => <a class="strong id" href={`/admin/orders/${segment(one.id)}`}>{one.id.slice(-8)}</a> },
          { name: "location", head: t("Location"), cell: (one) => one.location },
          { name: "status", head: t("Status"), cell: (one) => <Chip value={one.status} /> },
          { name: "lines", head: t("Goods"), cell: (one) => <span class="dim">{one.lines.slice(0, 6).map((line) => `${line.quantity} × ${line.product_id}`).join(", ")}</span> },
          { name: "at", head: t("Time"), cell: (one) => <Time value={one.created_at} />, end: true },
        ]} />
      )}
      {list.rows.length > 0 ? <ListFoot shown={list.rows.length} more={list.more} onMore={list.loadMore} /> : null}
    </>
  );
}

function Locations() {
  const page = useRead<Page<{ location: string; products: number }>>("/v1/locations", STOCK);
  if (!page.data) return page.error ? <Problem error={page.error} /> : <Loading />;
  return (
    <Table caption={t("Locations")} rows={page.data.data} keyOf={(one) => one.location} columns={[
      { name: "location", head: t("Location"), cell: (one) => <a class="strong" href={`/admin/stock?location=${encodeURIComponent(one.location)}`}>{one.location}</a> },
      { name: "products", head: t("Products"), cell: (one) => one.products, end: true },
    ]} />
  );
}

export function Stock() {
  const { query, path } = place.value;
  const tab = query.get("tab") ?? "levels";
  return (
    <PageFrame title={t("Stock")}>
      <div class="tabs" role="group" aria-label={t("Stock")}>
        {([["levels", "Levels"], ["movements", "Movements"], ["reservations", "Reservations"], ["locations", "Locations"]] as const).map(([name, text]) => (
          <a key={name} href={path + changedQuery(query, { tab: name === "levels" ? null : name })} {...(name === tab ? { "aria-current": "true" as const } : {})}>{t(text)}</a>
        ))}
      </div>
      {tab === "movements" ? <Movements /> : tab === "reservations" ? <Reservations /> : tab === "locations" ? <Locations /> : <Levels />}
    </PageFrame>
  );
}
