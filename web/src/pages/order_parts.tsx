// The parts of an order's page.
import { useState } from "preact/hooks";
import { ApiError, call, segment } from "../api/client.ts";
import type { Address, Money, Order, OrderLine, Payment, Refund, Shipment } from "../api/types.ts";
import { ofOrder, refreshAll, useRead } from "../state/reads.ts";
import { can } from "../state/session.ts";
import { Chip } from "../ui/chip.tsx";
import { Icon } from "../ui/icon.tsx";
import { t, word } from "../ui/i18n.ts";
import { Loading, Problem } from "../ui/problem.tsx";
import { toast } from "../ui/toast.tsx";
import { actor, Amount, Copy, Time } from "../ui/values.tsx";
import { refundable } from "./order_sums.ts";
import { ShipmentActions } from "./shipment_actions.tsx";

const LINES_AT_ONCE = 100;

function Pieces({ n, tone }: { n: number; tone?: string }) {
  return <span class={n === 0 ? "dim" : (tone ?? "")}>{n === 0 ? "·" : n}</span>;
}

function LineDetails({ line }: { line: OrderLine }) {
  return (
    <div class="line-detail">
      {line.discounts?.map((share) => <span key={share.id}>{t("Discount")} <Amount value={{ ...share.amount, amount: -share.amount.amount }} /></span>)}
      {line.tax?.filter((tax) => tax.amount.amount !== 0).map((tax) => <span key={tax.code + (tax.rate_ppm ?? "")}>{tax.label ?? `${tax.code} ${(tax.rate_ppm ?? 0) / 10_000} %`} <Amount value={tax.amount} />{tax.included ? ` ${t("in the price")}` : ""}</span>)}
      {line.list_price ? <span>{t("List price")} <Amount value={line.list_price} /></span> : null}
      {line.given_back && line.given_back.amount > 0 ? <span>{t("Given back")} <Amount value={line.given_back} /></span> : null}
    </div>
  );
}

export function LinesCard({ order }: { order: Order }) {
  const [shown, setShown] = useState(LINES_AT_ONCE);
  return (
    <section class="card">
      <h2>{t("Lines")} <span class="dim">{order.lines.length}</span></h2>
      <div class="table-frame plain" tabIndex={0} role="region" aria-label={t("Lines")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("Product")}</th>
              <th scope="col" class="end">{t("Price")}</th>
              <th scope="col" class="end">{t("Ordered")}</th>
              <th scope="col" class="end">{t("Cancelled")}</th>
              <th scope="col" class="end">{t("Shipped")}</th>
              <th scope="col" class="end">{t("Returned")}</th>
              <th scope="col" class="end">{t("Total")}</th>
            </tr>
          </thead>
          <tbody>
            {order.lines.slice(0, shown).map((line, i) => (
              <tr key={line.id ?? i}>
                <td>
                  {line.product_id ? <a href={`/admin/products/${segment(line.product_id)}`}><bdi>{line.name}</bdi></a> : <bdi>{line.name}</bdi>}
                  <div class="dim">{line.sku ?? line.product_id ?? (line.kind ? word(line.kind) : "")}</div>
                  <LineDetails line={line} />
                </td>
                <td class="end"><Amount value={line.unit_price} /></td>
                <td class="end">{line.quantity}</td>
                <td class="end"><Pieces n={line.cancelled} /></td>
                <td class="end"><Pieces n={line.shipped} />{line.lost ? <div class="bad-text">{t("{n} lost", { n: line.lost })}</div> : null}</td>
                <td class="end"><Pieces n={line.returned} /></td>
                <td class="end"><Amount value={line.total} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {order.lines.length > shown ? <button type="button" onClick={() => setShown(order.lines.length)}>{t("Show all {n} lines", { n: order.lines.length })}</button> : null}
    </section>
  );
}

function SumRow({ text, value, strong }: { text: string; value: Money; strong?: boolean }) {
  return <div class={strong ? "sum strong" : "sum"}><dt>{text}</dt><dd><Amount value={value} /></dd></div>;
}

export function MoneyCard({ order }: { order: Order }) {
  const { totals } = order;
  const negative = (value: Money): Money => ({ ...value, amount: -value.amount });
  return (
    <section class="card money-card">
      <h2>{t("Money")}</h2>
      <div class="two-columns">
        <dl>
          {totals ? <SumRow text={t("Goods")} value={totals.items} /> : null}
          {totals && totals.discounts.amount ? <SumRow text={order.discounts?.map((one) => one.label ?? one.code).filter(Boolean).join(", ") || t("Discount")} value={negative(totals.discounts)} /> : null}
          {order.shipping?.map((charge) => <SumRow key={charge.id} text={`${t("Shipping")}: ${charge.name}`} value={charge.price} />)}
          {totals && totals.fees.amount ? <SumRow text={t("Fees")} value={totals.fees} /> : null}
          {order.tax_summary?.filter((tax) => tax.amount.amount !== 0).map((tax) => <SumRow key={tax.code + (tax.rate_ppm ?? "") + tax.included} text={`${tax.label ?? tax.code}${tax.included ? ` (${t("in the price")})` : ""}`} value={tax.amount} />)}
          <SumRow text={t("Total")} value={order.total} strong />
        </dl>
        <dl>
          <SumRow text={t("Captured")} value={order.captured} />
          <SumRow text={t("Refunded")} value={order.refunded} />
          <SumRow text={t("Refundable")} value={refundable(order)} strong />
          <div class="sum"><dt>{t("Terms")}</dt><dd>{word(order.payment_terms ?? "gateway")}</dd></div>
        </dl>
      </div>
      {order.payments?.length ? (
        <ul class="rows">
          {order.payments.map((payment) => <li key={payment.id}><Chip value="captured" text={word(payment.method)} /> <Amount value={payment.amount} /> <span class="dim grow">{payment.reference}</span> <Time value={payment.received_at ?? payment.at} /></li>)}
        </ul>
      ) : null}
      {order.refunds.length ? (
        <>
          <h3>{t("Refunds")}</h3>
          <ul class="rows">{order.refunds.map((refund) => <RefundRow key={refund.id} order={order} refund={refund} />)}</ul>
        </>
      ) : null}
      {order.returns.length ? (
        <>
          <h3>{t("Returns")}</h3>
          <ul class="rows">{order.returns.map((one) => <li key={one.id}><Chip value="returned" text={t("{n} pieces", { n: one.lines.reduce((sum, line) => sum + line.quantity, 0) })} /> <span class="grow">{one.reason}</span> <Time value={one.at} /></li>)}</ul>
        </>
      ) : null}
      {can("payments:read") && !order.imported && order.payment_terms !== "none" && order.payment_terms !== "manual" ? <GatewayCalls order={order} /> : null}
    </section>
  );
}

function RefundRow({ order, refund }: { order: Order; refund: Refund }) {
  const [busy, setBusy] = useState(false);
  const paid = async () => {
    setBusy(true);
    try {
      await call("POST", `/v1/orders/${segment(order.id)}/refunds/${segment(refund.id)}/paid`, { body: {} });
      refreshAll();
    } catch (error) {
      if (error instanceof ApiError) toast(error.detail);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li>
      <Chip value={refund.status} /> <Amount value={refund.amount} /> <span class="grow"><bdi>{refund.reason}</bdi> <span class="dim">{refund.detail}</span></span>
      {refund.by_hand && refund.status === "requested" && can("refunds:write") ? <button type="button" disabled={busy} onClick={paid}>{t("Paid by hand")}</button> : null}
      <Time value={refund.at} />
    </li>
  );
}

// Read when opened, so that the page needs few requests.
function GatewayCalls({ order }: { order: Order }) {
  const [open, setOpen] = useState(false);
  const payment = useRead<Payment>(open ? `/v1/payments/${segment(order.id)}` : null, ofOrder(order.id));
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("Calls to the payment gateway")}</summary>
      <Problem error={payment.error} />
      {payment.loading ? <Loading /> : null}
      <ul class="rows">
        {payment.data?.calls.map((one) => <li key={one.id}><Chip value="pending" text={word(one.kind)} /> <Amount value={one.amount} /> <span class="grow dim">{t("{n} attempts", { n: one.attempts })}{one.last_error ? `: ${one.last_error}` : ""}</span> <Time value={one.last_attempt_at} /></li>)}
        {payment.data?.history.map((entry, i) => <li key={i}><span class="grow">{entry.what} <span class="dim">{entry.reference}</span></span> {actor(entry.by)} <Time value={entry.at} /></li>)}
      </ul>
    </details>
  );
}

export function AddressBlock({ address }: { address: Address | undefined }) {
  if (!address) return <p class="dim">{t("None")}</p>;
  const lines = [address.name, address.company, address.line1, address.line2, [address.postal_code, address.city].filter(Boolean).join(" "), [address.region, address.country].filter(Boolean).join(", "), address.phone];
  return <address>{lines.filter(Boolean).map((line, i) => <div key={i}><bdi>{line}</bdi></div>)}</address>;
}

export function PeopleCard({ order }: { order: Order }) {
  const { contact } = order;
  const metadata = Object.entries(order.metadata ?? {}) as Array<[string, unknown]>;
  return (
    <section class="card">
      <h2>{t("Customer")}</h2>
      <p><a href={`/admin/customers/${segment(order.customer_id)}`}><Icon name="person" /> <bdi>{contact?.name ?? order.customer_id}</bdi></a></p>
      {contact?.email ? <p><bdi>{contact.email}</bdi> <Copy text={contact.email} label="Copy" /></p> : null}
      {contact?.phone ? <p>{contact.phone}</p> : null}
      {order.customer_note ? <blockquote><bdi>{order.customer_note}</bdi></blockquote> : null}
      <h3>{t("Shipping address")}</h3>
      <AddressBlock address={order.shipping_address} />
      {order.billing_address ? <><h3>{t("Billing address")}</h3><AddressBlock address={order.billing_address} /></> : null}
      <dl class="facts">
        {order.reference ? <><dt>{t("Reference")}</dt><dd>{order.reference}</dd></> : null}
        {order.channel ? <><dt>{t("Channel")}</dt><dd>{order.channel}</dd></> : null}
        <dt>{t("Location")}</dt><dd>{order.location}</dd>
        {metadata.slice(0, 20).map(([name, value]) => <><dt>{name}</dt><dd><bdi>{String(value)}</bdi></dd></>)}
      </dl>
    </section>
  );
}

export function ParcelsCard({ shipments, error }: { shipments: Shipment[] | undefined; error: ApiError | undefined }) {
  return (
    <section class="card">
      <h2>{t("Parcels")}</h2>
      <Problem error={error} />
      {shipments?.length === 0 ? <p class="dim">{t("No shipment yet.")}</p> : null}
      <ul class="parcels">
        {shipments?.map((shipment) => (
          <li key={shipment.id}>
            <div class="row"><span class="strong grow">{t("Parcel {id}", { id: shipment.number })}</span><Chip value={shipment.status} /></div>
            <p class="dim">{shipment.lines.map((line) => `${line.quantity} × ${line.product_id}`).join(", ")}</p>
            {shipment.tracking ? <p>{shipment.carrier} <code>{shipment.tracking}</code> <Copy text={shipment.tracking} label="Copy the tracking number" /></p> : null}
            {shipment.last_refused ? <p class="bad-text">{t("The last update was refused")}: {word(shipment.last_refused.reason)}</p> : null}
            <ShipmentActions shipment={shipment} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function NotesCard({ order }: { order: Order }) {
  return (
    <section class="card">
      <h2>{t("Notes")}</h2>
      {order.notes?.length ? (
        <ul class="notes">
          {[...order.notes].reverse().map((note) => (
            <li key={note.id}>
              <p class="text"><bdi>{note.text}</bdi></p>
              <p class="dim">{actor(note.by)} <Time value={note.at} />{note.public ? ` · ${t("The customer may read it")}` : ""}</p>
            </li>
          ))}
        </ul>
      ) : <p class="dim">{t("None")}</p>}
    </section>
  );
}

