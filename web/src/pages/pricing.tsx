// The shop's rules for prices: tax rates, shipping methods, promotions.
import { useState } from "preact/hooks";
import { call, segment } from "../api/client.ts";
import type { Promotion, ShippingMethod, TaxRate } from "../api/types.ts";
import { useList, type List } from "../state/list.ts";
import { changedQuery, place } from "../state/router.ts";
import { can, shopCurrency } from "../state/session.ts";
import { Chip } from "../ui/chip.tsx";
import { ActionDialog } from "../ui/dialog.tsx";
import { Check, MoneyField, Select, TextField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { t, word, type Text } from "../ui/i18n.ts";
import { parseAmount } from "../ui/money.ts";
import { Empty, Loading, Problem } from "../ui/problem.tsx";
import { Table, type Column } from "../ui/table.tsx";
import { money, Time } from "../ui/values.tsx";
import { ListFoot } from "./filters.tsx";
import { PageFrame } from "./page.tsx";

interface Rule {
  id: string;
  status: string;
  rev: number;
}

// "19" percent in parts per million; undefined when it is no rate.
export function ppmOf(text: string): number | undefined {
  const match = /^(\d{1,3})(?:[.,](\d{1,4}))?$/.exec(text.trim());
  return match ? Number(match[1]) * 10_000 + Number((match[2] ?? "").padEnd(4, "0")) : undefined;
}
const percent = (ppm: number | undefined) => `${(ppm ?? 0) / 10_000} %`;

function RuleTable<T extends Rule>({ list, caption, columns, base, nameOf }: { list: List<T>; caption: string; columns: Array<Column<T>>; base: string; nameOf: (rule: T) => string }) {
  const [ending, setEnding] = useState<T>();
  if (list.loading) return <Loading />;
  if (list.rows.length === 0) return list.error ? <Problem error={list.error} /> : <Empty>{t("None yet.")}</Empty>;
  const actions: Column<T> = { name: "actions", head: t("Actions"), cell: (rule) => (rule.status === "active" ? <button type="button" class="small danger-quiet" onClick={() => setEnding(rule)}>{t("End")}</button> : null) };
  return (
    <>
      <Problem error={list.error} />
      <Table caption={caption} rows={list.rows} keyOf={(rule) => rule.id} columns={[...columns, { name: "status", head: t("Status"), cell: (rule) => <Chip value={rule.status} /> }, ...(can("pricing:write") ? [actions] : [])]} />
      <ListFoot shown={list.rows.length} more={list.more} onMore={list.loadMore} />
      {ending ? (
        <ActionDialog title={t("End {name}", { name: nameOf(ending) })} confirm={t("End it for good")} danger onClose={() => setEnding(undefined)} send={(key) => call("POST", `${base}/${segment(ending.id)}/end`, { headers: { "Idempotency-Key": key } })}>
          <p>{t("Orders that it priced keep their prices.")}</p>
        </ActionDialog>
      ) : null}
    </>
  );
}

function TaxRates() {
  const list = useList<TaxRate>("/v1/tax-rates", {}, (rate) => rate.id);
  return <RuleTable list={list} caption={t("Tax rates")} base="/v1/tax-rates" nameOf={(rate) => rate.label} columns={[
    { name: "label", head: t("Name"), cell: (rate) => <strong>{rate.label}</strong> },
    { name: "where", head: t("Where"), cell: (rate) => [rate.country, rate.region].filter(Boolean).join(", ") },
    { name: "class", head: t("Tax class"), cell: (rate) => rate.tax_class },
    { name: "rate", head: t("Rate"), cell: (rate) => percent(rate.rate_ppm), end: true },
    { name: "included", head: t("In the price"), cell: (rate) => (rate.price_includes_tax ? t("Yes") : t("No")) },
    { name: "from", head: t("Valid"), cell: (rate) => <>{rate.valid_from ? <Time value={rate.valid_from} /> : "…"} – {rate.valid_to ? <Time value={rate.valid_to} /> : "…"}</>, keep: false },
  ]} />;
}

function ShippingMethods() {
  const list = useList<ShippingMethod>("/v1/shipping-methods", {}, (method) => method.id);
  const price = (method: ShippingMethod) => (method.price.amount ? `${money(method.price.amount)}${method.price.kind === "per_item" ? ` ${t("a piece")}` : ""}` : `${word(method.price.kind)}, ${t("{n} steps", { n: method.price.steps?.length ?? 0 })}`);
  return <RuleTable list={list} caption={t("Shipping methods")} base="/v1/shipping-methods" nameOf={(method) => method.name} columns={[
    { name: "name", head: t("Name"), cell: (method) => <strong>{method.name}</strong> },
    { name: "where", head: t("Where"), cell: (method) => method.countries?.slice(0, 8).join(", ") ?? t("Everywhere") },
    { name: "price", head: t("Price"), cell: price, end: true },
    { name: "free", head: t("Free from"), cell: (method) => (method.free_from ? money(method.free_from) : "–"), end: true },
    { name: "carrier", head: t("Carrier"), cell: (method) => [method.carrier, method.service].filter(Boolean).join(" "), keep: false },
  ]} />;
}

function actionOf({ action }: Promotion): string {
  if (action.kind === "percent") return `−${percent(action.percent_ppm)}`;
  if (action.kind === "fixed" && action.amount) return `−${money(action.amount)}`;
  if (action.kind === "buy_x_get_y") return t("Buy {buy}, get {get}", { buy: action.buy ?? 0, get: action.get ?? 0 });
  return word(action.kind);
}

function Promotions() {
  const list = useList<Promotion>("/v1/promotions", {}, (promotion) => promotion.id);
  return <RuleTable list={list} caption={t("Promotions")} base="/v1/promotions" nameOf={(promotion) => promotion.label} columns={[
    { name: "label", head: t("Name"), cell: (promotion) => <strong>{promotion.label}</strong> },
    { name: "code", head: t("Code"), cell: (promotion) => (promotion.code ? <code>{promotion.code}</code> : <span class="dim">{t("automatic")}</span>) },
    { name: "action", head: t("Discount"), cell: actionOf },
    { name: "used", head: t("Used"), cell: (promotion) => `${promotion.used}${promotion.usage_limit ? ` / ${promotion.usage_limit}` : ""}`, end: true },
    { name: "limit", head: t("Per customer"), cell: (promotion) => promotion.per_customer_limit ?? "–", end: true, keep: false },
    { name: "ends", head: t("Ends"), cell: (promotion) => <Time value={promotion.ends} />, end: true, keep: false },
  ]} />;
}

function TaxDialog({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState<Record<string, string>>({ tax_class: "standard", code: "VAT" });
  const [included, setIncluded] = useState(true);
  const [shipping, setShipping] = useState(true);
  const set = (name: string) => (text: string) => setDraft({ ...draft, [name]: text });
  const rate = ppmOf(draft.rate ?? "");
  return (
    <ActionDialog title={t("Add a tax rate")} confirm={t("Add")} onClose={onClose} ready={rate !== undefined && draft.country?.length === 2 && !!draft.label}
                  send={(key) => call("POST", "/v1/tax-rates", { headers: { "Idempotency-Key": key }, body: { country: draft.country, ...(draft.region ? { region: draft.region } : {}), tax_class: draft.tax_class || "standard", rate_ppm: rate, label: draft.label, code: draft.code, price_includes_tax: included, applies_to_shipping: shipping } })}>
      <TextField label={t("Name")} value={draft.label ?? ""} onValue={set("label")} required autofocus placeholder="VAT 19 %" />
      <div class="two-columns">
        <TextField label={t("Country (two letters)")} value={draft.country ?? ""} onValue={(text) => set("country")(text.toUpperCase())} required max={2} />
        <TextField label={t("Region")} value={draft.region ?? ""} onValue={set("region")} />
        <TextField label={t("Rate in percent")} value={draft.rate ?? ""} onValue={set("rate")} required inputMode="decimal" />
        <TextField label={t("Tax class")} value={draft.tax_class ?? ""} onValue={set("tax_class")} />
        <TextField label={t("Short name on invoices")} value={draft.code ?? ""} onValue={set("code")} required />
      </div>
      <Check label={t("Prices include it")} checked={included} onValue={setIncluded} />
      <Check label={t("Shipping is taxed too")} checked={shipping} onValue={setShipping} />
    </ActionDialog>
  );
}

function ShippingDialog({ onClose }: { onClose: () => void }) {
  const currency = shopCurrency.value;
  const [draft, setDraft] = useState<Record<string, string>>({ kind: "flat" });
  const set = (name: string) => (text: string) => setDraft({ ...draft, [name]: text });
  const amount = parseAmount(draft.amount ?? "", currency);
  const free = draft.free ? parseAmount(draft.free, currency) : undefined;
  const countries = (draft.countries ?? "").toUpperCase().split(/[\s,]+/).filter(Boolean);
  return (
    <ActionDialog title={t("Add a shipping method")} confirm={t("Add")} onClose={onClose} ready={amount !== undefined && !!draft.name && (!draft.free || free !== undefined)}
                  send={(key) => call("POST", "/v1/shipping-methods", { headers: { "Idempotency-Key": key }, body: { name: draft.name, price: { kind: draft.kind, amount: { amount, currency } }, ...(countries.length ? { countries } : {}), ...(free !== undefined ? { free_from: { amount: free, currency } } : {}), ...(draft.carrier ? { carrier: draft.carrier } : {}) } })}>
      <TextField label={t("Name")} value={draft.name ?? ""} onValue={set("name")} required autofocus />
      <Select label={t("Price")} value={draft.kind ?? "flat"} onValue={set("kind")} options={[["flat", t("For the order")], ["per_item", t("For each piece")]]} />
      <MoneyField label={t("Amount")} text={draft.amount ?? ""} onText={set("amount")} currency={currency} required />
      <MoneyField label={t("Free from")} text={draft.free ?? ""} onText={set("free")} currency={currency} />
      <TextField label={t("Countries")} value={draft.countries ?? ""} onValue={set("countries")} placeholder="DE, AT" hint={t("Empty: everywhere.")} />
      <TextField label={t("Carrier")} value={draft.carrier ?? ""} onValue={set("carrier")} />
    </ActionDialog>
  );
}

function PromotionDialog({ onClose }: { onClose: () => void }) {
  const currency = shopCurrency.value;
  const [draft, setDraft] = useState<Record<string, string>>({ kind: "percent" });
  const [combinable, setCombinable] = useState(false);
  const set = (name: string) => (text: string) => setDraft({ ...draft, [name]: text });
  const ppm = ppmOf(draft.percent ?? "");
  const amount = parseAmount(draft.amount ?? "", currency);
  const { kind = "percent" } = draft;
  const ready = !!draft.label && (kind === "percent" ? ppm !== undefined : kind === "fixed" ? amount !== undefined : true) && /^\d*$/.test((draft.limit ?? "") + (draft.each ?? ""));
  const action = kind === "percent" ? { kind, percent_ppm: ppm } : kind === "fixed" ? { kind, amount: { amount, currency } } : kind === "buy_x_get_y" ? { kind, buy: Number(draft.buy ?? 2), get: Number(draft.get ?? 1) } : { kind };
  return (
    <ActionDialog title={t("Add a promotion")} confirm={t("Add")} onClose={onClose} ready={ready}
                  send={(key) => call("POST", "/v1/promotions", { headers: { "Idempotency-Key": key }, body: { label: draft.label, action, ...(draft.code ? { code: draft.code } : {}), ...(draft.limit ? { usage_limit: Number(draft.limit) } : {}), ...(draft.each ? { per_customer_limit: Number(draft.each) } : {}), ...(combinable ? { combinable } : {}) } })}>
      <TextField label={t("Name")} value={draft.label ?? ""} onValue={set("label")} required autofocus />
      <TextField label={t("Code")} value={draft.code ?? ""} onValue={set("code")} hint={t("Empty: it holds for every order.")} />
      <Select label={t("Discount")} value={kind} onValue={set("kind")} options={["percent", "fixed", "free_shipping", "buy_x_get_y"].map((one) => [one, word(one)])} />
      {kind === "percent" ? <TextField label={t("Percent")} value={draft.percent ?? ""} onValue={set("percent")} required inputMode="decimal" /> : null}
      {kind === "fixed" ? <MoneyField label={t("Amount")} text={draft.amount ?? ""} onText={set("amount")} currency={currency} required /> : null}
      {kind === "buy_x_get_y" ? <div class="two-columns"><TextField label={t("Buy")} value={draft.buy ?? "2"} onValue={set("buy")} inputMode="numeric" /><TextField label={t("Get")} value={draft.get ?? "1"} onValue={set("get")} inputMode="numeric" /></div> : null}
      <div class="two-columns">
        <TextField label={t("Most uses")} value={draft.limit ?? ""} onValue={set("limit")} inputMode="numeric" />
        <TextField label={t("Most uses of a customer")} value={draft.each ?? ""} onValue={set("each")} inputMode="numeric" />
      </div>
      <Check label={t("Together with other promotions")} checked={combinable} onValue={setCombinable} />
    </ActionDialog>
  );
}

const TABS: Array<[string, Text]> = [["promotions", "Promotions"], ["tax-rates", "Tax rates"], ["shipping", "Shipping methods"]];

export function Pricing() {
  const { query, path } = place.value;
  const tab = query.get("tab") ?? "promotions";
  const [adding, setAdding] = useState(false);
  const close = () => setAdding(false);
  return (
    <PageFrame title={t("Pricing")} actions={<>
      {can("orders:write") ? <a class="button" href="/admin/orders/new">{t("Try a cart")}</a> : null}
      {can("pricing:write") ? <button type="button" class="primary" onClick={() => setAdding(true)}><Icon name="plus" /> {t("Add")}</button> : null}
    </>}>
      <div class="tabs" role="group" aria-label={t("Pricing")}>{TABS.map(([name, text]) => <a key={name} href={path + changedQuery(query, { tab: name })} {...(name === tab ? { "aria-current": "true" as const } : {})}>{t(text)}</a>)}</div>
      {tab === "tax-rates" ? <TaxRates /> : tab === "shipping" ? <ShippingMethods /> : <Promotions />}
      {adding ? (tab === "tax-rates" ? <TaxDialog onClose={close} /> : tab === "shipping" ? <ShippingDialog onClose={close} /> : <PromotionDialog onClose={close} />) : null}
    </PageFrame>
  );
}
