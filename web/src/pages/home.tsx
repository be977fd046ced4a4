// Today against the same weekday, what needs a person, and the newest orders. Every figure leads to its list.
import { withQuery } from "../api/client.ts";
import type { Day, Letter, Money, Order, Page, Payment, Product, Shipment, StockLevel, Webhook } from "../api/types.ts";
import { zone, language } from "../state/preferences.ts";
import { useList } from "../state/list.ts";
import { anyOrder, ofKind, SLOW_MS, useRead, type Interest } from "../state/reads.ts";
import { can, me } from "../state/session.ts";
import { credential } from "../api/client.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { t, word } from "../ui/i18n.ts";
import { useKeys } from "../ui/keys.tsx";
import { Empty, Loading, Problem } from "../ui/problem.tsx";
import { dayOf, formatDay, shiftDay } from "../ui/time.ts";
import { count, money } from "../ui/values.tsx";
import { FreshBar } from "./filters.tsx";
import { OrderTable, usualWithout } from "./orders.tsx";
import { PageFrame } from "./page.tsx";

export const LATE_SHIPMENT_HOURS = 24;

function Change({ now, before }: { now: number; before: number }) {
  if (before === 0) return <span class="dim">{t("a week ago: {n}", { n: 0 })}</span>;
  const percent = Math.round((100 * (now - before)) / before);
  return <span class={percent < 0 ? "down" : "up"}>{percent > 0 ? "+" : percent < 0 ? "−" : "±"}{Math.abs(percent)} % <span class="dim">{t("to a week ago")}</span></span>;
}

function Figure(props: { label: string; value: string; href: string; now: number; before: number }) {
  return (
    <a class="figure" href={props.href}>
      <span class="figure-label">{props.label}</span>
      <span class="figure-value">{props.value}</span>
      <Change now={props.now} before={props.before} />
    </a>
  );
}

function Today() {
  const today = dayOf(Date.now(), zone.value);
  const weekAgo = shiftDay(today, -7);
  const days = useRead<{ data: Day[] }>(withQuery("/v1/days", { from: shiftDay(today, -13), to: today, zone: zone.value }), anyOrder, SLOW_MS);
  if (days.error) return <Problem error={days.error} />;
  if (!days.data) return <Loading />;
  const of = (day: string) => days.data!.data.filter((one) => one.day === day);
  // "XXX" is of orders that were rejected before they had a price.
  const currencies = [...new Set([...of(today), ...of(weekAgo)].map((one) => one.currency))].filter((currency) => currency !== "XXX");
  const sum = (day: string, value: (one: Day) => number) => of(day).reduce((total, one) => total + value(one), 0);
  const list = (extra: string) => `/admin/orders?from=${today}&to=${today}${extra}`;
  const amounts = (day: string, currency: string, value: (one: Day) => Money): Money => ({ amount: of(day).filter((one) => one.currency === currency).reduce((total, one) => total + value(one).amount, 0), currency });
  const figure = (label: string, extra: string, value: (one: Day) => number) => <Figure label={label} value={count(sum(today, value))} href={list(extra)} now={sum(today, value)} before={sum(weekAgo, value)} />;
  return (
    <>
      <div class="figures">
        {figure(t("Orders placed"), "", (one) => one.placed.orders)}
        {currencies.map((currency) => {
          const now = amounts(today, currency, (one) => one.captured);
          return <Figure key={currency} label={t("Paid, {currency}", { currency })} value={money(now)} href={list("&payment_status=captured")} now={now.amount} before={amounts(weekAgo, currency, (one) => one.captured).amount} />;
        })}
        {figure(t("Completed"), "&status=completed", (one) => one.completed)}
        {figure(t("Cancelled"), "&status=cancelled", (one) => one.cancelled)}
        {figure(t("Rejected"), "&status=rejected", (one) => one.rejected)}
      </div>
      <div class="two-cards">
        <DayBars days={days.data.data} today={today} />
        <Reasons days={of(today)} />
      </div>
    </>
  );
}

// Orders of the last two weeks, the same weekdays above each other.
function DayBars({ days, today }: { days: Day[]; today: string }) {
  const orders = Array.from({ length: 14 }, (_, i) => {
    const day = shiftDay(today, i - 13);
    return { day, orders: days.filter((one) => one.day === day).reduce((sum, one) => sum + one.placed.orders, 0) };
  });
  const most = Math.max(1, ...orders.map((one) => one.orders));
  return (
    <section class="card">
      <h2>{t("Orders of two weeks")}</h2>
      <svg class="bars" viewBox="0 0 280 90" role="img" aria-label={orders.map((one) => `${formatDay(one.day, language.value)}: ${one.orders}`).join(", ")}>
        {orders.map((one, i) => {
          const height = Math.max(one.orders > 0 ? 2 : 0.75, (66 * one.orders) / most);
          return (
            <g key={one.day}>
              <rect x={i * 20 + 3} y={70 - height} width="14" height={height} rx="2" class={one.day === today ? "bar today" : "bar"} />
              <text x={i * 20 + 10} y="82">{one.day.slice(8)}</text>
              <title>{`${formatDay(one.day, language.value)}: ${one.orders}`}</title>
            </g>
          );
        })}
      </svg>
    </section>
  );
}

function Reasons({ days }: { days: Day[] }) {
  const reasons = new Map<string, number>();
  for (const one of days.flatMap((day) => day.reasons)) {
    const name = `${word(one.status)}: ${word(one.reason)}`;
    reasons.set(name, (reasons.get(name) ?? 0) + one.orders);
  }
  return (
    <section class="card">
      <h2>{t("Why orders ended today")}</h2>
      {reasons.size === 0 ? <p class="dim">{t("No order was rejected, cancelled or expired.")}</p> : (
        <ul class="rows">{[...reasons].sort((a, b) => b[1] - a[1]).slice(0, 6).map(([name, n]) => <li key={name}><span class="grow">{name}</span> <strong>{n}</strong></li>)}</ul>
      )}
    </section>
  );
}

interface Need {
  text: string;
  n: string;
  icon: IconName;
  href: string;
}

const MOST_SHOWN = 100;

function useNeed<T>(permission: string, path: string, pick: (row: T) => boolean, interest?: Interest): { n: string | undefined; known: boolean } {
  const page = useRead<Page<T>>(can(permission) ? path : null, interest, SLOW_MS);
  if (!page.data) return { n: undefined, known: page.error !== undefined || !can(permission) };
  const found = page.data.data.filter(pick).length;
  return { n: found > 0 ? `${found}${page.data.next_cursor ? "+" : ""}` : undefined, known: true };
}

function NeedsYou() {
  const lateBefore = new Date(Math.floor(Date.now() / 300_000) * 300_000 - LATE_SHIPMENT_HOURS * 3_600_000).toISOString();
  const limit = MOST_SHOWN;
  const failing = useNeed<Payment>("payments:read", withQuery("/v1/payments", { status: "requested", limit }), (payment) => payment.calls.some((one) => one.attempts > 1 || one.last_error !== ""), ofKind("ordo.payment"));
  const late = useNeed<Shipment>("shipments:read", withQuery("/v1/shipments", { status: "requested", to: lateBefore, limit }), () => true, ofKind("ordo.shipment", "ordo.fulfillment"));
  const stock = useNeed<StockLevel>("stock:read", withQuery("/v1/stock", { availability: "none", limit }), () => true, ofKind("ordo.stock"));
  const letters = useNeed<Letter>("dlq:read", withQuery("/v1/dlq", { limit }), () => true);
  const hooks = useNeed<Webhook>("webhooks:read", withQuery("/v1/webhooks", { status: "disabled", limit }), () => true);
  const needs: Need[] = [
    ...(failing.n ? [{ text: t("Failing payments"), n: failing.n, icon: "card" as const, href: "/admin/payments?open=failing" }] : []),
    ...(late.n ? [{ text: t("Shipments that wait longer than {hours} h", { hours: LATE_SHIPMENT_HOURS }), n: late.n, icon: "truck" as const, href: "/admin/shipments?status=requested&age=late" }] : []),
    ...(stock.n ? [{ text: t("Out of stock"), n: stock.n, icon: "stack" as const, href: "/admin/stock?availability=none" }] : []),
    ...(letters.n ? [{ text: t("Dead letters"), n: letters.n, icon: "letter" as const, href: "/admin/dlq" }] : []),
    ...(hooks.n ? [{ text: t("Disabled webhooks"), n: hooks.n, icon: "hook" as const, href: "/admin/webhooks?status=disabled" }] : []),
  ];
  const known = [failing, late, stock, letters, hooks].every((one) => one.known);
  return (
    <section class="card needs">
      <h2>{t("Needs you")}</h2>
      {needs.length > 0 ? (
        <ul>{needs.map((need) => <li key={need.href}><a href={need.href}><Icon name={need.icon} /> <span class="grow">{need.text}</span> <strong class="need-count">{need.n}</strong></a></li>)}</ul>
      ) : known ? <p class="all-good"><Icon name="done" /> {t("Nothing needs you.")}</p> : <Loading />}
    </section>
  );
}

// What comes before the first order.
function FirstSteps() {
  const products = useRead<Page<Product>>(can("products:write") ? "/v1/products?limit=1" : null);
  if (products.data?.data.length !== 0) return null;
  return <a href="/admin/products">{t("Add a product")}</a>;
}

export function Home() {
  const list = useList<Order>("/v1/orders", { limit: 12 }, (order) => order.id, anyOrder);
  useKeys({ n: { text: "Show new rows", run: list.showFresh } });
  return (
    <PageFrame title={t("Home")} beside={<span class="dim">{formatDay(dayOf(Date.now(), zone.value), language.value)}</span>} actions={can("orders:write") ? <a class="button primary" href="/admin/orders/new"><Icon name="plus" /> {t("New order")}</a> : null}>
      {me.value?.kind === "none" && !credential.value ? <p class="banner warn"><Icon name="warn" /> {t("This server has no keys: everyone who reaches it may do everything.")} <a href="/admin/system?tab=keys">{t("Make a key")}</a></p> : null}
      <Today />
      <NeedsYou />
      <section>
        <div class="section-head"><h2>{t("Newest orders")}</h2><FreshBar fresh={list.fresh} show={list.showFresh} /><a href="/admin/orders">{t("All orders")} →</a></div>
        <Problem error={list.error} />
        {list.loading ? <Loading /> : list.rows.length > 0 ? <OrderTable rows={list.rows.slice(0, 12)} keys shown={usualWithout("tags", "lines")} /> : list.error ? null : <Empty>{t("No orders yet.")} <FirstSteps /></Empty>}
      </section>
    </PageFrame>
  );
}
