// One order: what it is, what it cost, where its goods are, and one timeline of all that happened.
import { useEffect, useState } from "preact/hooks";
import { segment, withQuery } from "../api/client.ts";
import type { HistoryEntry, Order as OrderType, Page, Shipment } from "../api/types.ts";
import { onHints } from "../state/live.ts";
import { ofOrder, useRead } from "../state/reads.ts";
import { navigate } from "../state/router.ts";
import { can } from "../state/session.ts";
import { Chip } from "../ui/chip.tsx";
import { Icon } from "../ui/icon.tsx";
import { t, word, type Text } from "../ui/i18n.ts";
import { useKeys, type KeyMap } from "../ui/keys.tsx";
import { Loading, Problem } from "../ui/problem.tsx";
import { Copy, Time } from "../ui/values.tsx";
import * as dialogs from "./order_dialogs.tsx";
import type { OrderAction } from "./order_dialogs.tsx";
import { LinesCard, MoneyCard, NotesCard, ParcelsCard, PeopleCard } from "./order_parts.tsx";
import { canCancel, canEdit, canPay, canRefund, canResend, canReturn } from "./order_sums.ts";
import { neighbours, Tags } from "./orders.tsx";
import { PageFrame } from "./page.tsx";
import { Timeline } from "./timeline.tsx";

export interface Offer {
  action: OrderAction;
  text: Text;
  key?: string;
  may: boolean;
}

function offersOf(order: OrderType, open: Shipment | undefined): Offer[] {
  return [
    { action: "ship", text: "Ship", key: "s", may: can("shipments:write") && open !== undefined },
    { action: "pay", text: "Record a payment", key: "p", may: can("payments:write") && canPay(order) },
    { action: "refund", text: "Refund", key: "r", may: can("refunds:write") && canRefund(order) },
    { action: "return", text: "Return", key: "t", may: can("refunds:write") && canReturn(order) },
    { action: "resend", text: "Send again", may: can("orders:write") && canResend(order) },
    { action: "address", text: "Change address", may: can("orders:write") && canEdit(order) },
    { action: "note", text: "Note", key: "m", may: can("notes:write") && !order.redacted_at },
    { action: "tags", text: "Tags", may: can("notes:write") && !order.redacted_at },
    { action: "cancel", text: "Cancel", key: "c", may: can("orders:cancel") && canCancel(order) },
  ];
}

export function Order({ id }: { id: string }) {
  const interest = ofOrder(id);
  const order = useRead<OrderType>(`/v1/orders/${segment(id)}`, interest);
  const history = useRead<{ data: HistoryEntry[] }>(`/v1/orders/${segment(id)}/history`, interest);
  const shipments = useRead<Page<Shipment>>(can("shipments:read") ? withQuery("/v1/shipments", { order_id: id, limit: 100 }) : null, interest);
  const [dialog, setDialog] = useState<OrderAction>();
  const [waiting, setWaiting] = useState(false);
  useEffect(() => onHints((hints) => {
    if (hints === "all" || hints.some(interest)) setWaiting(false);
  }), [id]);
  const open = shipments.data?.data.find((shipment) => shipment.status === "requested");
  const offers = order.data ? offersOf(order.data, open).filter((offer) => offer.may) : [];
  useKeys(keysOf(id, offers, setDialog));
  if (!order.data) {
    return (
      <PageFrame title={t("Order")} above={<BackLink />}>
        {order.loading ? <Loading /> : <Problem error={order.error} />}
      </PageFrame>
    );
  }
  return (
    <PageFrame title={`#${order.data.number}`} above={<BackLink />} beside={<Statuses order={order.data} />} actions={<Actions offers={offers} id={id} onAction={setDialog} />}>
      <Problem error={order.error} />
      <Banners order={order.data} waiting={waiting} />
      <div class="order-grid">
        <div class="column">
          <LinesCard order={order.data} />
          <MoneyCard order={order.data} />
          <section class="card">
            <h2>{t("Timeline")}</h2>
            {history.data ? <Timeline id={id} entries={history.data.data} order={order.data} /> : history.error ? <Problem error={history.error} /> : <Loading />}
          </section>
        </div>
        <div class="column side-column">
          <PeopleCard order={order.data} />
          <ParcelsCard shipments={shipments.data?.data} error={shipments.error} />
          <NotesCard order={order.data} />
        </div>
      </div>
      {dialog ? <Dialog action={dialog} order={order.data} etag={order.etag} shipment={open} onClose={() => setDialog(undefined)} onAsked={(status) => setWaiting(status === 202)} /> : null}
    </PageFrame>
  );
}

function keysOf(id: string, offers: Offer[], open: (action: OrderAction) => void): KeyMap {
  const go = (which: "newer" | "older") => async () => {
    const found = (await neighbours(id).catch(() => undefined))?.[which];
    if (found) navigate(`/admin/orders/${segment(found)}`);
  };
  return {
    "[": { text: "Newer order", run: () => void go("newer")() },
    "]": { text: "Older order", run: () => void go("older")() },
    ...Object.fromEntries(offers.filter((offer) => offer.key).map((offer) => [offer.key!, { text: offer.text, run: () => open(offer.action) }])),
  };
}

function BackLink() {
  return <a class="back-link" href="/admin/orders">← {t("Orders")}</a>;
}

function Statuses({ order }: { order: OrderType }) {
  return (
    <div class="statuses">
      <Chip value={order.status} />
      <Chip value={order.payment_status} icon="card" text={`${t("Payment")}: ${word(order.payment_status)}`} />
      <Chip value={order.fulfillment_status} icon="truck" text={`${t("Goods")}: ${word(order.fulfillment_status)}`} />
      <Tags tags={order.tags} />
      <span class="dim"><Time value={order.placed_at} /> · <code class="id">{order.id}</code><Copy text={order.id} label="Copy the id" /></span>
    </div>
  );
}

const FIRST: ReadonlySet<OrderAction> = new Set(["ship", "pay", "refund", "return", "cancel"]);

function Actions({ offers, id, onAction }: { offers: Offer[]; id: string; onAction: (action: OrderAction) => void }) {
  const button = (offer: Offer) => (
    <button key={offer.action} type="button" class={offer.action === "cancel" ? "danger-quiet" : offer.action === "ship" || offer.action === "pay" ? "primary" : ""} onClick={() => onAction(offer.action)}
            {...(offer.key ? { "aria-keyshortcuts": offer.key } : {})}>
      {t(offer.text)}{offer.key ? <kbd>{offer.key}</kbd> : null}
    </button>
  );
  return (
    <>
      {offers.filter(({ action }) => FIRST.has(action)).map(button)}
      {offers.filter(({ action }) => !FIRST.has(action)).map(button)}
      <a class="button" href={`/admin/orders/${segment(id)}/slip`}><Icon name="print" /> {t("Packing slip")}</a>
    </>
  );
}

function Banners({ order, waiting }: { order: OrderType; waiting: boolean }) {
  const refusal = order.refusals.at(-1);
  return (
    <>
      {waiting || order.cancelling ? (
        <p class="banner info" role="status"><Icon name="clock" /> {order.cancelling ? t("Asked to cancel: waiting for the decision of logistics.") : t("Asked. Waiting for the decision.")}</p>
      ) : null}
      {order.status_reason ? <p class="banner"><Icon name="note" /> {t("Reason")}: {word(order.status_reason)}{order.status_reason_code ? ` (${word(order.status_reason_code)})` : ""}</p> : null}
      {order.overcharged ? <p class="banner warn"><Icon name="warn" /> {t("More was paid than the order costs. Refund the difference if it is not wanted.")}</p> : null}
      {refusal ? <p class="banner warn"><Icon name="warn" /> {t("The last refused request")}: {word(refusal.request)}, {refusal.detail || word(refusal.reason)} (<Time value={refusal.at} />)</p> : null}
      {order.imported ? <p class="banner"><Icon name="down" /> {t("Imported from {source}, number {number}", { source: order.imported.source, number: order.imported.number })}</p> : null}
      {order.redacted_at ? <p class="banner"><Icon name="stop" /> {t("Personal data was removed.")}</p> : null}
    </>
  );
}

function Dialog({ action, shipment, ...props }: dialogs.OrderDialogProps & { action: OrderAction }) {
  switch (action) {
    case "cancel": return <dialogs.CancelDialog {...props} />;
    case "refund": return <dialogs.RefundDialog {...props} />;
    case "return": return <dialogs.ReturnDialog {...props} />;
    case "pay": return <dialogs.PayDialog {...props} />;
    case "address": return <dialogs.AddressDialog {...props} />;
    case "note": return <dialogs.NoteDialog {...props} />;
    case "tags": return <dialogs.TagsDialog {...props} />;
    case "resend": return <dialogs.ResendDialog {...props} />;
    case "ship": return shipment ? <dialogs.ShipDialog shipment={shipment} onClose={props.onClose} onAsked={props.onAsked} /> : null;
  }
}
